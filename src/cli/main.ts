import { Command, CommanderError } from 'commander';
import { isMilscopeError, type MilscopeError, messageOf, writeDetails } from '../errors.ts';
import { explainReading } from '../files/explain-failures.ts';
import type { Console } from './console.ts';
import { Ended } from './ended.ts';
import { optionName } from './option-name.ts';

/** Makes one subcommand, bound to the console it writes to. */
export type CreateCommand = (console: Console) => Command;

/**
 * Runs the command line with `argv` (without node and script) and gives the exit code: 0 done, 1 failed, 2 wrong usage,
 * 130 interrupted.
 * A failure is one message on `console.err`; the stack only with `--debug`, or when it is a bug.
 */
export async function main(
  argv: readonly string[],
  { console, commands, version }: { console: Console; commands: readonly CreateCommand[]; version: string },
): Promise<number> {
  const program = new Command('milscope')
    .description('Phenotype classifiers for high-content screens, trained on whole fields and their labels alone.')
    .version(version)
    // A command sees all that follows its name, so that it can take arguments from a file as well.
    .enablePositionalOptions();
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
  } catch (caught) {
    const error = explainReading(caught);
    if (error instanceof Ended) return error.exitCode;
    const json = (document: unknown) => {
      if (argv.includes('--json')) console.out(`${JSON.stringify({ error: document }, undefined, 2)}\n`);
    };
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      json({ tag: 'BadOption', message: error.message.replace(/^error: /, '') });
      return 2;
    }
    const debug = argv.includes('--debug');
    if (isMilscopeError(error)) {
      const message = messageOf(error, optionName);
      console.err(error.tag === 'Interrupted' ? `${message}\n` : `milscope: ${message}\n`);
      json(errorJson(error, message));
      if (error.tag === 'Interrupted') return 130;
      if (debug) console.err(`${error.stack}\n`);
      // An option that only does not fit a file is no wrong usage.
      return error.tag === 'BadOption' && error.details.file === undefined ? 2 : 1;
    }
    const bug = error instanceof Error ? error : new Error(String(error));
    console.err(`milscope: this is a bug; please report it to the milscope project:\n${bug.stack}\n`);
    json({ tag: 'Bug', message: bug.message });
    return 1;
  }
}

/** The error as a document: its tag, its message, and where and what it is about, as far as that is known. */
function errorJson({ tag, marked }: MilscopeError, message: string): Readonly<Record<string, unknown>> {
  const { problem, file, row, column, option, found, expected, remedy } = writeDetails(marked, optionName);
  return { tag, message, file, row, column, option, problem, found, expected, remedy };
}
