/**
 * Segments a screen with each recipe, with belief propagation and without, and prints how far the masks agree with a
 * reference: label images of the table, or Otsu's threshold of a channel. Beside label images stands what Otsu's
 * threshold of every channel reaches, and how all do on the fields where the best of these channels is below --hard.
 * Where the model normalizes by plate and the table has no plates, every field is one of its own.
 *
 * Run: npx tsx bench/masks.ts <model.onnx> <fields.csv> [--reference Nuclei | --otsu CHANNEL] [--where Metadata_Split=val]
 * [--classes all] [--edge 0.45] [--hard 0.6] [--folder bench-run/masks]
 */
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'csv-stringify/sync';
import { writeWhole } from '../src/files/write-whole.ts';
import { overlapOf } from '../src/localization/overlap.ts';
import { maskAbove, thresholdOf } from '../src/localization/threshold/threshold.ts';
import { nodeAccess } from '../src/screen/node/access.ts';
import { readObjects } from '../src/screen/objects/read-objects.ts';
import { readField } from '../src/screen/read-field.ts';
import { readScreen } from '../src/screen/read-screen.ts';
import { milscope, readRows } from './milscope.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    reference: { type: 'string' },
    otsu: { type: 'string' },
    where: { type: 'string' },
    classes: { type: 'string', default: 'all' },
    edge: { type: 'string' },
    hard: { type: 'string', default: '0.6' },
    folder: { type: 'string', default: 'bench-run/masks' },
  },
});
const [model, table] = positionals;
if (model === undefined || table === undefined || (values.reference === undefined) === (values.otsu === undefined)) {
  throw new Error('npx tsx bench/masks.ts <model.onnx> <fields.csv> --reference OBJECTS, or --otsu CHANNEL');
}
const { folder } = values;
const hard = Number(values.hard);

/** Foreground IoU and mean IU of a field. */
interface Score {
  readonly foreground: number;
  readonly mean: number;
}

const chosen = await writeChosen();
const screen = await readScreen(chosen, {}, nodeAccess);
const otsu = values.reference === undefined ? [] : await scoreOtsu(values.reference);
const best = otsu.reduce<readonly Score[] | undefined>(
  (some, { scores }) => (some === undefined || mean(scores, 'foreground') > mean(some, 'foreground') ? scores : some),
  undefined,
);
process.stdout.write(`${screen.fields.length} fields${best ? `, ${hardOf(best).length} of them hard` : ''}\n`);
process.stdout.write('masks                          fg IoU   median   mean IU   hard fg IoU\n');
for (const { name, scores } of otsu) print(name, scores);
for (const recipe of ['guided', 'plain']) {
  for (const coupling of ['2', '0']) {
    const edge = recipe === 'guided' && values.edge !== undefined ? ['--edge', values.edge] : [];
    const name = `${[recipe, ...edge].join(' ')}${coupling === '0' ? ', no beliefs' : ''}`;
    print(name, await segment(name, ['--recipe', recipe, '--coupling', coupling, ...edge]));
  }
}

/** The rows asked for, with files that can be found from another folder. */
async function writeChosen(): Promise<string> {
  const [column, value] = values.where?.split('=') ?? [];
  const rows = (await readRows(table!)).filter((row) => column === undefined || row[column] === value);
  const whole = rows.map((row, i) => ({
    ...(row.Metadata_Plate === undefined && { Metadata_Plate: `field ${i + 1}` }),
    ...Object.fromEntries(
      Object.entries(row).map(([name, file]) =>
        /FileName_/.test(name) && file !== '' ? [name, resolve(dirname(table!), file)] : [name, file],
      ),
    ),
  }));
  const path = join(folder, 'fields.csv');
  await writeWhole(path, Buffer.from(stringify(whole, { header: true })));
  return path;
}

async function scoreOtsu(name: string): Promise<{ readonly name: string; readonly scores: readonly Score[] }[]> {
  const found = screen.channels.map((channel) => ({ name: `Otsu's threshold of ${channel}`, scores: [] as Score[] }));
  for (const field of screen.fields) {
    const { data, height, width } = await readField(screen, field, nodeAccess);
    const truth = await readObjects(screen, field, { name, size: { height, width } }, nodeAccess);
    if (!truth) continue;
    for (const [c, { scores }] of found.entries()) {
      const plane = { data: data.subarray(c * height * width, (c + 1) * height * width), height, width };
      const overlap = overlapOf(maskAbove(plane, thresholdOf(plane, { kind: 'otsu' })), truth);
      scores.push({ foreground: overlap.foregroundIoU, mean: overlap.meanIU });
    }
  }
  return found;
}

async function segment(name: string, options: readonly string[]): Promise<readonly Score[]> {
  const out = join(folder, name.replaceAll(/[ ,]+/g, '-'));
  const reference =
    values.reference === undefined
      ? ['--reference', 'otsu', '--reference-channel', values.otsu!]
      : ['--reference', `objects=${values.reference}`];
  const argv = ['segment', model!, chosen, '--out', out, '--overwrite', '--classes', values.classes];
  await milscope(...argv, ...reference, ...options);
  return (await readRows(join(out, 'overlap.csv'))).map((row) => ({
    foreground: Number(row.foregroundIoU),
    mean: Number(row.meanIU),
  }));
}

function mean(scores: readonly Score[], of: keyof Score): number {
  return scores.reduce((sum, score) => sum + score[of], 0) / scores.length;
}

/** The places of the fields that are hard for Otsu's threshold. */
function hardOf(scores: readonly Score[]): number[] {
  return [...scores.keys()].filter((i) => scores[i]!.foreground < hard);
}

function print(name: string, scores: readonly Score[]): void {
  const sorted = scores.map(({ foreground }) => foreground).sort((a, b) => a - b);
  const some = best ? hardOf(best).map((i) => scores[i]!) : [];
  const figures = [
    mean(scores, 'foreground').toFixed(3).padStart(9),
    sorted[Math.floor(sorted.length / 2)]!.toFixed(3).padStart(9),
    mean(scores, 'mean').toFixed(3).padStart(10),
    (some.length > 0 ? mean(some, 'foreground').toFixed(3) : '–').padStart(14),
  ];
  process.stdout.write(`${name.padEnd(28)}${figures.join('')}\n`);
}
