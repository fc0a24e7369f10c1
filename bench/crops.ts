/**
 * Cuts crops out of the fields of a screen with hand-drawn masks and labels each with nothing but whether it holds an
 * object: what a network is trained on that then segments without ever having been shown an outline. A crop holds an
 * object when a share of its pixels (--least) lies in the mask, and none when not a single one does; what lies between is
 * left out. Writes PNGs and `fields.csv`; crops of one field have one well and one plate.
 *
 * Run: npx tsx bench/crops.ts <fields.csv> <folder> --objects Nuclei [--where Metadata_Split=train] [--side 32]
 * [--crops 6] [--least 0.05] [--seed 1]. --crops are of each kind of each field, as many as it has.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'csv-stringify/sync';
import { writeWhole } from '../src/files/write-whole.ts';
import { writePng } from '../src/image/node/write.ts';
import { readImage } from '../src/image/read.ts';
import { createRandom } from '../src/random.ts';
import { nodeAccess } from '../src/screen/node/access.ts';
import { readField } from '../src/screen/read-field.ts';
import { readScreen } from '../src/screen/read-screen.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    objects: { type: 'string', default: 'Nuclei' },
    where: { type: 'string' },
    side: { type: 'string', default: '32' },
    crops: { type: 'string', default: '6' },
    least: { type: 'string', default: '0.05' },
    seed: { type: 'string', default: '1' },
  },
});
const [table, folder] = positionals;
if (table === undefined || folder === undefined) throw new Error('npx tsx bench/crops.ts <fields.csv> <folder>');
const [side, wanted, least] = [Number(values.side), Number(values.crops), Number(values.least)];
const [column, value] = values.where?.split('=') ?? [];

/** Sums of all pixels of a mask above and to the left of each corner, `[height + 1, width + 1]`. */
function integral(mask: ArrayLike<number>, { height, width }: { height: number; width: number }): Float64Array {
  const sums = new Float64Array((height + 1) * (width + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += mask[y * width + x]! > 0 ? 1 : 0;
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1]! + row;
    }
  }
  return sums;
}

const screen = await readScreen(table, {}, nodeAccess);
const rows: Record<string, string | number>[] = [];
for (const field of screen.fields) {
  if (column !== undefined && field.metadata[column] !== value) continue;
  const image = await readField(screen, field, nodeAccess);
  const { data, channels, height, width } = image;
  const sums = integral((await readImage(field.objects![values.objects]!, {}, nodeAccess)).data, { height, width });
  const inside = (y: number, x: number): number =>
    sums[(y + side) * (width + 1) + x + side]! -
    sums[y * (width + 1) + x + side]! -
    sums[(y + side) * (width + 1) + x]! +
    sums[y * (width + 1) + x]!;
  const random = createRandom(Number(values.seed), 'crops', field.imageNumber);
  const left = { yes: wanted, no: wanted };
  const places = new Set<string>();
  for (let attempt = 0; attempt < 400 && left.yes + left.no > 0; attempt++) {
    const y = random.integer(height - side + 1);
    const x = random.integer(width - side + 1);
    const covered = inside(y, x);
    const label = covered === 0 ? 'no' : covered >= least * side * side ? 'yes' : undefined;
    const place = `${y}-${x}`;
    if (label === undefined || left[label] === 0 || places.has(place)) continue;
    places.add(place);
    left[label]--;
    const crop = new (data.constructor as Uint16ArrayConstructor)(channels * side * side);
    for (let row = 0; row < channels * side; row++) {
      const [channel, down] = [Math.floor(row / side), row % side];
      const start = (channel * height + y + down) * width + x;
      crop.set(data.subarray(start, start + side), row * side);
    }
    const files: Record<string, string> = {};
    for (const [channel, name] of screen.channels.entries()) {
      const file = `images/${field.imageNumber}-${place}-${name}.png`;
      const plane = crop.subarray(channel * side * side, (channel + 1) * side * side);
      await writePng(join(folder, file), { data: plane, channels: 1, height: side, width: side });
      files[`FileName_${name}`] = file;
    }
    rows.push({
      ...files,
      Metadata_Plate: `field ${field.imageNumber}`,
      Metadata_Well: 'A01',
      Metadata_Site: place,
      Metadata_Object: label,
    });
  }
}
await writeWhole(join(folder, 'fields.csv'), Buffer.from(stringify(rows, { header: true })));
const count = (label: string) => rows.filter((row) => row.Metadata_Object === label).length;
process.stdout.write(`${count('yes')} crops with, ${count('no')} without: ${join(folder, 'fields.csv')}\n`);
