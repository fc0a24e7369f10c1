import { Command, CommanderError, type Option } from 'commander';
import type * as z from 'zod';
import { metaOf } from '../../workflows/request-fields.ts';
import { placeRecord, requirePlaces } from './places.ts';
import { badConfig, type Config, readConfig } from './read-config.ts';

/** What a command needs to know to take its options from a file. */
export interface ConfigurableOptions {
  /** The fields of the request that its options are made of. */
  readonly fields: Readonly<Record<string, z.ZodType>>;
  /** Makes options of a document that is the record of something done before; undefined when it is none. */
  readonly fromRecord?: ((document: Config) => Config | undefined) | undefined;
}

/**
 * A command whose arguments and options may stand in a file, which `--config` names. What is typed wins over the file.
 * Names are those of the command line (`cell-size`) or of requests (`cellSize`). Values are held to the same schemas.
 */
export class ConfigurableCommand extends Command {
  /** The fields of the request that its options are made of. */
  readonly fields: Readonly<Record<string, z.ZodType>>;
  readonly #fromRecord: ConfigurableOptions['fromRecord'];

  constructor(name: string, { fields, fromRecord }: ConfigurableOptions) {
    super(name);
    this.fields = fields;
    this.#fromRecord = fromRecord;
  }

  override parseOptions(argv: string[]): ReturnType<Command['parseOptions']> {
    const typed = super.parseOptions(argv);
    this.#requireKnown(typed.unknown);
    const { config: path } = this.opts<{ config?: string }>();
    if (path === undefined) return typed;
    const document = readConfig(path);
    const record = this.#fromRecord?.(document);
    if (record === undefined && 'runHash' in document) {
      throw badConfig(path, {
        problem: 'this is the record of a training, which only "milscope train" can repeat',
        remedy: 'name the options of this command in a file of their own',
      });
    }
    const { fields } = this;
    const begun = typeof document.folder === 'string' ? document.folder : undefined;
    const config = record === undefined ? document : placeRecord(record, { fields, begun, path });
    const args = this.#applyConfig(config, path);
    const operands = this.#fillOperands(typed.operands, args);
    requirePlaces(this.#taken(args, operands), { fields, path, record: record !== undefined });
    return { ...typed, operands };
  }

  /** The values that come from the file and were not typed. */
  #taken(args: ReadonlyMap<string, string>, operands: readonly string[]): Config {
    const options = this.options.map((option) => option.attributeName());
    const set = options.filter((name) => this.getOptionValueSource(name) === 'config');
    const places = this.#argumentFields();
    return {
      ...Object.fromEntries(set.map((name) => [name, this.getOptionValue(name)])),
      ...Object.fromEntries([...args].filter(([field, value]) => operands[places.indexOf(field)] === value)),
    };
  }

  /** Refuses a misspelt option before anything is said to be missing because of it, in the words of commander. */
  #requireKnown([option]: readonly string[]): void {
    if (!option?.startsWith('-') || ['-h', '--help'].includes(option)) return;
    const name = option.replace(/=.*$/, '');
    const meant = meantBy(
      name,
      this.options.map(({ long }) => long ?? ''),
    );
    const hint = meant === undefined ? '' : `\n(Did you mean ${meant}?)`;
    this.error(`error: unknown option '${name}'${hint}`, { code: 'commander.unknownOption' });
  }

  /** Sets the options that were not typed, and gives the arguments that the file has. */
  #applyConfig(config: Config, path: string): ReadonlyMap<string, string> {
    const args = new Map<string, string>();
    const places = new Set(this.#argumentFields());
    for (const [name, value] of Object.entries(config)) {
      const field = fieldName(name);
      if (value === null || value === undefined) continue;
      if (places.has(field)) {
        args.set(field, String(this.#checked(field, value, { name, path })));
        continue;
      }
      const option = this.options.find((each) => each.attributeName() === field);
      if (option === undefined || field === 'config') throw this.#unknown(name, path);
      if (this.getOptionValueSource(field) === 'cli') continue;
      requireKind(option, value, { name, path });
      const checked =
        field in this.fields ? this.#checked(field, value, { name, path }) : parsed(option, value, { name, path });
      this.setOptionValueWithSource(field, checked, 'config');
    }
    return args;
  }

  /** The fields that are given by their places, in order. */
  #argumentFields(): readonly string[] {
    return Object.entries(this.fields).flatMap(([field, schema]) => (metaOf(schema).argument ? [field] : []));
  }

  /** A value that fits the schema of its field; a number or truth value may stand for the text of it. */
  #checked(field: string, value: unknown, { name, path }: { name: string; path: string }): unknown {
    const schema = this.fields[field]!;
    const choices = [value, ...(typeof value === 'object' ? [] : [String(value), [String(value)]])];
    const fitting = choices.find((choice) => schema.safeParse(choice).success);
    if (fitting !== undefined) return fitting;
    const { error } = schema.safeParse(value);
    throw badConfig(path, {
      name,
      problem: error!.issues[0]!.message.replace(/\.$/, ''),
      found: JSON.stringify(value),
    });
  }

  /** Arguments that were typed, with those of the file in the places of the others. */
  #fillOperands(typed: readonly string[], args: ReadonlyMap<string, string>): string[] {
    const places = this.#argumentFields();
    const open = places.filter((field) => !args.has(field));
    if (typed.length !== open.length) return [...typed];
    const left = [...typed];
    return places.map((field) => args.get(field) ?? left.shift()!);
  }

  #unknown(name: string, path: string) {
    return badConfig(path, {
      name,
      problem: `"milscope ${this.name()}" has no such option`,
      ...nearest(name, [...this.options.map((option) => option.attributeName()), ...this.#argumentFields()]),
    });
  }
}

/** `cellSize` for `cell-size` and for itself. */
function fieldName(name: string): string {
  return name.replace(/^--/, '').replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Whether an option is true or false; `--no-report` is. */
const isSwitch = (option: Option) => option.isBoolean() || option.negate;

/** Whether a value may be one of an option: true or false of a switch. */
function requireKind(option: Option, value: unknown, { name, path }: { name: string; path: string }): void {
  if (!isSwitch(option) || typeof value === 'boolean') return;
  throw badConfig(path, { name, problem: 'Expected true or false', found: JSON.stringify(value) });
}

/** A value of an option that is in no request, parsed as if it were typed. */
function parsed(option: Option, value: unknown, { name, path }: { name: string; path: string }): unknown {
  if (isSwitch(option)) return value;
  try {
    return option.parseArg ? option.parseArg(String(value), undefined) : String(value);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw badConfig(path, { name, problem: error.message.replace(/\.$/, ''), found: JSON.stringify(value) });
  }
}

/** The name that was perhaps meant. */
function nearest(name: string, known: readonly string[]): { remedy?: string } {
  const meant = meantBy(
    `--${kebab(fieldName(name))}`,
    known.map((each) => `--${kebab(each)}`),
  );
  return meant === undefined ? {} : { remedy: `perhaps ${meant.replace('one of ', '').replaceAll('--', '')} is meant` };
}

/** The options that were perhaps meant, as commander finds them: `--label`, or `one of --seed, --seeds`. */
function meantBy(option: string, known: readonly string[]): string | undefined {
  const scratch = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  for (const each of known) scratch.option(each);
  try {
    scratch.parse([option], { from: 'user' });
  } catch (error) {
    return /Did you mean (.+)\?/.exec((error as Error).message)?.[1];
  }
  return undefined;
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
