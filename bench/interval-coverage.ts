/**
 * How often 95 % intervals of the accuracy hold the true rate, and how wide they are: wells are simulated whose fields
 * share some of their fate, and the intervals of `evaluate` are compared with those of Wilson on a number of independent
 * fields that is estimated from the wells (Dean and Pagano 2015).
 *
 * Run: npx tsx bench/interval-coverage.ts [--trials 4000] [--fields 4] [--seed 1]. It prints a table as Markdown: in each
 * cell the least coverage over six rates, and the mean width.
 */
import { parseArgs } from 'node:util';
import { accuracyInterval, meanClassAccuracyInterval, type WellCount } from '../src/evaluation/interval.ts';
import { drawWells } from '../src/evaluation/testing/draw-wells.ts';
import { createRandom } from '../src/random.ts';

const { values: options } = parseArgs({
  options: {
    trials: { type: 'string', default: '4000' },
    fields: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
  },
});
const [trials, fields, seed] = [Number(options.trials), Number(options.fields), Number(options.seed)];

type Bounds = Readonly<Record<'low' | 'high', number>>;
/** Each way to make an interval, in the order of the columns. */
const methods: readonly (readonly [name: string, make: (counts: readonly WellCount[]) => Bounds])[] = [
  ['milscope', accuracyInterval],
  ['mean class accuracy', meanClassAccuracyInterval],
  ['Wilson, estimated', wilsonEstimated],
];

const rates = [0.7, 0.8, 0.9, 0.95, 0.97, 0.99];
const correlations = fields > 1 ? [0.1, 0.3, 0.5, 0.8] : [0];
const kinds = fields > 1 ? (['beta', 'alike'] as const) : (['alike'] as const);
console.log(`| wells | correlation | of | ${methods.map(([name]) => `${name}: coverage | width`).join(' | ')} |`);
console.log(`| ---: | ---: | --- |${' ---: | ---: |'.repeat(methods.length)}`);
const least = methods.map(() => 1);
for (const wells of [8, 12, 24, 48, 100]) {
  for (const correlation of correlations) {
    for (const of of kinds) {
      const found = methods.map(() => ({ coverage: [] as number[], width: 0 }));
      for (const rate of rates) {
        const tables = drawTables({ wells, correlation, of, rate });
        for (const [m, [, make]] of methods.entries()) {
          const { coverage, width } = judge(tables, { make, rate });
          found[m]!.coverage.push(coverage);
          found[m]!.width += width / rates.length;
          least[m] = Math.min(least[m]!, coverage);
        }
      }
      const cells = found.map(({ coverage, width }) => `${Math.min(...coverage).toFixed(3)} | ${width.toFixed(3)}`);
      console.log(`| ${wells} | ${correlation} | ${of} | ${cells.join(' | ')} |`);
    }
  }
}
console.log(`\nLeast coverage: ${methods.map(([name], m) => `${name} ${least[m]!.toFixed(3)}`).join(', ')}`);

/** Simulated tables, each different one once with how often it came. */
function drawTables(given: Omit<Parameters<typeof drawWells>[0], 'fields'>) {
  const random = createRandom(seed, 'coverage', given.wells, given.rate, given.correlation, given.of);
  const tables = new Map<string, { counts: readonly WellCount[]; times: number }>();
  for (let trial = 0; trial < trials; trial++) {
    const counts = drawWells({ ...given, fields }, random);
    // Wells can change places within their class.
    const key = counts
      .map(({ class: of, correct }) => `${of} ${correct}`)
      .toSorted()
      .join();
    const known = tables.get(key);
    if (known) known.times++;
    else tables.set(key, { counts, times: 1 });
  }
  return [...tables.values()];
}

function judge(
  tables: ReturnType<typeof drawTables>,
  { make, rate }: { make: (counts: readonly WellCount[]) => Bounds; rate: number },
) {
  let [held, width] = [0, 0];
  for (const { counts, times } of tables) {
    const { low, high } = make(counts);
    if (low <= rate && rate <= high) held += times;
    width += times * (high - low);
  }
  return { coverage: held / trials, width: width / trials };
}

/** Wilson's interval on the fields' number of independent ones, between that of the wells and that of the fields. */
function wilsonEstimated(counts: readonly WellCount[]): Bounds {
  const wells = counts.length;
  const n = wells * fields;
  const rate = counts.reduce((sum, { correct }) => sum + correct, 0) / n;
  const spread = counts.reduce((sum, { correct }) => sum + (correct - rate * fields) ** 2, 0) / n ** 2;
  const variance = (spread * wells) / (wells - 1);
  const effective = variance > 0 ? Math.min(n, Math.max(wells, (rate * (1 - rate)) / variance)) : wells;
  const z = 1.959963984540054;
  const scale = 1 + z ** 2 / effective;
  const centre = (rate + z ** 2 / (2 * effective)) / scale;
  const half = (z * Math.sqrt((rate * (1 - rate)) / effective + z ** 2 / (4 * effective ** 2))) / scale;
  return { low: rate === 0 ? 0 : centre - half, high: rate === 1 ? 1 : centre + half };
}
