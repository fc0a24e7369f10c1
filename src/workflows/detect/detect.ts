import * as z from 'zod';
import { stringify } from '#csv-stringify/sync';
import { carriedColumns } from '../../evaluation/prediction-table.ts';
import type { Nucleus } from '../../localization/nuclei/nuclei.ts';
import type { Image } from '../../pixels/pixels.ts';
import { selectChannel } from '../../screen/channels/select-channel.ts';
import { createFieldSource } from '../../screen/field-source.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { requireSome } from '../../screen/skipped.ts';
import { mapInOrder } from '../../threads/map-in-order.ts';
import type { RunningHost } from '../host.ts';
import { findNuclei } from '../profile/measure-field.ts';
import { fieldWords, rehearseScreen } from '../rehearsal/rehearse-screen.ts';
import { likeModel, numberBetween, overwrite, screen, screenFields, skippedResult, text } from '../request-fields.ts';
import { noNuclei } from '../shared/no-nuclei.ts';
import { openScreenLike } from '../shared/open-model-screen.ts';
import { requireApart } from '../shared/places.ts';
import { NOTHING_KEPT, untilStopped } from '../shared/stopped.ts';
import { requireNewTable, writeSkippedBeside, writeStream } from '../shared/table-output.ts';
import { nucleiChannelOf } from '../shared/training-cells.ts';
import { withLocks } from '../shared/with-locks.ts';
import { beginTask, tellLost } from '../task.ts';
import { defineWorkflow } from '../workflow.ts';
import { createMaskWriter } from './mask-files.ts';

const request = z.strictObject({
  screen,
  channel: text().optional().meta({
    description: 'the channel that shows the nuclei',
    value: 'name',
    usually: 'the one that is named after DNA or a stain of it',
    group: 'how',
  }),
  out: text().meta({ description: 'table of cells to write (.csv)', value: 'file', group: 'output' }),
  masks: text().optional().meta({
    description: 'folder for 16-bit label TIFFs, 0 background, 1..n the ObjectNumber',
    value: 'dir',
    group: 'output',
  }),
  diameter: numberBetween({ least: 2, most: 10_000 }).optional().meta({
    description: 'diameter of a typical nucleus',
    value: 'pixels',
    usually: 'estimated in each field',
    group: 'how',
  }),
  ...screenFields,
  model: likeModel,
  overwrite: overwrite('the table and the masks'),
});

const result = z.object({
  out: z.string(),
  channel: z.string(),
  fields: z.number(),
  nuclei: z.number(),
  /** Fields without any nucleus. */
  empty: z.number(),
  /** Median over all nuclei of the diameter of a disc of the same area (pixels); null without nuclei. */
  medianDiameter: z.number().nullable(),
  masks: z.string().nullable(),
  ...skippedResult,
});

const TASK = 'detecting';

/** Finds the nuclei of every field of a screen and writes where they are. */
export const detect = defineWorkflow(
  {
    title: 'detect',
    description: 'Find the nuclei of every field, bright on dark, and write where they are.',
    request,
    result,
    rehearse: (asked, host, perform) =>
      rehearseScreen(
        { command: 'detect', main: TASK },
        {
          request: asked,
          trial: (at) => perform(asked, at),
          plan: async ({ screen: read }) => {
            const { fields, channels } = nucleiOf(read, asked.channel);
            const masks = asked.masks === undefined ? [] : [{ path: asked.masks, files: fields.length }];
            return {
              does: [`Finds the nuclei of ${fieldWords(fields.length)} in channel ${channels[0]}.`],
              writes: [asked.out, ...masks],
            };
          },
        },
        host,
      ),
  },
  async (asked, host) => {
    const { out, masks, overwrite } = asked;
    requireApart([['out', out]], { asked });
    await requireNewTable(out, { overwrite }, host);
    return withLocks({ files: [out], folders: [masks] }, host, () =>
      untilStopped(
        host,
        () => NOTHING_KEPT,
        (running) => detectScreen(asked, running),
      ),
    );
  },
);

async function detectScreen(
  { screen: path, out, masks, diameter, overwrite, ...asked }: z.output<typeof request>,
  host: RunningHost,
): Promise<z.output<typeof result>> {
  await requireNewTable(out, { overwrite }, host);
  const whole = await openScreenLike(path, asked, host);
  const shown = nucleiOf(whole, asked.channel);
  const maskWriter =
    masks === undefined ? undefined : await createMaskWriter(masks, { screen: shown, overwrite }, host);
  const task = beginTask(host, { task: TASK, total: shown.fields.length, unit: 'fields' });
  const source = createFieldSource(shown, { cacheBytes: 0, onSkip: (entry) => tellLost(host, entry) }, host);
  const areas: number[] = [];
  let [done, fields, empty] = [0, 0, 0];
  const finder = createFinder({ diameter, fields: shown.fields.length }, host);
  const lines = async function* () {
    yield cellsHeader(whole);
    const find = async (field: Field) => {
      const image = await source.read(field);
      return { field, found: image && (await finder.outline(image)) };
    };
    for await (const { field, found } of mapInOrder(shown.fields, 2 * host.threads, find)) {
      task.update(++done);
      if (!found) continue;
      await maskWriter?.write(field, found);
      fields++;
      if (found.nuclei.length === 0) empty++;
      for (const { area } of found.nuclei) areas.push(area);
      yield cellsLines(whole, { field, nuclei: found.nuclei });
    }
    requireSome(shown, { done: fields, skipped: source.skipped() });
    if (areas.length === 0) throw noNuclei(shown, { channel: shown.channels[0]!, option: 'channel' });
  };
  try {
    await writeStream(out, lines(), host);
  } catch (error) {
    await maskWriter?.discard();
    throw error;
  } finally {
    await finder.release();
  }
  task.end();
  const median = areas.sort((a, b) => a - b)[areas.length >> 1];
  const skipped = source.skipped();
  return {
    out,
    channel: shown.channels[0]!,
    fields,
    nuclei: areas.length,
    empty,
    medianDiameter: median === undefined ? null : Math.sqrt((4 * median) / Math.PI),
    masks: masks ?? null,
    skipped: skipped.length,
    skippedFile: await writeSkippedBeside(out, skipped, host),
  };
}

/** Finds the nuclei of fields of one channel on all threads; the few of a small screen are there before other threads are. */
function createFinder(
  { diameter, fields }: { diameter: number | undefined; fields: number },
  { threads, nucleiFinder }: RunningHost,
) {
  const options = { channel: 0, diameter };
  if (fields > threads) return nucleiFinder(options, threads);
  return { outline: async (image: Image) => findNuclei(image, options), release: async () => {} };
}

/** The screen with the channel alone that shows the nuclei. @throws BadOption where nothing says which it is */
function nucleiOf(screen: Screen, asked: string | undefined): Screen {
  return selectChannel(screen, screen.channels[nucleiChannelOf(screen, asked, 'channel')]!);
}

function cellsHeader({ columns }: Screen): string {
  return stringify([
    [
      ...carriedColumns(columns).map(({ name }) => name),
      ...['ImageNumber', 'ObjectNumber', 'Location_Center_X', 'Location_Center_Y', 'AreaShape_Area'],
    ],
  ]);
}

function cellsLines({ columns }: Screen, { field, nuclei }: { field: Field; nuclei: readonly Nucleus[] }): string {
  const carried = carriedColumns(columns).map(({ column }) => field.metadata[column] ?? '');
  return stringify(
    nuclei.map(({ label, x, y, area }) => [...carried, field.imageNumber, label, x.toFixed(2), y.toFixed(2), area]),
  );
}
