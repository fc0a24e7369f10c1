#!/usr/bin/env node
import { createEvaluateCommand } from './evaluate.ts';
import { type CreateCommand, main } from './main.ts';
import { createPredictCommand } from './predict.ts';
import { createSimulateCommand } from './simulate.ts';
import { createTrainCommand } from './train.ts';
import { readVersion } from './version.ts';

const commands: CreateCommand[] = [
  createSimulateCommand,
  createTrainCommand,
  createPredictCommand,
  createEvaluateCommand,
];
process.exitCode = await main(process.argv.slice(2), {
  version: await readVersion(),
  commands,
  console: {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    terminal: process.stderr.isTTY ? { width: process.stderr.columns ?? 80 } : undefined,
  },
});
