/**
 * Class-wise IoU where several phenotypes share a field: a screen is simulated with one to three phenotypes in each well,
 * a network with a sigmoid for each class is trained on all plates but the last, and the regions of the last, each with
 * its class, are compared with the true cells, each with its own. IoU of a class: over all fields, pixels that are of the
 * class in both by those that are in either.
 *
 * Run: npx tsx bench/class-masks.ts [--classes 4 --wells 24 --sites 2 --size 256 --responders 0.9 --seed 1
 * --folder bench-run/class-masks]. What is in the folder already is used again.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'csv-stringify/sync';
import { readImage } from '../src/image/read.ts';
import { nameFields } from '../src/screen/field-names.ts';
import { nodeAccess } from '../src/screen/node/access.ts';
import { readScreen } from '../src/screen/read-screen.ts';
import { milscopeFor, readRows } from './milscope.ts';

const { values } = parseArgs({
  options: {
    classes: { type: 'string', default: '4' },
    wells: { type: 'string', default: '24' },
    sites: { type: 'string', default: '2' },
    size: { type: 'string', default: '256' },
    responders: { type: 'string', default: '0.9' },
    seed: { type: 'string', default: '1' },
    folder: { type: 'string', default: 'bench-run/class-masks' },
  },
});
const { folder } = values;
const PLATES = 3;

const simulated = join(folder, 'screen');
const table = join(simulated, 'fields.csv');
const held = join(simulated, 'held-out.csv');
const run = join(folder, 'run');
await milscopeFor(
  table,
  ...['simulate', simulated, '--classes', values.classes, '--plates', String(PLATES), '--wells', values.wells],
  ...['--sites', values.sites, '--size', values.size, '--mixture', '1-3', '--responders', values.responders],
  ...['--seed', values.seed],
);
await milscopeFor(
  join(run, 'metrics.json'),
  ...['train', table, '--label', 'Phenotype', '--head', 'sigmoid', '--holdout', `Plate=Plate${PLATES}`],
  ...['--seed', values.seed, '--out', run],
);
const tested = (await readRows(table)).filter((row) => row.Metadata_Plate === `Plate${PLATES}`);
await writeFile(held, stringify([...tested], { header: true }));
const truth = new Map(
  (await readRows(join(simulated, 'cells.csv'))).map((cell) => [
    `${cell.ImageNumber} ${cell.ObjectNumber}`,
    cell.Phenotype!,
  ]),
);
const classes = [...new Set(truth.values())].sort();
const screen = await readScreen(held, {}, nodeAccess);
const names = nameFields(screen.fields);

for (const how of ['each', 'all']) {
  const out = join(folder, `segmented-${how}`);
  await milscopeFor(
    join(out, 'overlap.csv'),
    ...['segment', join(run, 'model.onnx'), held, '--out', out, '--classes', how, '--reference', 'objects=Cells'],
  );
  await report(how, out);
}

async function report(how: string, out: string): Promise<void> {
  const found = new Map(
    (await readRows(join(out, 'regions.csv'))).map((region) => [
      `${region.ImageNumber} ${region.ObjectNumber}`,
      region.MIL_Class!,
    ]),
  );
  const both = new Map(classes.map((name) => [name, 0]));
  const either = new Map(classes.map((name) => [name, 0]));
  for (const [i, field] of screen.fields.entries()) {
    const mask = (await readImage(join(out, 'masks', `${names.get(field)!}.png`), {}, nodeAccess)).data;
    const cells = (await readImage(join(simulated, tested[i]!.ObjectsFileName_Cells!), {}, nodeAccess)).data;
    for (let pixel = 0; pixel < mask.length; pixel++) {
      const is = truth.get(`${field.imageNumber} ${cells[pixel]}`);
      const seen = found.get(`${field.imageNumber} ${mask[pixel]}`);
      if (is !== undefined && is === seen) both.set(is, both.get(is)! + 1);
      for (const name of new Set([is, seen])) if (name !== undefined) either.set(name, either.get(name)! + 1);
    }
  }
  const overlaps = await readRows(join(out, 'overlap.csv'));
  const foreground = overlaps.reduce((sum, row) => sum + Number(row.foregroundIoU), 0) / overlaps.length;
  const ious = classes.map((name) => both.get(name)! / either.get(name)!);
  process.stdout.write(`\n--classes ${how}, ${screen.fields.length} fields: foreground IoU ${foreground.toFixed(3)}\n`);
  for (const [k, name] of classes.entries()) process.stdout.write(`  ${name.padEnd(24)}${ious[k]!.toFixed(3)}\n`);
  process.stdout.write(
    `  ${'mean of the classes'.padEnd(24)}${(ious.reduce((a, b) => a + b, 0) / ious.length).toFixed(3)}\n`,
  );
}
