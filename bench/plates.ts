/**
 * What is gained by making plates alike: simulated screens with a solvent (DMSO) on every plate, whose plates are stained and
 * exposed otherwise, with all classes on every plate or with some. Networks are trained on some plates with each normalization
 * of `train`, and tested on plates that no training has seen.
 *
 * Run: npm run bench:plates [-- --ways screen,plate,plate:median,controls,controls:median,field --settings plain,shifted,few,dead
 * --plates 6 --tested 2 --wells 24 --sites 1 --size 192 --shift 0.5 --few 2 --epochs 60 --seed 1 --seeds 2 --threads 2 --at-once 1
 * --folder bench-run/plates --results docs/results/plates.csv]. A way is a normalization, and what describes a plate unless it is
 * mean and deviation. `plain` screens are as they were simulated; in `shifted` ones each channel of a plate has a gain with a logarithm
 * of the standard deviation `shift`, and as many counts more or less as `shift` standard deviations of it; in `few` ones a plate
 * has the solvent and `few` classes besides; in `dead` ones half of the wells of tested plates have no cells, and no label. What
 * is known of a way, a setting and a seed in the table of results is used again, and what is found out is added to it.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { milscopeFor } from './milscope.ts';
import { measureCases, type PlateCase, readPlateOptions } from './plate-cases.ts';
import { heldOutPlates, screenOf } from './plate-screens.ts';

const options = readPlateOptions({
  name: 'plates',
  ways: 'screen,plate,plate:median,controls,controls:median,field',
  settings: 'plain,shifted,few,dead',
  plates: '6',
});

await measureCases(options, {
  measure,
  words: (found) => {
    const right = found.map(({ CorrectFields, Fields }) => Number(CorrectFields) / Number(Fields));
    const mean = right.reduce((sum, value) => sum + value, 0) / right.length;
    const each = found.map(({ CorrectFields, Fields }) => `${CorrectFields}/${Fields}`).join(', ');
    return `${mean.toFixed(3)} (${each})`;
  },
});

/** Trains and tests. */
async function measure({ way, setting, seed }: PlateCase): Promise<Readonly<Record<string, number>>> {
  const { screens, folder, epochs, threads } = options;
  const table = await screenOf(setting, seed, screens);
  const [normalization, measured = 'mean'] = way.split(':') as [string, string?];
  const run = join(folder, `seed-${seed}`, `${setting}-${way.replace(':', '-')}`);
  await milscopeFor(
    join(run, 'metrics.json'),
    ...['train', table, '--label', 'Phenotype', '--out', run, '--seed', String(seed), '--epochs', epochs],
    ...heldOutPlates(screens).flatMap((plate) => ['--holdout', `Plate=${plate}`]),
    ...['--validation', '0', '--normalization', normalization, '--threads', threads],
    ...(measured === 'mean' ? [] : ['--plate-measure', measured]),
    ...(normalization === 'controls' ? ['--control-column', 'Compound', '--negative', 'DMSO'] : []),
    ...(existsSync(join(run, 'run.json')) ? ['--resume'] : []),
  );
  const { images } = JSON.parse(await readFile(join(run, 'metrics.json'), 'utf8'));
  return { CorrectFields: images.correct, Fields: images.n, MeanClassAccuracy: images.meanClassAccuracy };
}
