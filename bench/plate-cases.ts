/** What measurements on screens whose plates differ share: their options, and a table of results that is added to. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'csv-stringify/sync';
import { eachOf, type Row, readRows } from './milscope.ts';
import { type PlateScreens, screenOf } from './plate-screens.ts';

/** A way on a screen. */
export interface PlateCase {
  readonly way: string;
  readonly setting: string;
  readonly seed: number;
}

/** The options of a measurement; `name` is that of its folder in `bench-run`. */
export function readPlateOptions({
  name,
  ways,
  settings,
  plates,
}: {
  name: string;
  ways: string;
  settings: string;
  plates: string;
}) {
  const { values } = parseArgs({
    options: {
      ways: { type: 'string', default: ways },
      settings: { type: 'string', default: settings },
      plates: { type: 'string', default: plates },
      tested: { type: 'string', default: '2' },
      wells: { type: 'string', default: '24' },
      sites: { type: 'string', default: '1' },
      size: { type: 'string', default: '192' },
      shift: { type: 'string', default: '0.5' },
      few: { type: 'string', default: '2' },
      epochs: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      seeds: { type: 'string', default: '2' },
      threads: { type: 'string', default: '2' },
      'at-once': { type: 'string', default: '1' },
      folder: { type: 'string', default: `bench-run/${name}` },
      results: { type: 'string', default: `bench-run/${name}/results.csv` },
    },
  });
  const screens: PlateScreens = {
    ...values,
    plates: Number(values.plates),
    tested: Number(values.tested),
    shift: Number(values.shift),
    few: Number(values.few),
  };
  return {
    ...values,
    ways: values.ways.split(','),
    settings: values.settings.split(','),
    seeds: Array.from({ length: Number(values.seeds) }, (_, i) => Number(values.seed) + i),
    screens,
  };
}

/**
 * Measures every case that is not in the table of results, and writes each into it once it is known. Prints what `words` says of
 * the rows of a way and a setting, a row for each seed.
 *
 * @param measure gives the columns of a case, whose screen is there
 */
export async function measureCases(
  options: ReturnType<typeof readPlateOptions>,
  {
    measure,
    words,
  }: {
    measure: (of: PlateCase) => Promise<Readonly<Record<string, number>>>;
    words: (found: readonly Row[]) => string;
  },
): Promise<void> {
  const { ways, settings, seeds, results, screens } = options;
  await mkdir(dirname(results), { recursive: true });
  const known = existsSync(results) ? [...(await readRows(results))] : [];
  const knownOf = ({ way, setting, seed }: PlateCase) =>
    known.find((row) => row.Setting === setting && row.Way === way && row.Seed === String(seed));
  const cases = settings.flatMap((setting) => ways.flatMap((way) => seeds.map((seed) => ({ way, setting, seed }))));
  const missing = cases.filter((of) => knownOf(of) === undefined);
  // One after the other: several ways on a screen would make it at once.
  for (const { setting, seed } of missing) await screenOf(setting, seed, screens);
  await eachOf(missing, Number(options['at-once']), async (of) => {
    const row = { Setting: of.setting, Way: of.way, Seed: of.seed, ...(await measure(of)) };
    known.push(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)])));
    await writeFile(results, stringify(known, { header: true }));
  });
  for (const setting of settings) {
    for (const way of ways) {
      const found = seeds.map((seed) => knownOf({ way, setting, seed })!);
      process.stdout.write(`${setting.padEnd(8)} ${way.padEnd(16)} ${words(found)}\n`);
    }
  }
}
