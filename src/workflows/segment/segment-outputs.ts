import { join } from '../../files/paths.ts';
import type { MaskLike, Overlap } from '../../localization/overlap.ts';
import { nameFields } from '../../screen/field-names.ts';
import type { Screen } from '../../screen/screen.ts';
import type { Host } from '../host.ts';
import { fieldTableHeader, fieldTableRow } from './field-table.ts';
import { createGalleries, type Galleries } from './galleries.ts';
import { mapFolder, writeChannelMaps, writeMap } from './map-files.ts';
import type { LabelsWriter } from './plate-labels.ts';
import { openRegionFiles } from './region-files.ts';
import { regionsOfClass } from './regions-of-maps.ts';
import type { FieldSegmentation } from './segment-field.ts';
import type { Selection } from './selections.ts';

/** What a field is measured against. */
export interface Measured {
  readonly truth?: MaskLike | undefined;
  readonly overlap?: Overlap | undefined;
}

/** Everything that `segment` writes of its fields, one after the other; memory does not grow with their number. */
export interface SegmentOutputs {
  readonly add: (segmentation: FieldSegmentation, measured: Measured) => Promise<void>;
  /** Puts the tables in their places. */
  readonly keep: () => Promise<void>;
  /** Leaves no trace of the tables; what was written of single fields stays. */
  readonly discard: () => Promise<void>;
  /** Writes the pictures of the fields that were kept for them, and gives their paths. */
  readonly writeGalleries: () => Promise<readonly string[]>;
}

export interface SegmentOutputsOptions {
  readonly out: string;
  /** Names of the classes and channels of the model. */
  readonly classes: readonly string[];
  readonly channels: readonly string[];
  readonly selections: readonly Selection[];
  /** Whether the maps of single channels, which the maps have then, are written and shown too. */
  readonly channelMaps: boolean;
  /** Fields of a gallery; none with 0. */
  readonly galleryRows: number;
  /** Writes the regions beside the images too. */
  readonly writeLabels: LabelsWriter | undefined;
}

/** Begins the files of a segmentation. */
export async function openSegmentOutputs(
  screen: Screen,
  options: SegmentOutputsOptions,
  host: Host,
): Promise<SegmentOutputs> {
  const { out, classes, selections, channelMaps, galleryRows, writeLabels } = options;
  const names = nameFields(screen.fields);
  const galleries = createGalleries({ rows: galleryRows });
  const files = await openRegionFiles(out, { screen, classes }, host);
  const table = await host.files.open(join(out, 'fields.csv'));
  await table.write(fieldTableHeader(screen, selections, { channelMaps }));
  return {
    async add(segmentation, measured) {
      const { field, image, segmented, found } = segmentation;
      const name = names.get(field)!;
      await files.add(field, found);
      await writeLabels?.(field, found);
      const largest = await writeMaps(segmentation, { ...options, name }, host);
      showInGalleries(galleries, segmentation, { ...measured, name, selections });
      const foreground = found.regions.reduce((sum, { area }) => sum + area, 0) / (image.height * image.width);
      const maps = segmented.map((map, i) => ({ ...map, ...largest[i]! }));
      await table.write(fieldTableRow(screen, { field, regions: found.regions.length, foreground, maps }));
    },
    async keep() {
      await files.close();
      await table.keep();
    },
    async discard() {
      await Promise.all([files.discard(), table.discard()]);
    },
    async writeGalleries() {
      if (galleryRows === 0) return [];
      return galleries.write(join(out, 'gallery'), { channels: screen.channels, classes }, host);
    },
  };
}

/** Writes the maps of a field, and gives for each selection the values that are brightest in the pictures. */
async function writeMaps(
  { image: { height, width }, maps }: FieldSegmentation,
  { out, channels, selections, name }: SegmentOutputsOptions & { readonly name: string },
  host: Host,
): Promise<readonly { readonly largest: number; readonly largestOfChannels?: number }[]> {
  const largest: { largest: number; largestOfChannels?: number }[] = [];
  const alone = selections.length === 1;
  for (const [i, { file }] of selections.entries()) {
    const { total, channels: ofChannels } = maps[i]!;
    const size = { height, width };
    const folder = mapFolder(out, { kind: 'maps', file, alone });
    const channelFolder = mapFolder(out, { kind: 'channel-maps', file, alone });
    largest.push({
      largest: await writeMap(join(folder, `${name}.png`), { data: total, ...size }, host),
      ...(ofChannels && {
        largestOfChannels: await writeChannelMaps(
          channelFolder,
          { data: ofChannels, ...size, channels, field: name },
          host,
        ),
      }),
    });
  }
  return largest;
}

function showInGalleries(
  galleries: Galleries,
  { image, maps, found }: FieldSegmentation,
  { truth, overlap, name, selections }: Measured & { readonly name: string; readonly selections: readonly Selection[] },
): void {
  for (const [i, selection] of selections.entries()) {
    const { total, channels, bag } = maps[i]!;
    const [first, ...others] = selection.classes as readonly [number, ...number[]];
    galleries.add(selection, {
      bag,
      field: {
        ...{ name, image, map: total, channelMaps: channels, iou: overlap?.foregroundIoU },
        found: others.length > 0 ? found : regionsOfClass(found, first),
        reference: truth && Int32Array.from(truth.data),
      },
    });
  }
}
