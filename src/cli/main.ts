import { Command, CommanderError } from 'commander';
import { isMilscopeError } from '../errors.ts';
import type { Console } from './console.ts';
import { Ended } from './ended.ts';

/** Makes one subcommand, bound to the console it writes to. */
export type CreateCommand = (console: Console) => Command;

/**
 * Runs the command line with `argv` (without node and script) and gives the exit code: 0 done, 1 failed, 2 wrong usage.
 * A failure is one message on `console.err`; the stack only with `--debug`, or when it is a bug.
 */
export async function main(
  argv: readonly string[],
  { console, commands, version }: { console: Console; commands: readonly CreateCommand[]; version: string },
): Promise<number> {
  const program = new Command('milscope')
    .description('Phenotype classifiers for high-content screens, trained on whole fields and their labels alone.')
    .version(version);
  for (const create of commands) program.addCommand(create(console));
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .showHelpAfterError(`(milscope ${command === program ? '' : `${command.name()} `}--help says more)`)
      .configureOutput({ writeOut: console.out, writeErr: console.err });
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof Ended) return error.exitCode;
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const debug = argv.includes('--debug');
    if (isMilscopeError(error)) {
      console.err(`milscope: ${error.message}\n`);
      if (debug) console.err(`${error.stack}\n`);
      // An option that only does not fit a file is no wrong usage.
      return error.tag === 'BadOption' && error.details.file === undefined ? 2 : 1;
    }
    const bug = error instanceof Error ? error : new Error(String(error));
    console.err(`milscope: a bug, please report it: ${bug.stack}\n`);
    return 1;
  }
}
