import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError } from 'commander';
import type * as z from 'zod';
import { oneOf, seed, wholeNumber } from '../workflows/request-fields.ts';
import { ConfigurableCommand } from './config/configurable-command.ts';
import { LOG_FORMATS } from './log-file.ts';

/** A subcommand without a workflow, with the options that all have: `--json`, `--seed`, `--threads` and others. */
export function createCommand(name: string, description: string): Command {
  return addCommonOptions(new ConfigurableCommand(name, { fields: {} }).description(description));
}

/** Adds the options that all commands have. */
export function addCommonOptions(command: Command): Command {
  const threads = availableParallelism();
  return command
    .option('--json', 'print the result as one JSON document', false)
    .option('--seed <n>', 'seed of everything random', checked(seed, Number), 1)
    .option('--threads <n>', 'processor threads to use', checked(wholeNumber({ least: 1 }), Number), threads)
    .option('--device <name>', 'where to compute: cpu', checked(oneOf(['cpu']), String), 'cpu')
    .option('--config <file>', 'YAML or JSON file of options; what is typed wins over it')
    .option('--log <file>', 'keep the messages, with times, at the end of this file')
    .option(
      '--log-format <format>',
      'how the log is written: text or json',
      checked(oneOf(LOG_FORMATS), String),
      'text',
    )
    .option('--debug', 'show the stack of an error', false);
}

/** Parses the text of an option, which has to fit a schema. */
function checked<Value>(schema: z.ZodType<Value>, convert: (text: string) => unknown): (text: string) => Value {
  return (text) => {
    const parsed = schema.safeParse(text.trim() === '' ? undefined : convert(text));
    if (parsed.success && text.trim() !== '') return parsed.data;
    throw new InvalidArgumentError(parsed.error?.issues[0]?.message ?? 'Expected a value.');
  };
}
