import { stringify } from 'csv-stringify/sync';
import { carriedColumns } from '../evaluation/prediction-table.ts';
import { detectNuclei, type Nucleus } from '../localization/nuclei/nuclei.ts';
import { createFieldSource } from '../screen/field-source.ts';
import type { Field, Screen } from '../screen/screen.ts';
import type { ScreenOptions } from '../screen/screen-options.ts';
import { selectChannel } from '../screen/select-channel.ts';
import { mapInOrder } from '../threads/map-in-order.ts';
import { createMaskWriter } from '../workflows/detect/mask-files.ts';
import { openScreen } from '../workflows/shared/open-screen.ts';
import { requireNewTable, writeSkippedBeside, writeStream } from '../workflows/shared/table-output.ts';
import type { CommonOptions, Console } from './console.ts';
import type { CreateCommand } from './main.ts';
import { createCommand, numberBetween } from './options.ts';
import { createProgress } from './progress.ts';
import { addScreenOptions, SCREEN_ARGUMENT } from './screen-options.ts';
import { addStrictOption, endStrictly, type StrictOptions } from './strict.ts';

interface DetectOptions extends CommonOptions, ScreenOptions, StrictOptions {
  readonly channel: string;
  readonly out: string;
  readonly masks?: string;
  readonly diameter?: number;
  readonly overwrite: boolean;
}

/** `detect <screen> --channel NAME --out cells.csv`: where the nuclei are. */
export const createDetectCommand: CreateCommand = (console) =>
  addStrictOption(
    addScreenOptions(
      createCommand('detect', 'Find the nuclei of every field, bright on dark, and write where they are.'),
    ),
  )
    .argument('<screen>', SCREEN_ARGUMENT)
    .requiredOption('--channel <name>', 'the channel that shows the nuclei')
    .requiredOption('--out <file>', 'table of cells to write (.csv)')
    .option('--masks <dir>', 'folder for 16-bit label TIFFs, 0 background, 1..n the ObjectNumber')
    .option(
      '--diameter <pixels>',
      'diameter of a typical nucleus (default: estimated in each field)',
      numberBetween({ least: 2, most: 10_000 }),
    )
    .option('--overwrite', 'replace the table and the masks', false)
    .action(async (screen: string, options: DetectOptions) => {
      const result = await detectScreen(await openScreen(screen, options, console), { options, console });
      console.out(options.json ? `${JSON.stringify(result, undefined, 2)}\n` : summary(result, screen));
      endStrictly(result, options);
    });

interface DetectResult {
  readonly out: string;
  readonly channel: string;
  readonly fields: number;
  readonly nuclei: number;
  /** Fields without any nucleus. */
  readonly empty: number;
  /** Median over all nuclei of the diameter of a disc of the same area (pixels); null without nuclei. */
  readonly medianDiameter: number | null;
  readonly masks: string | null;
  readonly skipped: number;
  readonly skippedFile: string | null;
}

function summary(result: DetectResult, screen: string): string {
  const { out, channel, fields, nuclei, empty, medianDiameter, masks, skipped, skippedFile } = result;
  const size = medianDiameter === null ? '' : `, ${medianDiameter.toFixed(1)} pixels wide in the median`;
  return [
    `${nuclei} nuclei in ${fields} fields${size}: ${out}`,
    ...(empty > 0 ? [`${empty} fields have none in ${channel}`] : []),
    ...(masks === null ? [] : [`masks: ${masks}`]),
    ...(skipped > 0 ? [`${skipped} fields could not be read: see ${skippedFile}`] : []),
    `Give each its class: milscope predict model.onnx ${screen} --out predictions.csv --cells ${out}`,
    '',
  ].join('\n');
}

async function detectScreen(
  screen: Screen,
  { options, console }: { options: DetectOptions; console: Console },
): Promise<DetectResult> {
  const { out, masks, diameter, threads, overwrite } = options;
  await requireNewTable(out, { overwrite });
  const shown = selectChannel(screen, options.channel);
  const writeMask = masks === undefined ? undefined : await createMaskWriter(masks, { screen: shown, overwrite });
  const total = shown.fields.length;
  const progress = createProgress(console, { label: 'detecting', total, unit: 'fields' });
  const source = createFieldSource(shown, { cacheBytes: 0, onSkip: ({ message }) => progress.note(message) });
  const areas: number[] = [];
  let [done, fields, empty] = [0, 0, 0];
  const lines = async function* () {
    yield cellsHeader(screen);
    const images = mapInOrder(shown.fields, threads, async (field) => ({ field, image: await source.read(field) }));
    for await (const { field, image } of images) {
      progress.update(++done);
      if (!image) continue;
      const found = detectNuclei(image, { diameter });
      await writeMask?.(field, found);
      fields++;
      if (found.nuclei.length === 0) empty++;
      for (const { area } of found.nuclei) areas.push(area);
      yield cellsLines(screen, { field, nuclei: found.nuclei });
    }
  };
  await writeStream(out, lines());
  progress.finish();
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
    skippedFile: await writeSkippedBeside(out, skipped),
  };
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
