/**
 * How good is an assay when each half of a plate is judged by a model that was trained on the controls of the other half? On
 * BBBC013 (U2OS cells, FKHR-GFP, two drugs) rows A and E have a replicate of every dose, and so have B and F.
 *
 * Run: npm run bench:assay -- --screen fkhr/fields.csv [--rows AE,BF --label Phenotype --control-column Control --negative negative
 * --positive positive --group Series --compound Compound --dose Concentration --unit Unit --normalization auto --instances positions
 * --seed 1 --threads 2 --folder bench-run/assay]. Each set of rows is predicted by the model of the controls of all other rows.
 * Trainings that are kept in the folder are used again.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'csv-stringify/sync';
import { formatAssay } from '../src/evaluation/assay/format.ts';
import { hits } from '../src/index.ts';
import { milscopeFor, type Row, readRows } from './milscope.ts';

const { values: options } = parseArgs({
  options: {
    screen: { type: 'string' },
    rows: { type: 'string', default: 'AE,BF' },
    label: { type: 'string', default: 'Phenotype' },
    'control-column': { type: 'string', default: 'Control' },
    negative: { type: 'string', default: 'negative' },
    positive: { type: 'string', default: 'positive' },
    group: { type: 'string', default: 'Series' },
    compound: { type: 'string', default: 'Compound' },
    dose: { type: 'string', default: 'Concentration' },
    unit: { type: 'string', default: 'Unit' },
    normalization: { type: 'string', default: 'auto' },
    instances: { type: 'string', default: 'positions' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: '2' },
    folder: { type: 'string', default: 'bench-run/assay' },
  },
});
if (options.screen === undefined) throw new Error('--screen names the table of the plate');

const all = await readRows(options.screen);
const folder = join(options.folder, `${options.normalization}-${options.instances}-${options.seed}`);
await mkdir(folder, { recursive: true });
const tables: string[] = [];
for (const letters of options.rows.split(',')) tables.push(await predicted(letters));
const [first, ...others] = tables as [string, ...string[]];
const found = await hits(first, {
  with: others,
  controlColumn: options['control-column'],
  ...{ negative: [options.negative], positive: [options.positive], group: options.group },
  ...{ compound: options.compound, dose: options.dose, unit: options.unit },
  out: join(folder, 'hits.csv'),
  overwrite: true,
});
console.log(formatAssay(found));

/** The table of predictions of some rows of the plate, by the model of the controls of the others. */
async function predicted(letters: string): Promise<string> {
  const isOwn = (row: Row) => letters.includes(row.Metadata_Well!.charAt(0));
  const [tested, trained] = [join(folder, `${letters}.csv`), join(folder, `but-${letters}.csv`)];
  await writeTable(tested, all.filter(isOwn));
  await writeTable(
    trained,
    all.filter((row) => !isOwn(row)),
  );
  const [run, out] = [join(folder, `run-${letters}`), join(folder, `${letters}.predictions.csv`)];
  const ofCells = options.instances === 'cells';
  await milscopeFor(
    join(run, 'model.onnx'),
    ...['train', trained, '--label', options.label, '--out', run, '--validation', '0', '--seed', options.seed],
    ...['--normalization', options.normalization, '--instances', options.instances, '--threads', options.threads],
    ...(options.instances === 'positions' ? [] : ['--cells', 'auto']),
  );
  const table = ofCells ? out.replace(/\.csv$/, '.by-field.csv') : out;
  await milscopeFor(table, 'predict', run, tested, '--out', out, '--overwrite', ...(ofCells ? ['--by', 'field'] : []));
  return table;
}

/** The rows as a table elsewhere: paths of images in full. */
async function writeTable(path: string, rows: readonly Row[]): Promise<void> {
  const base = dirname(resolve(options.screen!));
  const moved = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, name.startsWith('FileName_') ? resolve(base, value) : value]),
    ),
  );
  await writeFile(path, stringify(moved, { header: true }));
}
