import * as z from 'zod';
import { dirname, resolve } from '../../files/paths.ts';
import { COMPRESSIONS } from '../../image/zarr-writer/compression.ts';
import { OME_ZARR_VERSIONS } from '../../image/zarr-writer/ome-zarr-version.ts';
import { createFieldSource } from '../../screen/field-source.ts';
import { NO_ILLUMINATION } from '../../screen/illumination/illuminate.ts';
import { layOutPlates } from '../../screen/plate-layout.ts';
import type { Screen } from '../../screen/screen.ts';
import { requireSome, type SkippedField } from '../../screen/skipped.ts';
import type { RunningHost } from '../host.ts';
import {
  numberBetween,
  oneOf,
  overwrite,
  screen,
  screenFields,
  skippedResult,
  text,
  wholeNumber,
  workers,
} from '../request-fields.ts';
import { fileNames } from '../segment/file-names.ts';
import { boundedWorkers } from '../shared/bounded-workers.ts';
import { coloursOfScreen } from '../shared/colours-of-screen.ts';
import { openScreen } from '../shared/open-screen.ts';
import { requireWritable } from '../shared/require-writable.ts';
import { untilStopped } from '../shared/stopped.ts';
import { writeSkippedBeside } from '../shared/table-output.ts';
import { withLocks } from '../shared/with-locks.ts';
import { beginTask, tellLost } from '../task.ts';
import { defineWorkflow, startRun } from '../workflow.ts';
import { convertPlate } from './convert-plate.ts';
import { formatFieldTable, type WrittenField } from './field-table.ts';
import { createFieldWriters } from './node/field-writers.ts';
import { type ConvertOutputs, convertOutputs, requireNewPlates } from './outputs.ts';
import { rehearseConversion } from './rehearse-conversion.ts';
import { stoppedWords } from './stopped-words.ts';

// Pixels of files are what a plate is for: they can be divided wherever it is read.
const { illumination: _, ...readFields } = screenFields;

const request = z.strictObject({
  screen,
  out: text().meta({
    description:
      'plate to write (.zarr); a folder for <plate>.zarr where the screen has several, or the name does not end in .zarr',
    value: 'folder',
    group: 'output',
  }),
  /**
   * It is 0.4 unless asked otherwise: programs that came to read 0.5 read 0.4 before, and others, such as napari with
   * ome-zarr-py before 0.12, read nothing later.
   */
  omeZarr: oneOf(OME_ZARR_VERSIONS)
    .default('0.4')
    .meta({ description: `version to write: ${OME_ZARR_VERSIONS.join(', ')}`, value: 'version', group: 'output' }),
  levels: wholeNumber({ least: 1, most: 16 }).optional().meta({
    description: 'levels of the pyramids, each half as wide',
    value: 'n',
    usually: 'until the longer side is at most 256 pixels',
    group: 'how',
  }),
  chunk: wholeNumber({ least: 16, most: 16_384 })
    .default(1024)
    .meta({ description: 'largest side of a chunk', value: 'pixels', group: 'how' }),
  compression: oneOf(COMPRESSIONS)
    .default('blosc')
    .meta({
      description: `of the chunks: ${COMPRESSIONS.join(', ')}; blosc uses zstd`,
      value: 'name',
      group: 'how',
    }),
  pixelSize: numberBetween({ least: 1e-6, most: 1e6 }).optional().meta({
    description: 'side of a pixel in micrometres',
    value: 'µm',
    usually: 'as the images say',
    group: 'how',
  }),
  workers,
  ...readFields,
  overwrite: overwrite('plates and tables of the same names'),
});

const result = z.object({
  out: z.string(),
  omeZarr: z.enum(OME_ZARR_VERSIONS),
  plates: z
    .array(
      z.object({
        name: z.string(),
        path: z.string(),
        wells: z.number(),
        fields: z.number(),
        /** Whether wells are where the table says; else they were laid out in its order. */
        wellsAsNamed: z.boolean(),
      }),
    )
    .readonly(),
  fields: z.number(),
  channels: z.array(z.string()).readonly(),
  /** Names of the label images that were written. */
  labels: z.array(z.string()).readonly(),
  /** The metadata of the fields. */
  table: z.string(),
  ...skippedResult,
});

type Request = z.output<typeof request>;
type WrittenPlates = Pick<z.output<typeof result>, 'plates' | 'labels'> & {
  readonly fields: readonly WrittenField[];
  readonly skipped: readonly SkippedField[];
};

/** Writes a screen as OME-Zarr plates. */
export const convert = defineWorkflow(
  {
    title: 'convert',
    description: 'Write a screen as OME-Zarr plates, the format that vizarr and napari read.',
    request,
    result,
    rehearse: (asked, host) =>
      rehearseConversion(
        asked,
        { convert: (at, writers) => startRun((on) => convertScreen(asked, [], on, writers), at) },
        host,
      ),
  },
  async (asked, host) => {
    const written: string[] = [];
    return withLocks({ files: [resolve(asked.out)] }, host, () =>
      untilStopped(
        host,
        () => stoppedWords(written),
        (running) => convertScreen(asked, written, running),
      ),
    );
  },
);

/** Of a folder for several plates nothing stays where none was written. */
async function removeEmpty(folder: string, { files }: RunningHost): Promise<void> {
  const there = (await files.status(folder))?.kind === 'folder';
  if (there && (await files.list(folder)).length === 0) await files.remove(folder);
}

/** Says of which objects no label image came into the plates. */
function warnOfNone(names: readonly string[], { emit }: RunningHost): void {
  if (names.length === 0) return;
  const message = `no label image of ${names.join(' or ')} could be read, so the plates have none`;
  emit({ event: 'warned', message });
}

/** @param whole gets the path of each plate once it is in its place */
async function convertScreen(
  asked: Request,
  whole: string[],
  host: RunningHost,
  startWriters = createFieldWriters,
): Promise<z.output<typeof result>> {
  const { out, omeZarr, overwrite } = asked;
  await requireWritable(dirname(resolve(out)), host, { folder: true });
  const screen = await openScreen(asked.screen, { ...asked, illumination: NO_ILLUMINATION }, host);
  const plates = layOutPlates(screen);
  const outputs = convertOutputs(out, plates);
  await requireNewPlates(outputs, { screen, overwrite }, host);
  const folder = await host.files.status(out);
  const {
    fields,
    labels,
    skipped,
    plates: made,
  } = await writePlates(screen, { plates, outputs, asked, whole, startWriters }, host).catch(async (error: unknown) => {
    if (folder === undefined) await removeEmpty(out, host);
    throw error;
  });
  await host.files.write(
    outputs.table,
    formatFieldTable(screen, fields, { pixelSize: asked.pixelSize ?? screen.pixelSize }),
  );
  return {
    ...{ out, omeZarr, plates: made, fields: fields.length },
    ...{ channels: screen.channels, labels, table: outputs.table },
    skipped: skipped.length,
    skippedFile: await writeSkippedBeside(outputs.table, skipped, host),
  };
}

/** Writes one plate after the other. @throws TooManyUnreadable when no field can be read */
async function writePlates(
  screen: Screen,
  {
    plates,
    outputs,
    asked: { omeZarr: version, levels, chunk, compression, pixelSize, workers },
    whole,
    startWriters,
  }: {
    plates: ReturnType<typeof layOutPlates>;
    outputs: ConvertOutputs;
    asked: Request;
    whole: string[];
    startWriters: typeof createFieldWriters;
  },
  host: RunningHost,
): Promise<WrittenPlates> {
  const colours = await coloursOfScreen(screen, host);
  const total = screen.fields.length;
  const task = beginTask(host, { task: 'converting', total, unit: 'fields' });
  const source = createFieldSource(screen, { cacheBytes: 0, onSkip: (field) => tellLost(host, field) }, host);
  const lostLabels: SkippedField[] = [];
  const kept = new Set<string>();
  const names = [...new Set(screen.fields.flatMap(({ objects = {} }) => Object.keys(objects)))];
  const labels = fileNames(names, 'objects');
  const writers = startWriters({ workers: Math.min(boundedWorkers(workers, host) ?? host.threads, total) });
  const written: WrittenField[] = [];
  const made: WrittenPlates['plates'][number][] = [];
  let done = 0;
  const options = {
    ...{ screen, source, writers, levels, chunk, compression, version },
    ...{ pixelSize: pixelSize ?? screen.pixelSize, colours },
    objects: new Map(names.map((name, n) => [name, labels[n]!])),
    onField: () => task.update(++done),
    onLabels: (name: string) => kept.add(name),
    onLostLabels: (entry: SkippedField) => {
      lostLabels.push(entry);
      tellLost(host, entry);
    },
  };
  try {
    for (const [i, plate] of plates.entries()) {
      const path = outputs.plates[i]!;
      const fields = await convertPlate(path, plate, options, host);
      if (fields.length === 0) continue;
      written.push(...fields);
      whole.push(path);
      const wells = new Set(fields.map(({ well }) => well)).size;
      made.push({ name: plate.name, path, wells, fields: fields.length, wellsAsNamed: plate.asNamed });
    }
  } finally {
    await writers.release();
  }
  requireSome(screen, { done: written.length, skipped: source.skipped() });
  task.end();
  warnOfNone(
    names.filter((name) => !kept.has(name)),
    host,
  );
  const there = labels.filter((_, n) => kept.has(names[n]!));
  return { fields: written, plates: made, labels: there, skipped: [...source.skipped(), ...lostLabels] };
}
