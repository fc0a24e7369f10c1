import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';

/** A subcommand with the options that all have: `--json`, `--seed`, `--threads`, `--device`, `--debug`. */
export function createCommand(name: string, description: string): Command {
  return addCommonOptions(new Command(name).description(description));
}

/** Adds the options that all commands have. */
export function addCommonOptions(command: Command): Command {
  return command
    .option('--json', 'print the result as one JSON document', false)
    .option('--seed <n>', 'seed of everything random', wholeNumber({ least: 0 }), 1)
    .option('--threads <n>', 'processor threads to use', wholeNumber({ least: 1 }), availableParallelism())
    .option('--device <name>', 'where to compute: cpu', oneOf(['cpu']), 'cpu')
    .option('--debug', 'show the stack of an error', false);
}

/** Parses a whole number of at least `least`, and at most `most` where that is given. */
export function wholeNumber({ least, most }: { least: number; most?: number }): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text.trim()) || value < least || value > (most ?? Number.MAX_SAFE_INTEGER)) {
      const range = most === undefined ? `of at least ${least}` : `from ${least} to ${most}`;
      throw new InvalidArgumentError(`Expected a whole number ${range}.`);
    }
    return value;
  };
}

/** Parses a number from `least` to `most`. */
export function numberBetween({ least, most }: { least: number; most: number }): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= least && value <= most)) {
      throw new InvalidArgumentError(`Expected a number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** Accepts one of `choices` only. */
export function oneOf(choices: readonly string[]): (text: string) => string {
  return (text) => {
    if (!choices.includes(text)) throw new InvalidArgumentError(`Expected one of: ${choices.join(', ')}.`);
    return text;
  };
}

/** Collects a repeatable option into an array. */
export function repeated(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
