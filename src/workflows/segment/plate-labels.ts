import { MilscopeError, named } from '../../errors.ts';
import type { LabelImage } from '../../image/write-labels.ts';
import { isZarrImage } from '../../image/zarr-writer/image-group.ts';
import { type LabelRows, labelsFolder, writeImageLabels } from '../../image/zarr-writer/write-image-labels.ts';
import type { FieldRegions } from '../../localization/regions/field-regions.ts';
import type { StoredRegions } from '../../localization/regions/stored/regions-of-plane.ts';
import type { StoredPlane } from '../../localization/stored/stored-plane.ts';
import { classColour } from '../../pixels/class-colours.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import type { Host } from '../host.ts';
import { requireWritable } from '../shared/require-writable.ts';

/** Writes the regions of a field beside its image. */
export interface LabelsWriter {
  readonly whole: (field: Field, found: FieldRegions) => Promise<void>;
  /** Of a field that may be larger than memory. */
  readonly large: (field: Field, found: StoredRegions<FieldRegions['regions'][number]>) => Promise<void>;
}

/** What the label images are called. */
const NAME = 'milscope';

/** Largest side of a chunk (pixels), as `convert` has it. */
const CHUNK = 1024;

/**
 * Makes what writes regions into the OME-Zarr images of a screen, as `labels/milscope`: each region has the colour of its
 * class, and its class and area as properties.
 *
 * @throws BadOption when an image of the screen is not in OME-Zarr
 * @throws OutputExists when one has such labels already, without `overwrite`
 */
export async function createLabelsWriter(
  { source, fields }: Screen,
  { classes, overwrite }: { readonly classes: readonly string[]; readonly overwrite: boolean },
  host: Pick<Host, 'files'>,
): Promise<LabelsWriter> {
  const images = fields.map(({ sources }) => sources[0]!.file);
  const stray = await strayImage(images, host);
  if (stray !== undefined) {
    throw new MilscopeError('BadOption', {
      option: 'writeLabels',
      problem: `labels can be written into OME-Zarr images only, which those of ${source} are not`,
      found: stray,
      remedy: 'leave the option out, or make an OME-Zarr plate of the screen with milscope convert',
    });
  }
  for (const image of overwrite ? [] : images) {
    const before = labelsFolder(image, NAME);
    if ((await host.files.status(before)) === undefined) continue;
    const remedy = `leave ${named('writeLabels')} out, or give ${named('overwrite')} to replace them`;
    throw new MilscopeError('OutputExists', { file: before, problem: 'there are such labels already', remedy });
  }
  const [first] = images;
  if (first !== undefined) await requireWritable(labelsFolder(first, NAME), host, { folder: true });
  const write = ({ sources }: Field, image: LabelImage | LabelRows, regions: FieldRegions['regions']) =>
    writeImageLabels(
      sources[0]!.file,
      image,
      {
        ...{ name: NAME, chunk: CHUNK, compression: 'blosc', overwrite },
        known: regions.map(({ label, area, classIndex }) => ({
          label,
          ...(classIndex !== undefined && { colour: classColour(classIndex) }),
          properties: { ...(classIndex !== undefined && { class: classes[classIndex]! }), 'area (pixels)': area },
        })),
      },
      host.files,
    );
  return {
    whole: (field, { labels, height, width, regions }) => write(field, { labels, height, width }, regions),
    large: (field, { labels, regions }) => write(field, rowsOfPlane(labels, regions), regions),
  };
}

function rowsOfPlane({ height, width, read }: StoredPlane<'int32'>, regions: FieldRegions['regions']): LabelRows {
  return {
    ...{ height, width, most: regions.length },
    present: () => regions.map(({ label }) => label),
    row: (y) => read({ top: y, left: 0, height: 1, width }),
  };
}

/**
 * The first image that labels cannot be written into. A folder that is no image now is one of the fields that cannot be
 * read, as long as there are others.
 */
async function strayImage(images: readonly string[], { files }: Pick<Host, 'files'>): Promise<string | undefined> {
  let some = false;
  for (const image of images) {
    if ((await files.status(image))?.kind === 'file') return image;
    some ||= await isZarrImage(image, files);
  }
  return some ? undefined : images[0];
}
