import * as z from 'zod';
import { MilscopeError, named } from '../../errors.ts';
import type { Files } from '../../files/files.ts';
import { join } from '../../files/paths.ts';
import { classColour } from '../../pixels/class-colours.ts';
import type { Colour } from '../../pixels/palette.ts';
import { type LabelImage, largestLabel, MOST_LABELS_OF_16_BITS } from '../write-labels.ts';
import { type ImageGroup, readImageGroup, readJson } from './image-group.ts';
import { asJson, type OmeZarrVersion, writeGroup } from './ome-zarr-version.ts';
import { type LevelSize, placeUnder } from './pyramid.ts';
import { type Rows, type StorageOptions, writeArrayInRows } from './write-array.ts';

/** What is known of one label. */
export interface LabelProperties {
  readonly label: number;
  /** Its colour; without one it gets another than its neighbours in number. */
  readonly colour?: Colour | undefined;
  /** Whatever else is to be said of it, such as its class. */
  readonly properties?: Readonly<Record<string, string | number>>;
}

export interface ImageLabelsOptions extends Omit<StorageOptions, 'version'> {
  /** What the label image is called: a name that any file system takes. */
  readonly name: string;
  /** Those of which more is known than the number. */
  readonly known?: readonly LabelProperties[];
  readonly overwrite?: boolean;
}

/** A label image that may be larger than memory, `[height, width]`: 0 background. */
export interface LabelRows extends LevelSize {
  /** The largest label. */
  readonly most: number;
  /** The labels that there are. */
  readonly present: () => Iterable<number>;
  readonly row: (y: number) => Promise<Int32Array>;
}

/** Where the label image of a name is, beside an image. */
export function labelsFolder(image: string, name: string): string {
  return join(image, 'labels', name);
}

/**
 * Writes a label image into an OME-Zarr image, at `labels/<name>`, in the version of the image. It has the size of one level of
 * the image, and a level for that and each smaller one, at the same places; smaller ones take the label under the middle
 * of each pixel. Labels are uint16, or uint32 where there are more than 65535. The list of the image's labels keeps those
 * that are in it. A label image stands there whole or not at all.
 *
 * @param folder of the image
 * @throws BadImage when the folder is no OME-Zarr image, no level of it has the size of the labels, or a label is negative
 * @throws OutputExists when there are such labels already
 */
export async function writeImageLabels(
  folder: string,
  given: LabelImage | LabelRows,
  { name, known = [], overwrite = false, ...storage }: ImageLabelsOptions,
  files: Files,
): Promise<void> {
  const image = 'labels' in given ? rowsOfLabels(given, folder) : given;
  const group = await readImageGroup(folder, files);
  const levels = levelsFrom(image, { folder, group });
  const place = labelsFolder(folder, name);
  if (!overwrite && (await files.status(place))) {
    throw new MilscopeError('OutputExists', {
      file: place,
      problem: 'there are such labels already',
      remedy: `give ${named('overwrite')} to replace them`,
    });
  }
  const { version } = group;
  const beside = join(folder, 'labels', `.${name}.part`);
  await files.remove(beside);
  const like = image.most > MOST_LABELS_OF_16_BITS ? new Uint32Array(0) : new Uint16Array(0);
  for (const [i, level] of levels.entries()) {
    const read = (_: number, rows: Rows) => labelsAt(level, { image, rows, like });
    const { height, width } = level;
    const array = { like, channels: undefined, height, width };
    await writeArrayInRows(join(beside, String(i)), array, { ...storage, version, files, read });
  }
  const ome = {
    multiscales: [
      {
        name,
        axes: group.axes,
        datasets: levels.map(({ transformations }, i) => ({
          path: String(i),
          coordinateTransformations: transformations,
        })),
        type: 'nearest',
        metadata: { method: 'milscope', description: 'the label under the middle of each pixel' },
      },
    ],
    'image-label': imageLabel(image, known),
  };
  await writeGroup(beside, { version, ome }, files);
  await files.remove(place);
  await files.rename(beside, place);
  await listLabels(folder, { name, version }, files);
}

/** The levels of the image from that of the labels' size on. */
function levelsFrom(
  { height, width }: LevelSize,
  { folder, group: { levels } }: { folder: string; group: ImageGroup },
): ImageGroup['levels'] {
  const first = levels.findIndex((level) => level.height === height && level.width === width);
  if (first >= 0) return levels.slice(first);
  throw new MilscopeError('BadImage', {
    file: folder,
    problem: 'no level of the image has the size of the labels',
    found: `labels of ${width} × ${height} pixels`,
    expected: levels.map((level) => `${level.width} × ${level.height}`).join(', '),
  });
}

function rowsOfLabels({ labels, height, width }: LabelImage, file: string): LabelRows {
  return {
    ...{ height, width, most: largestLabel(labels, file), present: () => new Set(labels) },
    row: async (y) => labels.subarray(y * width, (y + 1) * width),
  };
}

/** Rows of the labels at a level: each pixel takes the label that lies under its middle. */
async function labelsAt(
  level: LevelSize,
  { image, rows: { top, rows }, like }: { image: LabelRows; rows: Rows; like: Uint16Array | Uint32Array },
): Promise<Uint16Array | Uint32Array> {
  const { width } = level;
  const out = new (like.constructor as Uint32ArrayConstructor)(rows * width);
  const columns = Int32Array.from({ length: width }, (_, x) => placeUnder(x, { from: image.width, to: width }));
  for (let y = 0; y < rows; y++) {
    const row = await image.row(placeUnder(top + y, { from: image.height, to: level.height }));
    for (let x = 0; x < width; x++) out[y * width + x] = row[columns[x]!]!;
  }
  return out;
}

/**
 * Colours for all labels that there are, https://ngff.openmicroscopy.org/0.5/#label-md; the background is clear. So many labels that they need 32
 * bits have neither colours nor properties: a viewer would read them all before it shows a pixel.
 */
function imageLabel({ most, present }: LabelRows, known: readonly LabelProperties[]): object {
  const source = { image: '../../' };
  if (most > MOST_LABELS_OF_16_BITS) return { source };
  const colours = new Map(known.map(({ label, colour }) => [label, colour]));
  const values = [...new Set([0, ...present(), ...colours.keys()])].sort((a, b) => a - b);
  const properties = known.flatMap(({ label, properties: own }) => (own ? [{ 'label-value': label, ...own }] : []));
  return {
    colors: values.map((label) => ({
      'label-value': label,
      rgba: label === 0 ? [0, 0, 0, 0] : [...(colours.get(label) ?? classColour(label - 1)), 255],
    })),
    ...(properties.length > 0 && { properties }),
    source,
  };
}

/** Puts a name into the list of an image's labels; all else that the metadata of the list hold stays. */
async function listLabels(
  folder: string,
  { name, version }: { name: string; version: OmeZarrVersion },
  files: Files,
): Promise<void> {
  const group = join(folder, 'labels');
  const file = join(group, version === '0.5' ? 'zarr.json' : '.zattrs');
  if (!(await files.status(file))) return writeGroup(group, { version, ome: { labels: [name] } }, files);
  const found = listing.parse(await readJson(file, files));
  const withName = (listed: readonly string[] = []) => [...new Set([...listed, name])];
  const { attributes } = found;
  const changed =
    version === '0.4'
      ? { ...found, labels: withName(found.labels) }
      : {
          ...found,
          attributes: {
            ...attributes,
            ome: { version, ...attributes?.ome, labels: withName(attributes?.ome?.labels) },
          },
        };
  await files.write(file, asJson(changed));
}

const list = z.array(z.string()).optional();
const listing = z.looseObject({
  labels: list,
  attributes: z.looseObject({ ome: z.looseObject({ labels: list }).optional() }).optional(),
});
