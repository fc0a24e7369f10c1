/** Simulated screens with a solvent (DMSO) on every plate, whose plates are stained and exposed otherwise. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { encodeTiff } from '../src/image/node/encode.ts';
import { openScreen } from '../src/index.ts';
import { nodeAccess, readField } from '../src/library/screen.ts';
import type { Image } from '../src/pixels/pixels.ts';
import { createRandom } from '../src/random.ts';
import { milscopeFor, type Row, readRows } from './milscope.ts';

/** What screens are made of. */
export interface PlateScreens {
  /** Where they are written, each seed in a folder of its own. */
  readonly folder: string;
  readonly plates: number;
  /** How many of the plates, the last ones, no training sees. */
  readonly tested: number;
  /** Wells of a plate with cells, fields of a well, and pixels of a side of a field. */
  readonly wells: string;
  readonly sites: string;
  readonly size: string;
  /** Standard deviation of the logarithm of a channel's gain, and of its offset in standard deviations of the channel. */
  readonly shift: number;
  /** Classes beside the solvent of a plate that has few. */
  readonly few: number;
}

/** Standard deviation of a channel of a simulated screen, in counts, about. */
const DEVIATION = 500;

/** The names of the plates that no training sees. */
export function heldOutPlates({ plates, tested }: PlateScreens): readonly string[] {
  return Array.from({ length: tested }, (_, i) => `Plate${plates - i}`);
}

/**
 * The table of a screen, which is simulated and changed as a setting says. `plain` screens are as they were simulated; in
 * `shifted` ones each channel of a plate has a gain and an offset; in `few` ones a plate has the solvent and few classes besides;
 * in `dead` ones half of the wells of tested plates have no cells, and no label.
 */
export async function screenOf(setting: string, seed: number, screens: PlateScreens): Promise<string> {
  const { folder, plates, wells, sites, size } = screens;
  const own = join(folder, `seed-${seed}`);
  const isDead = setting === 'dead';
  const [plain, shifted] = isDead ? ['half-empty', 'half-empty-shifted'] : ['plain', 'shifted'];
  const simulated = join(own, plain, 'fields.csv');
  await milscopeFor(
    simulated,
    ...['simulate', dirname(simulated), '--plates', String(plates), '--sites', sites, '--size', size],
    ...['--seed', String(seed), '--wells', String(isDead ? 2 * Number(wells) : wells)],
    ...(isDead ? ['--empty', '0.5'] : []),
  );
  // All wells without an effect have the solvent.
  const controlled = join(own, plain, 'plain.csv');
  if (!existsSync(controlled)) await nameControls(simulated, controlled);
  if (setting === 'plain') return controlled;
  const changed = join(own, shifted, 'fields.csv');
  if (!existsSync(changed)) await shiftPlates(controlled, changed, { seed, shift: screens.shift });
  if (setting === 'shifted') return changed;
  const table = join(own, shifted, `${setting}.csv`);
  if (!existsSync(table)) await (isDead ? killWells : keepClasses)(changed, table, screens);
  return table;
}

/** Leaves wells without cells on tested plates alone, and takes their labels. */
async function killWells(from: string, to: string, screens: PlateScreens): Promise<void> {
  const heldOut = heldOutPlates(screens);
  const rows = (await readRows(from)).flatMap((row) => {
    if (row.Metadata_Phenotype !== 'empty') return [row];
    return heldOut.includes(row.Metadata_Plate!) ? [{ ...row, Metadata_Phenotype: '' }] : [];
  });
  await writeFile(to, stringify(rows, { header: true }));
}

/** Names the solvent as what was given to all normal wells. */
async function nameControls(from: string, to: string): Promise<void> {
  const rows = await readRows(from);
  const named = rows.map((row) => ({
    ...row,
    ...(row.Metadata_Phenotype === 'normal' && { Metadata_Compound: 'DMSO' }),
  }));
  await writeFile(to, stringify(named, { header: true }));
}

/** Writes a screen again, each channel of each plate with a gain and a shift of its own. */
async function shiftPlates(from: string, to: string, { seed, shift }: { seed: number; shift: number }): Promise<void> {
  const screen = await openScreen(from);
  const rows = await readRows(from);
  const random = createRandom(seed, 'plates');
  await mkdir(join(dirname(to), 'images'), { recursive: true });
  const shifts = new Map<string, { gain: number; shift: number }[]>();
  for (const [i, field] of screen.fields.entries()) {
    const image = await readField(screen, field, nodeAccess);
    const row = rows[i]!;
    const plate = row.Metadata_Plate!;
    const own =
      shifts.get(plate) ??
      screen.channels.map(() => ({ gain: Math.exp(shift * random.normal()), shift: shift * random.normal() }));
    shifts.set(plate, own);
    for (const [c, channel] of screen.channels.entries()) {
      const file = join(dirname(to), row[`FileName_${channel}`]!);
      await writeFile(file, await encodeTiff(expose(image, c, own[c]!), file));
    }
  }
  const written = rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !/^Objects/.test(name))));
  await writeFile(to, stringify(written, { header: true }));
}

function expose(
  { data, height, width }: Image,
  channel: number,
  { gain, shift }: { gain: number; shift: number },
): Image {
  const size = height * width;
  const plane = data.subarray(channel * size, (channel + 1) * size);
  const counts = Uint16Array.from(plane, (value) =>
    Math.min(65535, Math.max(0, Math.round(400 + gain * value + shift * DEVIATION))),
  );
  return { data: counts, channels: 1, height, width };
}

/** Keeps of each plate the solvent and some classes, in turn, so that every class is on some training plate. */
async function keepClasses(from: string, to: string, { plates, tested, few }: PlateScreens): Promise<void> {
  const rows = await readRows(from);
  const classes = [
    ...new Set(rows.filter((row) => row.Metadata_Compound !== 'DMSO').map((row) => row.Metadata_Phenotype!)),
  ].sort();
  const kept = (row: Row) => {
    const plate = Number(/\d+$/.exec(row.Metadata_Plate!)![0]) - 1;
    const place = classes.indexOf(row.Metadata_Phenotype!);
    // Tested plates come in turn from the first class on, too.
    const first = ((plate < plates - tested ? plate : plate - (plates - tested)) * few) % classes.length;
    return place < 0 || (place - first + classes.length) % classes.length < few;
  };
  await writeFile(to, stringify(rows.filter(kept), { header: true }));
}
