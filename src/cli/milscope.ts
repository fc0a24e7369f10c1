#!/usr/bin/env node
import { MilscopeError } from '../errors.ts';
import { version } from '../files/version.ts';
import type { Interruption } from './console.ts';
import { main } from './main.ts';
import { workingFolder } from './working-folder.ts';

const argv = process.argv.slice(2);
const folder = workingFolder(process.env);
if (folder !== undefined) process.chdir(folder);
// Whoever reads the output may have enough (`milscope … | head`): the work goes on, and the rest is read by nobody.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
// The doctor must come also where a native library cannot be loaded, which the other commands need from the start.
const commands =
  argv[0] === 'doctor'
    ? [(await import('./doctor/doctor.ts')).createDoctorCommand]
    : (await import('./commands.ts')).commands;
process.exitCode = await main(argv, {
  version,
  commands,
  console: {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    terminal: process.stderr.isTTY ? { width: process.stderr.columns ?? 80 } : undefined,
    typed: argv,
    interruptible,
  },
});

/** Lets long work end well on Ctrl-C: the first one asks it to stop, the second ends the process. */
function interruptible(): Interruption {
  const controller = new AbortController();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new MilscopeError('Interrupted', { problem: 'stopped' }));
  };
  for (const signal of signals) process.on(signal, stop);
  const end = () => {
    for (const signal of signals) process.off(signal, stop);
  };
  return { signal: controller.signal, end };
}
