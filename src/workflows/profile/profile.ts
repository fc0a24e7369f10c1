import * as z from 'zod';
import { MilscopeError, named } from '../../errors.ts';
import { requireChannel } from '../../screen/channels/select-channel.ts';
import { hashScreen } from '../../screen/hash-files.ts';
import type { Host, RunningHost } from '../host.ts';
import { fieldWords, rehearseScreen } from '../rehearsal/rehearse-screen.ts';
import { likeModel, overwrite, resume, screen, screenFields, skippedResult, text } from '../request-fields.ts';
import { openScreenLike } from '../shared/open-model-screen.ts';
import { decisiveOptions } from '../shared/parts/identity.ts';
import { afresh, resumable, STATE_WORDS, stateOfWork } from '../shared/parts/resumable.ts';
import { isSamePlace, requireApart } from '../shared/places.ts';
import { requireResumeOrOverwrite } from '../shared/resume-or-overwrite.ts';
import { placesBeside, requireNewTable, writeSkippedBeside } from '../shared/table-output.ts';
import { withLocks } from '../shared/with-locks.ts';
import { defineWorkflow } from '../workflow.ts';
import { measuringFields } from './measuring.ts';
import type { ProfileEntry } from './profile-entry.ts';
import { keepProfiles, MEASURING, writeProfiles } from './profile-parts.ts';

const request = z.strictObject({
  screen,
  nucleiChannel: text().meta({ description: 'the channel that shows nuclei', value: 'name', group: 'how' }),
  out: text().meta({
    description: 'table of the features of every field to write (.csv or .parquet)',
    value: 'file',
    group: 'output',
  }),
  cells: text().optional().meta({
    description: 'table of the features of every cell to write as well (.csv or .parquet)',
    value: 'file',
    group: 'output',
  }),
  ...measuringFields,
  ...screenFields,
  model: likeModel,
  resume: resume('a measurement that was stopped; one that is finished is left as it is'),
  overwrite: overwrite('the tables'),
});

const result = z.object({
  out: z.string(),
  cellsFile: z.string().nullable(),
  fields: z.number(),
  cells: z.number(),
  /** Features of a field, and of a cell. */
  features: z.object({ field: z.number(), cell: z.number() }),
  ...skippedResult,
});

/** Writes a row of classical features for every field, and for every cell where that is asked. */
export const profile = defineWorkflow(
  {
    title: 'profile',
    description: 'Measure the cells of every field as CellProfiler does, for comparison.',
    request,
    result,
    async rehearse(asked, host, perform) {
      requireResumeOrOverwrite(asked);
      const places = placesBeside(asked.out);
      const state = await stateOfWork(places, asked, host);
      await requireOutputs({ ...asked, overwrite: asked.overwrite || state !== 'new' }, host);
      return rehearseScreen(
        { command: 'profile', main: MEASURING },
        {
          request: asked,
          trial: (at) => perform(afresh(asked, state), at),
          plan: async ({ screen: { fields } }) => ({
            does: [
              `Measures the cells of ${fieldWords(fields.length)}, with nuclei in channel ${asked.nucleiChannel}.`,
              ...STATE_WORDS[state],
            ],
            writes: [asked.out, asked.cells, places.record],
          }),
        },
        host,
      );
    },
  },
  async (asked, host) => {
    requireResumeOrOverwrite(asked);
    requireApart(
      [
        ['out', asked.out],
        ['cells', asked.cells],
      ],
      { asked },
    );
    await requireOutputs({ ...asked, overwrite: true }, host);
    return withLocks({ files: [asked.out, asked.cells] }, host, () => profileScreen(asked, host));
  },
);

type Request = z.output<typeof request>;

/** Lets tables pass that may be written. @throws BadOption, OutputExists */
async function requireOutputs({ out, cells, overwrite }: Request, host: Host): Promise<void> {
  await requireNewTable(out, { overwrite, parquet: true }, host);
  if (cells === undefined) return;
  await requireNewTable(cells, { option: 'cells', overwrite, parquet: true }, host);
  if (!isSamePlace(cells, out)) return;
  throw new MilscopeError('BadOption', {
    option: `cells ${cells}`,
    problem: 'cells and fields need a table each',
    expected: `another file than that of ${named('out')}`,
  });
}

async function profileScreen(asked: Request, host: RunningHost): Promise<z.output<typeof result>> {
  const { out, cells: cellsOut, nucleiChannel, distance, diameter, resume, overwrite } = asked;
  const places = placesBeside(out);
  const state = await stateOfWork(places, asked, host);
  await requireOutputs({ ...asked, overwrite: overwrite || state !== 'new' }, host);
  const screen = await openScreenLike(asked.screen, asked, host);
  const channel = requireChannel(screen, nucleiChannel, { option: 'nucleiChannel' });
  return resumable<ProfileEntry, z.output<typeof result>>(
    {
      ...{ places, state, resume, fields: screen.fields },
      identity: {
        command: 'profile',
        milscope: host.about.versions.milscope,
        inputs: { screen: await hashScreen(screen, host) },
        options: {
          ...decisiveOptions(request, asked, { apart: ['screen', 'out', 'cells'] }),
          // Parts have what was measured of cells or have it not, wherever the table of these goes.
          cellFeatures: cellsOut !== undefined,
        },
      },
      outputs: { ...(cellsOut !== undefined && { cells: cellsOut }) },
      prepare: async () => ({
        work: (parts, running) =>
          keepProfiles(screen, { channel, distance, diameter, parts, cells: cellsOut !== undefined }, running),
        async finish(parts, running) {
          const measured = await writeProfiles(screen, { parts, nucleiChannel, out, cellsOut }, running);
          const skipped = parts.lost();
          const skippedFile = await writeSkippedBeside(out, skipped, host);
          return { out, cellsFile: cellsOut ?? null, ...measured, skipped: skipped.length, skippedFile };
        },
      }),
    },
    host,
  );
}
