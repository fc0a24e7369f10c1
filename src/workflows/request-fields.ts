/** What the fields of requests are made of. A field carries all that a face needs to offer it: words, defaults, bounds. */
import * as z from 'zod';
import { PAGE_KINDS } from '../image/image.ts';
import { PROJECTIONS } from '../pixels/projection.ts';

declare module 'zod' {
  interface GlobalMeta {
    /** What a value is called where it has to be given: `column`, `pixels`. */
    readonly value?: string;
    /** The default in words, where the schema has none because it depends on the data. */
    readonly usually?: string;
    /** Under which heading it stands. */
    readonly group?: FieldGroup;
    /** A variable of the environment that gives it where the command line does not. */
    readonly environment?: string;
    /** Whether it is given by its place: first the model, then the screen. */
    readonly argument?: boolean;
    /** Whether a list is written with commas in one text; else the option is repeated. */
    readonly commas?: boolean;
    /** Whether it leaves what is learned as it is, so that a run may go on with another value. */
    readonly undecisive?: boolean;
  }
}

/** The headings under which the fields of a request stand. */
export const FIELD_GROUPS = ['screen', 'what to learn', 'how', 'output'] as const;
export type FieldGroup = (typeof FIELD_GROUPS)[number];

/** A whole number of at least `least`, and at most `most` where that is given. */
export function wholeNumber({ least, most = Number.MAX_SAFE_INTEGER }: { least: number; most?: number }) {
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  const error = `Expected a whole number ${range}.`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

/** A number from `least` to `most`. */
export function numberBetween({ least, most }: { least: number; most: number }) {
  const error = `Expected a number from ${least} to ${most}.`;
  return z.number({ error }).min(least, { error }).max(most, { error });
}

/** One of some words. */
export function oneOf<const Choices extends readonly [string, ...string[]]>(choices: Choices) {
  return z.enum(choices, { error: `Expected one of: ${choices.join(', ')}.` });
}

/** A text that is not empty: a path, a column, a name. */
export function text() {
  return z.string({ error: 'Expected a text.' }).min(1, { error: 'Expected a text that is not empty.' });
}

/** A text that `parse` understands, which throws an error with what was expected; what it gives stays the text. */
export function textLike(parse: (text: string) => unknown) {
  return z.string({ error: 'Expected a text.' }).superRefine((value, context) => {
    try {
      parse(value);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  });
}

/** Seed of everything random. */
export const seed = wholeNumber({ least: 0 }).default(1).meta({ description: 'seed of everything random', value: 'n' });

/** The screen of a request. */
export const screen = text().meta({
  description:
    'table of fields in LoadData columns (CSV, TSV, Excel or Parquet), an OME-Zarr plate, or a folder: of images as a microscope names them, or with the tables of BBBC021',
  value: 'screen',
  argument: true,
});

/** The model of a request. */
export const model = text().meta({ description: 'folder of a run, or its model.onnx', value: 'model', argument: true });

/** The options that say how a screen is read. */
export const screenFields = {
  channels: z
    .array(text(), { error: 'Expected names of channels.' })
    .min(1, { error: 'Expected at least one channel.' })
    .readonly()
    .optional()
    .meta({
      description: 'channels to use, in this order, renamed where a new name is put first: DNA=w1,Actin=w3',
      value: 'names',
      usually: 'all, or those of the model',
      group: 'screen',
      commas: true,
    }),
  level: wholeNumber({ least: 0 })
    .optional()
    .meta({ description: 'level of the pyramids of an OME-Zarr plate; 0 is the largest', value: 'n', group: 'screen' }),
  maxPixels: undecisive(
    wholeNumber({ least: 1 }).optional().meta({
      description: 'pixels of a plane that an image may have; a larger one costs its field',
      value: 'n',
      usually: 'any number, of which 268435456 are decoded at once',
      group: 'screen',
    }),
  ),
  projection: oneOf(PROJECTIONS)
    .optional()
    .meta({
      description: `how the planes of a stack (Z) become one: ${PROJECTIONS.join(', ')}; none reads the lowest plane`,
      value: 'name',
      usually: 'maximum',
      group: 'screen',
    }),
  pages: oneOf(PAGE_KINDS)
    .optional()
    .meta({
      description: `what the pages of a TIFF are that does not say it itself: ${PAGE_KINDS.join(', ')}`,
      value: 'name',
      usually: 'channels',
      group: 'screen',
    }),
  illumination: text().optional().meta({
    description:
      'functions that pixels are divided by: none, or the table of the functions of each plate that milscope illumination writes',
    value: 'file',
    usually: 'those that the table of the screen names',
    group: 'screen',
  }),
  pattern: text().optional().meta({
    description: 'how the images of a folder are named: named groups Plate, Well, Site, Channel, Z and others',
    value: 'regex',
    group: 'screen',
  }),
  plateFormat: wholeNumber({ least: 6, most: 1536 }).optional().meta({
    description:
      'wells of a plate, where the names of images number the wells, as ScanR does: 6, 12, 24, 48, 96, 384 or 1536',
    value: 'wells',
    usually: 'the smallest of 96, 384 and 1536 that has them all',
    group: 'screen',
  }),
  annotations: text().optional().meta({
    description:
      'a second table (CSV, TSV, Excel or Parquet), whose columns are given to the fields that agree with its rows in ‹on›',
    value: 'file',
    group: 'screen',
  }),
  on: z.array(text(), { error: 'Expected names of columns.' }).readonly().optional().meta({
    description: 'columns that the screen and ‹annotations› share',
    value: 'columns',
    group: 'screen',
    commas: true,
  }),
  plateMap: text().optional().meta({
    description:
      'what is in each well (CSV, TSV, Excel or Parquet): a table with a column Well, or the grid of a plate',
    value: 'file',
    group: 'screen',
  }),
};

/** The model whose training says how a screen is read, for what needs no model else. */
export const likeModel = text().optional().meta({
  description: 'read the screen as for this model.onnx: with its channels, at its level and so on',
  value: 'model',
  group: 'screen',
});

/** How many pieces of work are done at once. */
export const workers = wholeNumber({ least: 1 }).optional().meta({
  description: 'fields or batches worked on at once',
  value: 'n',
  usually: 'as many as there are threads',
  group: 'how',
  undecisive: true,
});

/** Whether files that are there may be replaced. */
export function overwrite(what: string) {
  return z
    .boolean()
    .default(false)
    .meta({ description: `replace ${what}`, group: 'output', undecisive: true });
}

/** What became of fields that could not be read. */
export const skippedResult = {
  /** Fields that could not be read. */
  skipped: z.number().meta({ description: 'fields that could not be read' }),
  /** Where they are named. */
  skippedFile: z.string().nullable().meta({ description: 'table of the fields that could not be read' }),
};

/** What is known of a field, whichever layer of its schema it was said of. */
export function metaOf(schema: z.ZodType): z.core.GlobalMeta & { readonly description?: string } {
  const own = schema.meta() ?? {};
  const { def } = schema as unknown as { def: { innerType?: z.ZodType } };
  return def.innerType ? { ...metaOf(def.innerType), ...own } : own;
}

/** A field that does not decide what is learned, so that a run may go on with another value of it. */
export function undecisive<Schema extends z.ZodType>(schema: Schema): Schema {
  return schema.meta({ ...metaOf(schema), undecisive: true });
}

/** The names of the fields of a request that decide what is learned: all but those that are said not to. */
export function decisiveFields({ shape }: z.ZodObject): readonly string[] {
  const fields = Object.entries(shape as Record<string, z.ZodType>);
  return fields.filter(([, schema]) => !metaOf(schema).undecisive).map(([name]) => name);
}

/** A list that may also be written as one text with commas between, and what `parse` makes of it. */
export function listLike<Parsed>(parse: (parts: readonly string[]) => Parsed, { expected }: { expected: string }) {
  const part = z.union([z.string(), z.number()]).transform(String);
  const texts = z.union([z.array(part), part.transform((whole) => whole.split(','))], {
    error: `Expected ${expected}.`,
  });
  return texts.transform((given, context): Parsed => {
    try {
      return parse(given.map((one) => one.trim()));
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  });
}

/** Some of `choices`, each once and in their order; `none` of them where that is allowed. */
export function someOf<const Choices extends readonly [string, ...string[]]>(
  choices: Choices,
  { none = false }: { none?: boolean } = {},
) {
  const expected = `${none ? 'none, or ' : ''}some of: ${choices.join(', ')}`;
  return listLike(
    (parts): readonly Choices[number][] => {
      if (none && parts.length <= 1 && (parts[0] ?? 'none') === 'none') return [];
      if (parts.length > 0 && parts.every((part) => (choices as readonly string[]).includes(part))) {
        return choices.filter((choice) => parts.includes(choice));
      }
      throw new RangeError(`Expected ${expected}.`);
    },
    { expected },
  );
}

/** Whether the work that is in the folder already goes on. */
export function resume(what: string) {
  return z
    .boolean()
    .default(false)
    .meta({ description: `continue ${what}`, group: 'output', undecisive: true });
}
