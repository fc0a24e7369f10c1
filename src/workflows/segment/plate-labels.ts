import { existsSync, statSync } from 'node:fs';
import { MilscopeError } from '../../errors.ts';
import { isZarrImage } from '../../image/zarr-writer/image-group.ts';
import { labelsFolder, writeImageLabels } from '../../image/zarr-writer/write-image-labels.ts';
import type { FieldRegions } from '../../localization/regions/field-regions.ts';
import { classColour } from '../../pixels/palette.ts';
import type { Field, Screen } from '../../screen/screen.ts';

/** Writes the regions of a field beside its image. */
export type LabelsWriter = (field: Field, found: FieldRegions) => Promise<void>;

/** What the label images are called. */
const NAME = 'milscope';

/** Largest side of a chunk (pixels), as `convert` has it. */
const CHUNK = 1024;

/**
 * Makes what writes regions into the OME-Zarr images of a screen, as `labels/milscope`: each region has the colour of its
 * class, and its class and area as properties.
 *
 * @throws BadOption when an image of the screen is a file, or none is of OME-Zarr
 * @throws OutputExists when one has such labels already, without `overwrite`
 */
export function createLabelsWriter(
  { source, fields }: Screen,
  { classes, overwrite }: { readonly classes: readonly string[]; readonly overwrite: boolean },
): LabelsWriter {
  const images = fields.map(({ sources }) => sources[0]!.file);
  // A folder that is no image now is one of the fields that cannot be read, as long as there are others.
  const stray = images.find((image) => isFile(image)) ?? (images.some(isZarrImage) ? undefined : images[0]);
  if (stray !== undefined) {
    throw new MilscopeError('BadOption', {
      option: '--write-labels',
      problem: `the images of ${source} are no OME-Zarr images, which labels could be written into`,
      found: stray,
      remedy: 'leave the option out, or make an OME-Zarr plate of the screen with milscope convert',
    });
  }
  const before = images.map((image) => labelsFolder(image, NAME)).find((labels) => existsSync(labels));
  if (before !== undefined && !overwrite) {
    const remedy = 'leave --write-labels out, or give --overwrite to replace them';
    throw new MilscopeError('OutputExists', { file: before, problem: 'there are such labels already', remedy });
  }
  return ({ sources }, { labels, height, width, regions }) =>
    writeImageLabels(
      sources[0]!.file,
      { labels, height, width },
      {
        ...{ name: NAME, chunk: CHUNK, compression: 'blosc', overwrite },
        known: regions.map(({ label, area, classIndex }) => ({
          label,
          ...(classIndex !== undefined && { colour: classColour(classIndex) }),
          properties: { ...(classIndex !== undefined && { class: classes[classIndex]! }), 'area (pixels)': area },
        })),
      },
    );
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
