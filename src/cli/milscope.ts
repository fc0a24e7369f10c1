#!/usr/bin/env node
import { MilscopeError } from '../errors.ts';
import { version } from '../files/version.ts';
import { commandsFor, slowCommand } from './commands.ts';
import type { Interruption } from './console.ts';
import { main } from './main.ts';
import { announceStart } from './terminal/starting-line.ts';
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
const terminal = process.stderr.isTTY ? { width: process.stderr.columns ?? 80 } : undefined;
const { out, err } = announceStart(slowCommand(argv), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  terminal,
});
process.exitCode = await main(argv, {
  version,
  commands: await commandsFor(argv),
  console: { out, err, terminal, typed: argv, interruptible },
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
