import type { Command } from 'commander';
import { Ended } from './ended.ts';

/** What a command was told of fields that cannot be read. */
export interface StrictOptions {
  readonly strict: boolean;
}

/** Adds `--strict` to a command that leaves out what cannot be read. */
export function addStrictOption(command: Command): Command {
  return command.option('--strict', 'exit with code 1 when a field could not be read, though all else is done', false);
}

/** Ends a command that has done all it could with exit code 1, if it is strict and has left something out. @throws Ended */
export function endStrictly({ skipped }: { readonly skipped: number }, { strict }: StrictOptions): void {
  if (strict && skipped > 0) throw new Ended(1);
}
