import { writeWhole } from '../files/write-whole.ts';
import { COMPRESSIONS, type Compression } from '../image/zarr-writer/compression.ts';
import { OME_ZARR_VERSIONS, type OmeZarrVersion } from '../image/zarr-writer/ome-zarr-version.ts';
import { createFieldSource } from '../screen/field-source.ts';
import { nodeAccess } from '../screen/node/access.ts';
import { layOutPlates } from '../screen/plate-layout.ts';
import type { ScreenOptions } from '../screen/screen-options.ts';
import { requireReadable, type SkippedField } from '../screen/skipped.ts';
import { createWorkerPool } from '../threads/worker-pool.ts';
import { convertPlate } from '../workflows/convert/convert-screen.ts';
import { formatFieldTable, PLACE_COLUMNS, type WrittenField } from '../workflows/convert/field-table.ts';
import { convertOutputs, requireNewPlates } from '../workflows/convert/outputs.ts';
import { whatImagesSay } from '../workflows/convert/what-images-say.ts';
import type { FieldToWrite } from '../workflows/convert/write-field.ts';
import { fileNames } from '../workflows/segment/file-names.ts';
import { writeSkippedBeside } from '../workflows/shared/table-output.ts';
import type { CommonOptions, Console } from './console.ts';
import type { CreateCommand } from './main.ts';
import { openScreen } from './open-screen.ts';
import { createCommand, numberBetween, oneOf, wholeNumber } from './options.ts';
import { createProgress } from './progress.ts';
import { addScreenOptions, SCREEN_ARGUMENT } from './screen-options.ts';
import { addStrictOption, endStrictly, type StrictOptions } from './strict.ts';

interface ConvertOptions extends CommonOptions, ScreenOptions, StrictOptions {
  readonly out: string;
  readonly omeZarr: OmeZarrVersion;
  readonly levels?: number;
  readonly chunk: number;
  readonly compression: Compression;
  readonly pixelSize?: number;
  readonly workers?: number;
  readonly overwrite: boolean;
}

/**
 * `convert <screen> --out plate.zarr`: a screen as OME-Zarr plates.
 *
 * It is 0.4 unless asked otherwise: programs that came to read 0.5 read 0.4 before, and others, such as napari with ome-zarr-py
 * before 0.12, read nothing later.
 */
export const createConvertCommand: CreateCommand = (console) =>
  addStrictOption(
    addScreenOptions(
      createCommand('convert', 'Write a screen as OME-Zarr plates, the format that vizarr and napari read.'),
    ),
  )
    .argument('<screen>', SCREEN_ARGUMENT)
    .requiredOption(
      '--out <folder>',
      'plate to write (.zarr); a folder for <plate>.zarr where the screen has several, or the name does not end in .zarr',
    )
    .option(
      '--ome-zarr <version>',
      `version to write: ${OME_ZARR_VERSIONS.join(', ')}`,
      oneOf(OME_ZARR_VERSIONS),
      '0.4',
    )
    .option(
      '--levels <n>',
      'levels of the pyramids, each half as wide (default: until the longer side is at most 256 pixels)',
      wholeNumber({ least: 1, most: 16 }),
    )
    .option('--chunk <pixels>', 'largest side of a chunk', wholeNumber({ least: 16, most: 16_384 }), 1024)
    .option(
      '--compression <name>',
      `of the chunks: ${COMPRESSIONS.join(', ')}; blosc has zstd in it`,
      oneOf(COMPRESSIONS),
      'blosc',
    )
    .option(
      '--pixel-size <µm>',
      'side of a pixel in micrometres (default: as the images say)',
      numberBetween({ least: 1e-6, most: 1e6 }),
    )
    .option('--workers <n>', 'fields that are written at once (default: --threads)', wholeNumber({ least: 1 }))
    .option('--overwrite', 'replace plates and tables of the same names', false)
    .action(async (screen: string, options: ConvertOptions) => {
      const result = await convertScreen(screen, { options, console });
      console.out(options.json ? `${JSON.stringify(result, undefined, 2)}\n` : summary(result));
      endStrictly(result, options);
    });

interface ConvertResult {
  readonly out: string;
  readonly omeZarr: OmeZarrVersion;
  readonly plates: readonly {
    readonly name: string;
    readonly path: string;
    readonly wells: number;
    readonly fields: number;
    /** Whether wells are where the table says, or were laid out in its order. */
    readonly wellsAsNamed: boolean;
  }[];
  readonly fields: number;
  readonly channels: readonly string[];
  /** Names of the label images that were written. */
  readonly labels: readonly string[];
  /** The metadata of the fields. */
  readonly table: string;
  readonly skipped: number;
  readonly skippedFile: string | null;
}

function summary({ out, plates, fields, table, skipped, skippedFile }: ConvertResult): string {
  const wells = plates.reduce((sum, plate) => sum + plate.wells, 0);
  const laidOut = plates.filter(({ wellsAsNamed }) => !wellsAsNamed);
  const count = (number: number, one: string) => `${number} ${one}${number === 1 ? '' : 's'}`;
  return [
    `${count(fields, 'field')} in ${count(wells, 'well')} of ${count(plates.length, 'plate')}: ${out}`,
    ...(laidOut.length > 0
      ? [
          `Without a row and a column for every well, those of ${laidOut.map(({ name }) => name).join(', ')} are laid out in the order of the table`,
        ]
      : []),
    ...(skipped > 0 ? [`${count(skipped, 'field')} or label images could not be read: see ${skippedFile}`] : []),
    `A plate has no room for labels and treatments: they are in ${table}, to be joined with --annotations ${table} --on ${PLACE_COLUMNS.join(',')}`,
    '',
  ].join('\n');
}

async function convertScreen(
  path: string,
  { options, console }: { options: ConvertOptions; console: Console },
): Promise<ConvertResult> {
  const { out, omeZarr, levels, chunk, compression, threads, workers = threads } = options;
  const screen = await openScreen(path, options, console);
  const said = whatImagesSay(screen);
  const { pixelSize = said.pixelSize } = options;
  const plates = layOutPlates(screen);
  const outputs = convertOutputs(out, plates);
  await requireNewPlates(outputs, { screen, overwrite: options.overwrite });

  const total = screen.fields.length;
  const progress = createProgress(console, { label: 'converting', total, unit: 'fields' });
  const source = createFieldSource(screen, { cacheBytes: 0, onSkip: ({ message }) => progress.note(message) });
  const lostLabels: SkippedField[] = [];
  const names = [...new Set(screen.fields.flatMap(({ objects = {} }) => Object.keys(objects)))];
  const folders = fileNames(names, 'objects');
  const pool = createWorkerPool<FieldToWrite, undefined>('../workflows/convert/write-field.worker', {
    from: import.meta.url,
    workers: Math.min(workers, total),
    workerData: undefined,
  });
  const written: WrittenField[] = [];
  const made: ConvertResult['plates'][number][] = [];
  let done = 0;
  try {
    for (const [i, plate] of plates.entries()) {
      const fields = await convertPlate(outputs.plates[i]!, plate, {
        ...{ screen, source, pool, levels, pixelSize, colours: said.colours, chunk, compression, version: omeZarr },
        objects: new Map(names.map((name, n) => [name, folders[n]!])),
        onField: () => progress.update(++done),
        onLostLabels: (entry) => {
          lostLabels.push(entry);
          progress.note(entry.message);
        },
      });
      if (fields.length === 0) continue;
      written.push(...fields);
      const wells = new Set(fields.map(({ well }) => well)).size;
      const { name, asNamed } = plate;
      made.push({ name, path: outputs.plates[i]!, wells, fields: fields.length, wellsAsNamed: asNamed });
    }
  } finally {
    await pool.release();
  }
  if (written.length === 0) requireReadable(screen, source.skipped());
  progress.finish();
  await writeWhole(outputs.table, formatFieldTable(screen, written));
  const skipped = [...source.skipped(), ...lostLabels];
  return {
    ...{ out, omeZarr, plates: made, fields: written.length },
    ...{ channels: screen.channels, labels: folders, table: outputs.table },
    skipped: skipped.length,
    skippedFile: await writeSkippedBeside(outputs.table, skipped, nodeAccess),
  };
}
