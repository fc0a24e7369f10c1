import { type Command, InvalidArgumentError, Option } from 'commander';
import type * as z from 'zod';
import { writeOptions } from '../errors.ts';

/** An option of the command line for a field of a request: `cellSize` is `--cell-size`. */
export function optionName(field: string): string {
  return `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Adds the arguments and options that the fields of a request are given with, those first that must be given. */
export function addRequestOptions(command: Command, request: z.ZodObject): Command {
  const fields = Object.entries(request.shape as Record<string, z.ZodType>);
  const isRequired = (schema: z.ZodType): boolean => !schema.safeParse(undefined).success;
  const ordered = [...fields].sort(([, a], [, b]) => Number(isRequired(b)) - Number(isRequired(a)));
  for (const [field, schema] of ordered) {
    const { description = '', value = 'text', usually, group, argument, environment } = metaOf(schema);
    const words = writeOptions(description, optionName);
    const required = isRequired(schema);
    if (argument) {
      command.argument(`<${value}>`, words);
      continue;
    }
    if (field === 'seed') continue;
    const kind = kindOf(schema);
    const flags = kind === 'flag' ? optionName(field) : `${optionName(field)} <${value}>`;
    const known = usually ?? defaultText(defaultOf(schema));
    const option = new Option(flags, known === undefined ? words : `${words} (default: ${known})`);
    if (group !== undefined) option.helpGroup(`${group.charAt(0).toUpperCase()}${group.slice(1)}:`);
    if (kind !== 'flag') option.argParser((text: string, before: unknown) => parse(text, before, { schema, kind }));
    if (environment !== undefined) option.env(environment);
    if (required) option.makeOptionMandatory();
    command.addOption(option);
  }
  return command;
}

/** The request that the arguments and options of a command make. */
export function requestOf(
  request: z.ZodObject,
  { args, options }: { args: readonly string[]; options: Readonly<Record<string, unknown>> },
): Record<string, unknown> {
  const fields = Object.entries(request.shape as Record<string, z.ZodType>);
  const places = fields.filter(([, schema]) => metaOf(schema).argument).map(([field]) => field);
  const given = fields.flatMap(([field]) => (options[field] === undefined ? [] : [[field, options[field]] as const]));
  return { ...Object.fromEntries(given), ...Object.fromEntries(places.map((field, i) => [field, args[i]])) };
}

type Kind = 'flag' | 'number' | 'list' | 'commas' | 'text';

function parse(text: string, before: unknown, { schema, kind }: { schema: z.ZodType; kind: Kind }): unknown {
  const value = givenValue(text, before, kind);
  const parsed = schema.safeParse(value);
  if (parsed.success) return value;
  throw new InvalidArgumentError(parsed.error.issues[0]!.message);
}

function givenValue(text: string, before: unknown, kind: Kind): unknown {
  if (kind === 'number') return text.trim() === '' ? Number.NaN : Number(text);
  if (kind === 'commas') return text.split(',').map((part) => part.trim());
  if (kind === 'list') return [...((before as readonly string[] | undefined) ?? []), text];
  return text;
}

/** The schema without what makes a field optional. */
function bare(schema: z.ZodType): z.ZodType {
  const { def } = schema as unknown as { def: { type: string; innerType?: z.ZodType } };
  return ['optional', 'default', 'nullable', 'readonly', 'prefault'].includes(def.type) && def.innerType
    ? bare(def.innerType)
    : schema;
}

function kindOf(schema: z.ZodType): Kind {
  const { type } = (bare(schema) as unknown as { def: { type: string } }).def;
  if (type === 'boolean') return 'flag';
  if (type === 'number' || type === 'int') return 'number';
  if (type === 'array') return metaOf(schema).commas ? 'commas' : 'list';
  return 'text';
}

/** What is known of a field, whichever layer of its schema it was said of. */
function metaOf(schema: z.ZodType): z.core.GlobalMeta & { readonly description?: string } {
  const own = schema.meta() ?? {};
  const { def } = schema as unknown as { def: { innerType?: z.ZodType } };
  return def.innerType ? { ...metaOf(def.innerType), ...own } : own;
}

function defaultOf(schema: z.ZodType): unknown {
  const parsed = schema.safeParse(undefined);
  return parsed.success ? parsed.data : undefined;
}

/** A default as it would be typed; undefined where there is nothing to say. */
function defaultText(value: unknown): string | undefined {
  const text = Array.isArray(value) ? value.join(',') : String(value ?? '');
  return text === '' || value === false ? undefined : text;
}
