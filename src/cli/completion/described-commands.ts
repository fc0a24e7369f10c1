import type { Command } from 'commander';
import type * as z from 'zod';
import { ConfigurableCommand } from '../config/configurable-command.ts';

/** An option as shells offer it. */
export interface DescribedOption {
  /** With its dashes: `--cell-size`. */
  readonly name: string;
  readonly description: string;
  /** What its value is called; undefined for a switch. */
  readonly value: string | undefined;
  /** The values that it may have, where there are a few. */
  readonly choices: readonly string[];
  readonly repeatable: boolean;
}

/** A command as shells offer it. */
export interface DescribedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly DescribedOption[];
}

/** What shells need to know of the commands of the program. */
export function describeCommands(commands: readonly Command[]): readonly DescribedCommand[] {
  return commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: [
      ...command.options.map((option): DescribedOption => {
        const schema = command instanceof ConfigurableCommand ? command.fields[option.attributeName()] : undefined;
        return {
          name: option.long!,
          description: option.description.replaceAll(/\s+/g, ' '),
          value: option.isBoolean() ? undefined : /<(.+)>/.exec(option.flags)?.[1],
          choices: schema === undefined ? [] : choicesOf(schema),
          repeatable: schema !== undefined && Array.isArray(schema.safeParse([]).data),
        };
      }),
      { name: '--help', description: 'display help for command', value: undefined, choices: [], repeatable: false },
    ],
  }));
}

/** The words of an enumeration, whatever it is wrapped in. */
function choicesOf(schema: z.ZodType): readonly string[] {
  const { def } = schema as unknown as {
    def: { type: string; innerType?: z.ZodType; entries?: Readonly<Record<string, string>> };
  };
  if (def.type === 'enum') return Object.values(def.entries ?? {});
  return def.innerType === undefined ? [] : choicesOf(def.innerType);
}
