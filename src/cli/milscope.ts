#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { createEvaluateCommand } from './evaluate.ts';
import { type CreateCommand, main } from './main.ts';
import { createSimulateCommand } from './simulate.ts';

const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
const commands: CreateCommand[] = [createSimulateCommand, createEvaluateCommand];
process.exitCode = await main(process.argv.slice(2), {
  version,
  commands,
  console: {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    terminal: process.stderr.isTTY ? { width: process.stderr.columns ?? 80 } : undefined,
  },
});
