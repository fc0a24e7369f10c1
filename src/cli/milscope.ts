#!/usr/bin/env node
import { version } from '../files/version.ts';
import { main } from './main.ts';

const argv = process.argv.slice(2);
// The doctor must come also where a native library cannot be loaded, which the other commands need from the start.
const commands =
  argv[0] === 'doctor' ? [(await import('./doctor.ts')).createDoctorCommand] : (await import('./commands.ts')).commands;
process.exitCode = await main(argv, {
  version: version,
  commands,
  console: {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    terminal: process.stderr.isTTY ? { width: process.stderr.columns ?? 80 } : undefined,
  },
});
