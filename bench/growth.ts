/**
 * How the cost of `milscope predict` grows: with the number of fields, their size, the number of classes, and the number of cells.
 * Each series is of whole processes on 16-bit TIFFs, as a user starts them, with a model that has learned nothing; the files of a
 * long table are links to those of a short one. A straight line through each series says what the start costs, and what one more costs.
 *
 * Run: npm run bench:growth [-- --series fields,size,classes,cells --repeats 3 --threads 2 --folder bench-run/growth --json out.json].
 * Nothing else should run on the machine.
 */
import { existsSync, linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'csv-stringify/sync';
import { encodeModelFile } from '../src/network/model-file.ts';
import { initialParameters } from '../src/network/parameters.ts';
import { quantile } from '../src/profiling/quantile.ts';
import { readRows } from './milscope.ts';
import { builtCommand } from './speed/build.ts';
import { describeMachine } from './speed/machine.ts';
import { readOptions } from './speed/options.ts';
import { ABOUT, NETWORK } from './speed/our-network.ts';
import { runProcess } from './speed/run-process.ts';
import { makeFileScreen } from './speed/screen.ts';

/** Points of each series: where nothing else is said, 100 fields of 512 × 512 pixels and 6 classes. */
const POINTS = {
  fields: [50, 100, 500, 1000, 5000],
  size: [256, 512, 1024, 2048],
  classes: [2, 6, 12, 48],
  cells: [10, 50, 200],
};
const [FIELDS, SIZE, CLASSES] = [100, 512, 6];
/** Fields that are written; all others are links to these. */
const FILES = 50;

type Series = keyof typeof POINTS;

/** A table, a model, and what is asked of them. */
interface Case {
  readonly table: string;
  readonly model: string;
  readonly more?: readonly string[];
  /** What a straight line is drawn over: fields, megapixels, classes or cells of all fields together. */
  readonly amount: number;
}

const { values: options } = parseArgs({
  options: {
    series: { type: 'string', default: Object.keys(POINTS).join() },
    repeats: { type: 'string', default: '3' },
    threads: { type: 'string', default: '2' },
    folder: { type: 'string', default: 'bench-run/growth' },
    json: { type: 'string' },
  },
});
const { folder, threads } = options;

/** A table of so many fields of a size. */
async function tableOf(fields: number, size: number): Promise<string> {
  const speed = {
    ...readOptions([]),
    folder,
    field: [size, size] as const,
    fields: Math.min(fields, FILES),
    trained: 1,
  };
  const { table } = await makeFileScreen({ ...speed, compression: 'lzw' });
  const rows = await readRows(table);
  const repeated = Array.from({ length: fields }, (_, i) => ({
    ...linked(rows[i % rows.length]!, { folder: join(table, '..'), round: Math.floor(i / rows.length) }),
    ImageNumber: i + 1,
    Metadata_Plate: `P${Math.floor(i / 384) + 1}`,
    Metadata_Well: `${String.fromCharCode(65 + (Math.floor(i / 24) % 16))}${String((i % 24) + 1).padStart(2, '0')}`,
  }));
  const file = join(table, '..', `fields-${fields}.csv`);
  writeFileSync(file, stringify(repeated, { header: true }));
  return file;
}

/** A row with links to its files, where these are there already. */
function linked(row: Readonly<Record<string, string>>, { folder: of, round }: { folder: string; round: number }) {
  if (round === 0) return row;
  const entries = Object.entries(row).map(([column, value]) => {
    if (!column.startsWith('FileName_')) return [column, value];
    const link = value.replace(/\.tif$/, `-${round}.tif`);
    if (!existsSync(join(of, link))) linkSync(join(of, value), join(of, link));
    return [column, link];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}

/** A model of so many classes that has learned nothing. */
function modelOf(classes: number): string {
  const file = join(folder, `model-${classes}.onnx`);
  const names = Array.from({ length: classes }, (_, i) => `class ${i + 1}`);
  const about = { ...ABOUT, classes: names, normalization: { mean: [1000, 1000, 1000], deviation: [500, 500, 500] } };
  writeFileSync(file, encodeModelFile(initialParameters({ ...NETWORK, classes }, 1), about));
  return file;
}

/** A table of so many cells in each field, on a grid. */
function cellsOf(fields: number, perField: number): string {
  const side = Math.ceil(Math.sqrt(perField));
  const at = (place: number) => Math.round(((place + 0.5) * SIZE) / side);
  const rows = Array.from({ length: fields * perField }, (_, i) => {
    const cell = i % perField;
    return {
      ImageNumber: Math.floor(i / perField) + 1,
      ObjectNumber: cell + 1,
      Location_Center_X: at(cell % side),
      Location_Center_Y: at(Math.floor(cell / side)),
    };
  });
  const file = join(folder, `cells-${fields}-${perField}.csv`);
  writeFileSync(file, stringify(rows, { header: true }));
  return file;
}

const CASES: Readonly<Record<Series, (point: number) => Promise<Case>>> = {
  async fields(fields) {
    return { table: await tableOf(fields, SIZE), model: modelOf(CLASSES), amount: fields };
  },
  async size(size) {
    const fields = Math.max(10, Math.round(FIELDS * Math.min(1, (SIZE / size) ** 2)));
    return { table: await tableOf(fields, size), model: modelOf(CLASSES), amount: (fields * size * size) / 1e6 };
  },
  async classes(classes) {
    return { table: await tableOf(FIELDS, SIZE), model: modelOf(classes), amount: classes };
  },
  async cells(perField) {
    const more = ['--cells', cellsOf(FIELDS, perField), '--cell-size', '64'];
    return { table: await tableOf(FIELDS, SIZE), model: modelOf(CLASSES), more, amount: FIELDS * perField };
  },
};

mkdirSync(folder, { recursive: true });
const UNITS: Readonly<Record<Series, string>> = { fields: 'field', size: 'megapixel', classes: 'class', cells: 'cell' };
const results: object[] = [];
for (const name of options.series.split(',') as Series[]) {
  const points: { readonly point: number; readonly amount: number; readonly seconds: number }[] = [];
  for (const point of POINTS[name]) {
    const { table, model, more = [], amount } = await CASES[name](point);
    const out = join(folder, 'predictions.csv');
    const asked = ['predict', model, table, '--out', out, '--overwrite', '--threads', threads, ...more];
    const times: number[] = [];
    for (let i = 0; i < Number(options.repeats); i++) {
      const { seconds } = await runProcess(process.execPath, [builtCommand(), ...asked]);
      times.push(seconds);
    }
    const seconds = quantile(Float64Array.from(times).sort(), 0.5);
    points.push({ point, amount, seconds });
    console.log(
      `${name} ${point}: ${seconds.toFixed(2)} s, ${((1000 * seconds) / amount).toFixed(1)} ms a ${UNITS[name]}`,
    );
  }
  const { start, each } = lineThrough(points);
  console.log(`${name}: ${start.toFixed(2)} s, and ${(1000 * each).toFixed(2)} ms for each ${UNITS[name]}`);
  results.push({ series: name, unit: UNITS[name], points, start, each });
}
if (options.json) {
  const document = { machine: describeMachine(undefined), options, results };
  writeFileSync(options.json, `${JSON.stringify(document, undefined, 1)}\n`);
}

/** The line of least relative squares: each point counts by the share that it is off. */
function lineThrough(points: readonly { readonly amount: number; readonly seconds: number }[]) {
  let [w, x, y, xx, xy] = [0, 0, 0, 0, 0];
  for (const { amount, seconds } of points) {
    const weight = 1 / seconds ** 2;
    w += weight;
    x += weight * amount;
    y += weight * seconds;
    xx += weight * amount * amount;
    xy += weight * amount * seconds;
  }
  const each = (w * xy - x * y) / (w * xx - x * x);
  return { start: (y - each * x) / w, each };
}
