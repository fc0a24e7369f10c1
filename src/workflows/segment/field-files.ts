import { join } from '../../files/paths.ts';
import type { MaskLike, Overlap } from '../../localization/overlap.ts';
import { packNumbers } from '../../packed-numbers.ts';
import { nameFields } from '../../screen/field-names.ts';
import type { Screen } from '../../screen/screen.ts';
import type { Host } from '../host.ts';
import { fieldTableRow } from './field-table.ts';
import { mapFolder, writeChannelMaps, writeMap } from './map-files.ts';
import type { LabelsWriter } from './plate-labels.ts';
import { createRegionWriter } from './region-files.ts';
import type { SegmentEntry } from './segment-entry.ts';
import { type FieldSegmentation, probabilityOf } from './segment-field.ts';
import type { Selection } from './selections.ts';
import { countField } from './tally.ts';

/** What a field is measured against. */
export interface Measured {
  readonly truth?: MaskLike | undefined;
  readonly overlap?: Overlap | undefined;
}

export interface FieldFilesOptions {
  readonly out: string;
  /** Names of the classes and channels of the model. */
  readonly classes: readonly string[];
  readonly channels: readonly string[];
  readonly selections: readonly Selection[];
  /** Whether the maps of single channels, which the maps have then, are written too. */
  readonly channelMaps: boolean;
  /** Writes the regions beside the images too. */
  readonly writeLabels: LabelsWriter | undefined;
}

/** Makes what writes the files that a field has of its own, and gives what the tables of the screen will say of it. */
export function createFieldFiles(
  screen: Screen,
  options: FieldFilesOptions,
  host: Host,
): (segmentation: FieldSegmentation, measured: Measured) => Promise<SegmentEntry> {
  const { out, classes, writeLabels } = options;
  const names = nameFields(screen.fields);
  const writeRegions = createRegionWriter(out, { screen, classes }, host);
  return async (segmentation, { overlap }) => {
    const { field, image, segmented, found } = segmentation;
    const written = await writeRegions(field, found);
    await writeLabels?.whole(field, found);
    const name = names.get(field)!;
    const largest = await writeMaps(segmentation, { ...options, name }, host);
    const foreground = found.regions.reduce((sum, { area }) => sum + area, 0) / (image.height * image.width);
    const maps = segmented.map((map, i) => ({ ...map, ...largest[i]! }));
    return {
      row: fieldTableRow(screen, { field, mask: written.mask, regions: found.regions.length, foreground, maps }),
      written,
      counts: countField(segmentation, classes),
      overlap,
      probability: packNumbers(probabilityOf(segmentation)),
    };
  };
}

/** Writes the maps of a field, and gives for each selection the values that are brightest in the pictures. */
async function writeMaps(
  { image: { height, width }, maps }: FieldSegmentation,
  { out, channels, selections, name }: FieldFilesOptions & { readonly name: string },
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
