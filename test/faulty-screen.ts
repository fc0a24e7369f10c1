import { copyFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeTiff } from '../src/image/node/write.ts';
import { readImage } from '../src/image/read.ts';
import { blur } from '../src/pixels/gaussian.ts';
import { createRandom } from '../src/random.ts';
import { nodeAccess } from '../src/screen/node/access.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

type Plane = Float32Array;
type Side = { readonly height: number; readonly width: number };

/** Columns of the channels in the table of a simulated screen. */
const images = ['FileName_DNA', 'FileName_Actin', 'FileName_Tubulin'] as const;

/**
 * A simulated screen of two plates of 12 wells of 2 fields, of which some have one fault each. Gives its table, and what
 * `inspect` must say of which `ImageNumber`.
 */
export async function simulateFaultyScreen(
  folder: string,
  { size = 192, seed = 1 } = {},
): Promise<{ table: string; faults: ReadonlyMap<number, readonly string[]>; missing: string }> {
  const whole = await simulateTinyScreen(folder, { classes: 3, plates: 2, wells: 12, sites: 2, size, seed });
  const rows = await rowsOf(whole);
  const file = (row: number, channel: number) => join(dirname(whole), rows[row]![images[channel]!]!);
  const faults = new Map<number, string[]>();
  const blame = (row: number, kind: string) => {
    const number = Number(rows[row]!.ImageNumber);
    faults.set(number, [...(faults.get(number) ?? []), kind]);
  };
  const change = async (row: number, channel: number, paint: (plane: Plane, side: Side) => void) => {
    const { data, height, width } = await readImage(file(row, channel), {}, nodeAccess);
    const plane = Float32Array.from(data);
    paint(plane, { height, width });
    const counts = Uint16Array.from(plane, (value) => Math.max(0, Math.min(65535, Math.round(value))));
    await writeTiff(file(row, channel), { data: counts, channels: 1, height, width });
  };

  await change(1, 0, (plane) => {
    const sorted = plane.toSorted();
    const gain = 65535 / sorted[Math.floor(0.97 * sorted.length)]!;
    for (let i = 0; i < plane.length; i++) plane[i]! *= gain;
  });
  blame(1, 'saturated');
  blame(1, 'odd intensity');

  const random = createRandom(seed, 'empty');
  for (const channel of images.keys()) {
    await change(3, channel, (plane) => {
      for (let i = 0; i < plane.length; i++) plane[i] = 400 + 30 * random.normal();
    });
  }
  blame(3, 'empty');

  for (const channel of images.keys()) await change(5, channel, (plane, side) => blur(plane, { ...side, sigma: 3 }));
  blame(5, 'blurred');

  for (const channel of images.keys()) await copyFile(file(7, channel), file(9, channel));
  blame(7, 'duplicate');
  blame(9, 'duplicate');

  await truncate(file(11, 2), 5000);
  blame(11, 'unreadable');

  for (const channel of images.keys()) {
    const { data, width } = await readImage(file(13, channel), {}, nodeAccess);
    const side = Math.round(0.75 * width);
    const cut = new Uint16Array(side * side);
    for (let y = 0; y < side; y++) cut.set(data.subarray(y * width, y * width + side) as Uint16Array, y * side);
    await writeTiff(file(13, channel), { data: cut, channels: 1, height: side, width: side });
  }
  blame(13, 'other size');

  const { data, height, width } = await readImage(file(15, 1), {}, nodeAccess);
  const shallow = Uint8Array.from(data, (value) => Math.min(255, Math.round(value / 128)));
  await writeTiff(file(15, 1), { data: shallow, channels: 1, height, width });
  blame(15, 'other bit depth');
  blame(15, 'odd intensity');

  await copyFile(file(17, 1), file(17, 2));
  blame(17, 'same channels');

  const last = rows.length - 1;
  const { Metadata_Plate: plate, Metadata_Well: well } = rows[last]!;
  const table = await changeTable(whole, 'faulty.csv', (lines) => lines.slice(0, -1));
  return { table, faults, missing: `${plate} ${well}` };
}

/** The rows of a table without quotes, by the names of their columns. */
export async function rowsOf(table: string): Promise<Record<string, string>[]> {
  const [header, ...lines] = (await readFile(table, 'utf8')).trim().split('\n');
  const names = header!.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i]!, cell])));
}

/** A table as a text that says the same of other rows. */
export async function writeRows(path: string, rows: readonly Readonly<Record<string, string>>[]): Promise<string> {
  const names = Object.keys(rows[0]!);
  await writeFile(
    path,
    [names, ...rows.map((row) => names.map((name) => row[name]!))].map((row) => row.join()).join('\n'),
  );
  return path;
}
