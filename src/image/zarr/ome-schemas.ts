import * as z from 'zod';

/** The published versions of the metadata that are read: 0.4 is kept in Zarr 2, 0.5 in Zarr 3. */
export type OmeVersion = '0.4' | '0.5';

export interface SchemaOptions {
  readonly version: OmeVersion;
  /** Whether what the specification recommends is required too. */
  readonly strict?: boolean;
  /** Whether paths may have other characters than letters and digits: Fractal writes `0_illum_corr`, and later versions allow it. */
  readonly anyPath?: boolean;
  /** Whether channels of 0.4 may lack their colour and window, which only matter to whoever shows them. */
  readonly withoutDisplay?: boolean;
}

/** Loose all the way: whoever writes a file may add keys of their own. */
const open = z.looseObject;

/** Deep equality without regard to the order of keys, as JSON Schema has it for `uniqueItems`. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function unique<T extends z.ZodType>(item: T) {
  const isUnique = (items: readonly unknown[]) => new Set(items.map(sorted)).size === items.length;
  return z.array(item).min(1).refine(isUnique, 'two entries are the same');
}

function recommended<T extends z.ZodType>(schema: T, { strict = false }: SchemaOptions): T | z.ZodOptional<T> {
  return strict ? schema : schema.optional();
}

/** The version as it stands in every part of 0.4; 0.5 has it once, beside the parts. */
function inner(options: SchemaOptions) {
  return options.version === '0.4' ? recommended(z.literal('0.4'), options) : z.unknown().optional();
}

function root<T extends z.ZodRawShape>({ version }: SchemaOptions, shape: T) {
  return open({ version: version === '0.5' ? z.literal('0.5') : z.unknown().optional(), ...shape });
}

const axes = unique(open({ name: z.string(), type: z.string().optional() }))
  .min(2)
  .max(5)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'two axes have the same name')
  .refine((all) => {
    const [space, untyped] = ['space', undefined].map((wanted) => all.filter(({ type }) => type === wanted).length);
    return space! <= 3 && space! + untyped! >= 2;
  }, 'there have to be two or three axes of type space');

const numbers = z.array(z.number()).min(2);
const transformations = z
  .array(
    z.discriminatedUnion('type', [
      open({ type: z.literal('scale'), scale: numbers }),
      open({ type: z.literal('translation'), translation: numbers }),
    ]),
  )
  .refine((all) => all.filter(({ type }) => type === 'scale').length === 1, 'there has to be one scale');

const channelWindow = open({ start: z.number(), end: z.number(), min: z.number(), max: z.number() });

function channel({ version, withoutDisplay = false }: SchemaOptions) {
  const isNeeded = version === '0.4' && !withoutDisplay;
  const needed = <T extends z.ZodType>(schema: T) => (isNeeded ? schema : schema.optional());
  return open({
    window: needed(channelWindow),
    color: needed(z.string()),
    label: z.string().optional(),
    family: z.string().optional(),
    active: z.boolean().optional(),
  });
}

/**
 * The metadata of an image, 2.3 "multiscales" and 2.4 "omero" of the specification (https://ngff.openmicroscopy.org/0.4
 * and /0.5, image.schema): in 0.4 all attributes of the group, in 0.5 those under `ome`.
 */
export function imageSchema(options: SchemaOptions) {
  const multiscale = open({
    version: inner(options),
    name: recommended(z.string(), options),
    type: options.strict ? z.string() : z.unknown().optional(),
    metadata: options.strict ? z.record(z.string(), z.unknown()) : z.unknown().optional(),
    axes,
    datasets: z.array(open({ path: z.string(), coordinateTransformations: transformations })).min(1),
    coordinateTransformations: transformations.optional(),
  });
  return root(options, {
    multiscales: unique(multiscale),
    omero: open({ channels: z.array(channel(options)) }).optional(),
  });
}

/** A path of some parts, with slashes between them, that does not lead out of its folder. */
function innerPath({ parts }: { parts?: number } = {}) {
  const isInside = (path: string) => {
    const names = path.split('/');
    const isName = (name: string) => name !== '' && name !== '.' && name !== '..' && !/[\\\0]/.test(name);
    return names.every(isName) && (parts === undefined || names.length === parts);
  };
  return z.string().refine(isInside, 'not the path of something in this folder');
}

function named({ anyPath = false }: SchemaOptions) {
  const plain = z.string().regex(/^[A-Za-z0-9]+$/, 'a name of other characters than A-Z, a-z, 0-9');
  return unique(open({ name: anyPath ? innerPath({ parts: 1 }) : plain }));
}

const count = z.int().min(1);
const seconds = z.int().min(0).optional();

const acquisitionNames = z
  .array(open({ id: z.number(), name: z.string().nullish() }))
  .optional()
  .catch(undefined);

/** The metadata of a plate (2.6 "plate", plate.schema), as of {@link imageSchema}. */
export function plateSchema(options: SchemaOptions) {
  const acquisition = open({
    id: z.int().min(0),
    name: recommended(z.string(), options),
    maximumfieldcount: recommended(count, options),
    description: z.string().optional(),
    starttime: seconds,
    endtime: seconds,
  });
  const well = open({
    path: options.anyPath
      ? innerPath({ parts: 2 })
      : z.string().regex(/^[A-Za-z0-9]+\/[A-Za-z0-9]+$/, 'not a row, a slash and a column'),
    rowIndex: z.int().min(0),
    columnIndex: z.int().min(0),
  });
  const plate = open({
    version: inner(options),
    name: recommended(z.string(), options),
    // Only their names are read.
    acquisitions: options.anyPath ? acquisitionNames : z.array(acquisition).optional(),
    field_count: count.optional(),
    rows: named(options),
    columns: named(options),
    wells: unique(well),
  });
  // The examples of 0.4 have rows and columns the wrong way round in places.
  const isInPlace = ({ rows, columns, wells }: z.infer<typeof plate>) =>
    wells.every(({ path, rowIndex, columnIndex }) => path === `${rows[rowIndex]?.name}/${columns[columnIndex]?.name}`);
  return root(options, {
    plate:
      options.version === '0.4' ? plate : plate.refine(isInPlace, 'a well is not in the row and column of its path'),
  });
}

/** An image of a well, whatever its path is. */
export const wellImageSchema = open({ path: innerPath(), acquisition: z.int().nullish() });

/** The images of a well that are looked at one by one, since one that makes no sense costs itself alone. */
export const wellImagesSchema = open({ well: open({ images: z.array(z.unknown()).min(1) }) });

/** The metadata of a well (2.7 "well", well.schema), as of {@link imageSchema}. */
export function wellSchema(options: SchemaOptions) {
  const image = open({
    path: z.string().regex(/^[A-Za-z0-9]+$/, 'a path of other characters than A-Z, a-z, 0-9'),
    acquisition: z.int().optional(),
  });
  return root(options, { well: open({ version: inner(options), images: unique(image) }) });
}

/** What a label image adds to the metadata of an image (2.5 "labels", label.schema), as of {@link imageSchema}. */
export function labelSchema(options: SchemaOptions) {
  const colors = unique(
    open({ 'label-value': z.number(), rgba: z.array(z.int().min(0).max(255)).length(4).optional() }),
  );
  const label = open({
    version: inner(options),
    colors: recommended(colors, options),
    properties: unique(open({ 'label-value': z.int() })).optional(),
    source: open({ image: z.string().optional() }).optional(),
  });
  return root(options, { 'image-label': label });
}

/**
 * As much of the metadata of an image as reading it needs: what versions between the published ones, such as
 * `0.4-dev-spatialdata`, are held to.
 */
export const dialectSchema = open({
  multiscales: z
    .array(
      open({
        axes: z.array(open({ name: z.string(), type: z.string().optional() })).min(2),
        datasets: z.array(open({ path: z.string() })).min(1),
      }),
    )
    .min(1),
  omero: open({ channels: z.array(open({ label: z.union([z.string(), z.number()]).optional() })) }).optional(),
});
