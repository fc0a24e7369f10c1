/**
 * This project and PyTorch on the same work, in pairs of processes: ours, theirs, ours, theirs. The median ratio of each work
 * and its range are printed, and written to a file. Without PyTorch only our figures are measured. bench/README.md says how
 * each row is made.
 *
 * Run: PYTHON=<python with torch> npm run bench [-- --json out.json --only step,forward --pairs 5 --precision float32,bfloat16
 * --micro-batch N --size 900 --batch 16 --threads 2]. PyTorch is looked for in `$PYTHON`, else `python3`.
 */
import { writeFileSync } from 'node:fs';
import { commandWorks } from './speed/command-works.ts';
import { engineWorks } from './speed/engine-works.ts';
import { describeMachine } from './speed/machine.ts';
import { readOptions } from './speed/options.ts';
import { measurePairs, type Row } from './speed/pairs.ts';
import { formatRow, HEAD } from './speed/print.ts';
import { findPyTorch } from './speed/pytorch.ts';

const options = readOptions(process.argv.slice(2));
const torch = await findPyTorch(options).catch((error: Error) => `PyTorch is not there: ${error.message}`);
const machine = describeMachine(typeof torch === 'string' ? undefined : torch.version);
const say = (text: string) => process.stdout.write(text);
say(
  `${Object.entries(machine)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')}\n`,
);
say(`Fields of ${options.size} × ${options.size} × 3, batch ${options.batch}, threads ${options.threads}\n\n${HEAD}`);
const rows: Row[] = [];
for (const work of [...engineWorks(options), ...commandWorks(options)]) {
  if (!(options.only as readonly string[]).includes(work.work)) continue;
  const began = performance.now();
  const found = await measurePairs(work, torch, options);
  const seconds = (performance.now() - began) / 1000;
  for (const row of found) say(formatRow(row));
  rows.push(...found);
  process.stderr.write(`${work.work}: ${seconds.toFixed(0)} s\n`);
  // After each work, so that a bench that is stopped leaves what it has.
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ machine, options, rows }, undefined, 1)}\n`);
}
