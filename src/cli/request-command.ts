import { type Command, InvalidArgumentError, Option } from 'commander';
import type * as z from 'zod';
import { writeOptions } from '../errors.ts';
import { FIELD_GROUPS, metaOf } from '../workflows/request-fields.ts';
import { optionName } from './option-name.ts';

/** Adds the arguments and options that the fields of a request are given with: first the required ones, then by group. */
export function addRequestOptions(command: Command, request: z.ZodObject): Command {
  for (const [field, schema] of inOrder(Object.entries(request.shape as Record<string, z.ZodType>))) {
    const { description = '', value = 'text', usually, group, argument, environment } = metaOf(schema);
    const words = writeOptions(description, optionName);
    const required = isRequired(schema);
    if (argument) {
      command.argument(`<${value}>`, words);
      continue;
    }
    if (field === 'seed') continue;
    const kind = kindOf(schema);
    const flags = flagOf(field, schema) ?? `${optionName(field)} <${value}>`;
    const otherwise = kind === 'flag' ? usually : (usually ?? defaultText(defaultOf(schema)));
    const option = new Option(
      flags,
      otherwise === undefined ? words : `${words} (default: ${writeOptions(otherwise, optionName)})`,
    );
    const heading = required ? 'required' : group;
    if (heading !== undefined) option.helpGroup(`${heading.charAt(0).toUpperCase()}${heading.slice(1)}:`);
    if (kind !== 'flag') option.argParser((text: string, before: unknown) => parse(text, before, { schema, kind }));
    if (environment !== undefined) option.env(environment);
    if (required) option.makeOptionMandatory();
    command.addOption(option);
  }
  return command;
}

/** The switch of a field that is true or false; where it is true unless said, the one that says no: `--no-report`. */
function flagOf(field: string, schema: z.ZodType): string | undefined {
  if (kindOf(schema) !== 'flag') return undefined;
  const name = optionName(field);
  return defaultOf(schema) === true ? name.replace(/^--/, '--no-') : name;
}

/** Arguments and required options first, and the others by the order of their groups. */
function inOrder(fields: readonly (readonly [string, z.ZodType])[]): readonly (readonly [string, z.ZodType])[] {
  const placeOf = (schema: z.ZodType) => {
    const { group } = metaOf(schema);
    return isRequired(schema) ? -1 : group === undefined ? FIELD_GROUPS.length : FIELD_GROUPS.indexOf(group);
  };
  return fields.toSorted(([, a], [, b]) => placeOf(a) - placeOf(b));
}

function isRequired(schema: z.ZodType): boolean {
  return !schema.safeParse(undefined).success;
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

/** The schema of what is given: without what makes a field optional, and before anything is made of it. */
function bare(schema: z.ZodType): z.ZodType {
  const { def } = schema as unknown as {
    def: { type: string; innerType?: z.ZodType; in?: z.ZodType; options?: readonly z.ZodType[] };
  };
  const inner = def.type === 'pipe' ? def.in : def.type === 'union' ? def.options?.[0] : def.innerType;
  const layers = ['optional', 'default', 'nullable', 'readonly', 'prefault', 'pipe', 'union'];
  return layers.includes(def.type) && inner ? bare(inner) : schema;
}

function kindOf(schema: z.ZodType): Kind {
  const { type } = (bare(schema) as unknown as { def: { type: string } }).def;
  if (type === 'boolean') return 'flag';
  if (type === 'number' || type === 'int') return 'number';
  if (type === 'array') return metaOf(schema).commas ? 'commas' : 'list';
  return 'text';
}

function defaultOf(schema: z.ZodType): unknown {
  const parsed = schema.safeParse(undefined);
  return parsed.success ? parsed.data : undefined;
}

/** A default in words; nothing where it says nothing, as that of a flag. */
function defaultText(value: unknown): string | undefined {
  if (value === undefined || value === false || value === null) return undefined;
  if (!Array.isArray(value)) return String(value);
  return value.length === 0 ? undefined : value.join(', ');
}
