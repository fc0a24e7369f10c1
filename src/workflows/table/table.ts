import * as z from 'zod';
import { MilscopeError, named } from '../../errors.ts';
import { dirname, resolve } from '../../files/paths.ts';
import { requireReadableField } from '../../screen/check-fields.ts';
import type { Screen } from '../../screen/screen.ts';
import { tableOfScreen } from '../../screen/table/read-back.ts';
import { placeOf, wellKey } from '../../screen/well.ts';
import { columnsOf, formatHeader, formatRows } from '../../tables/table-layout.ts';
import { readsOf, writesOf } from '../rehearsal/describe-files.ts';
import { fieldWords } from '../rehearsal/rehearse-screen.ts';
import { rehearseWhole } from '../rehearsal/rehearse-whole.ts';
import { describeScreen, seeFields } from '../rehearsal/see-fields.ts';
import { overwrite, screen, screenFields, text } from '../request-fields.ts';
import { openScreen } from '../shared/open-screen.ts';
import { isSamePlace } from '../shared/places.ts';
import { requireNewTable } from '../shared/table-output.ts';
import { defineWorkflow } from '../workflow.ts';

const request = z.strictObject({
  screen,
  out: text().meta({ description: 'table of fields to write (.csv)', value: 'file', group: 'output' }),
  ...screenFields,
  overwrite: overwrite('the table'),
});

const result = z.object({
  out: z.string(),
  layout: z.string().meta({ description: 'what the screen was read from' }),
  fields: z.number(),
  plates: z.array(z.string()).meta({ description: 'names of the plates' }),
  wells: z.number().nullable().meta({ description: 'null where no well is named' }),
  sites: z
    .object({ least: z.number(), most: z.number() })
    .nullable()
    .meta({ description: 'fields of a well; null where no well is named' }),
  channels: z.array(z.string()),
  columns: z.array(z.string()).meta({ description: 'columns that do not name images' }),
  incomplete: z.number().meta({ description: 'fields that lack an image, so that cells of their rows are empty' }),
});

/** Writes what was read from a screen as a table of fields. @throws TooManyUnreadable where no image can be read */
export const fieldTable = defineWorkflow(
  {
    title: 'table',
    description: 'Write what was read from a folder, a plate or a table as a LoadData table, to look at and edit.',
    request,
    result,
    async rehearse(asked, host, perform) {
      const read = await openScreen(asked.screen, asked, host);
      const { result: made, seconds, how } = await rehearseWhole(perform(asked, host), host);
      return {
        command: 'table',
        reads: {
          files: await readsOf(read.tables ?? [], host),
          screen: describeScreen(read, await seeFields(read, host)),
        },
        does: [
          `Writes a table of ${fieldWords(made.fields)}, ${made.channels.length} channels and ${made.columns.length} other columns.`,
        ],
        writes: await writesOf([asked.out], {}, host),
        ...{ seconds, how },
      };
    },
  },
  async ({ screen: path, out, overwrite, ...asked }, host) => {
    await requireNewTable(out, { overwrite }, host);
    const read = await openScreen(path, asked, host);
    for (const source of read.tables ?? []) requireOther(out, source);
    await requireReadableField(read, host);
    const file = resolve(out);
    const { columns, rows } = await tableOfScreen(read, { file, folder: dirname(file), options: asked }, host);
    const layout = { columns: columnsOf('text', columns), cells: (row: readonly string[]) => row };
    await host.files.write(out, formatHeader(layout) + formatRows(rows, layout));
    return { out, ...whatWasFound(read) };
  },
);

/** @throws BadOption when the table would replace one that it was made of */
function requireOther(out: string, source: string): void {
  if (!isSamePlace(out, source)) return;
  throw new MilscopeError('BadOption', {
    option: `out ${out}`,
    problem: 'the table would replace the one that it is read from',
    remedy: `name another file with ${named('out')}`,
  });
}

function whatWasFound({ fields, channels, columns, layout = 'a table' }: Screen): Omit<z.output<typeof result>, 'out'> {
  const places = fields.map(({ metadata }) => placeOf(metadata));
  const isNamed = places.some(({ well }) => well !== '');
  const wells = new Map<string, number>();
  for (const field of fields) wells.set(wellKey(field), (wells.get(wellKey(field)) ?? 0) + 1);
  const counts = [...wells.values()];
  return {
    layout,
    fields: fields.length,
    plates: [...new Set(places.flatMap(({ plate }) => (plate === '' ? [] : [plate])))],
    wells: isNamed ? wells.size : null,
    sites: isNamed ? { least: Math.min(...counts), most: Math.max(...counts) } : null,
    channels: [...channels],
    columns: [...columns],
    incomplete: fields.filter(({ sources }) => sources.some(({ problem }) => problem !== undefined)).length,
  };
}
