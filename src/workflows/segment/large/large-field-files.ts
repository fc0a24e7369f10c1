import { join, relative } from '../../../files/paths.ts';
import { openGreyPng } from '../../../image/rows/grey-png.ts';
import { openLabelTiff } from '../../../image/rows/label-tiff.ts';
import type { RowWriter } from '../../../image/rows/row-writer.ts';
import { MOST_LABELS_OF_16_BITS, pathOf32Bits } from '../../../image/write-labels.ts';
import { annotationOf } from '../../../localization/formats/coco.ts';
import { regionFeature } from '../../../localization/formats/geojson.ts';
import { outlineOfRegion, runsOfRegion } from '../../../localization/formats/stored-shapes.ts';
import type { Overlap } from '../../../localization/overlap.ts';
import {
  type NumberKind,
  type NumbersOf,
  type PlaneStore,
  type StoredPlane,
  stripsOfPlane,
} from '../../../localization/stored/stored-plane.ts';
import type { MapPlane } from '../../../localization/stored-jacobian-map.ts';
import { packNumbers } from '../../../packed-numbers.ts';
import { nameFields } from '../../../screen/field-names.ts';
import type { Screen } from '../../../screen/screen.ts';
import type { Host } from '../../host.ts';
import type { FieldFilesOptions } from '../field-files.ts';
import { fieldTableRow } from '../field-table.ts';
import { fileNames } from '../file-names.ts';
import { greyOf, mapFolder } from '../map-files.ts';
import { cocoImageOf, createRegionRows, type MoreRegions } from '../region-files.ts';
import type { SegmentEntry } from '../segment-entry.ts';
import { countField } from '../tally.ts';
import type { LargeSegmentation } from './segment-large-field.ts';

/** What is kept of a large field: what is said of it as a whole, and then its regions, some at a time. */
export interface LargeEntry {
  readonly entry: SegmentEntry;
  readonly regions: AsyncIterable<MoreRegions>;
}

/** Regions of a large field that are described together. */
const TOGETHER = 1000;

/** Makes what writes the files of a field as `createFieldFiles` does, of a field that may be larger than memory. */
export function createLargeFieldFiles(
  screen: Screen,
  options: FieldFilesOptions,
  host: Host,
): (segmentation: LargeSegmentation, overlap: Overlap | undefined) => Promise<LargeEntry> {
  const { out, classes, writeLabels } = options;
  const names = nameFields(screen.fields);
  return async (segmentation, overlap) => {
    const { field, windows, segmented, found, drawn } = segmentation;
    const name = names.get(field)!;
    const { height, width } = windows;
    const mask = await writeMask(segmentation, { out, name }, host);
    await writeLabels?.large(field, found);
    const largest = await writeMaps(segmentation, { ...options, name }, host);
    const foreground = found.regions.reduce((sum, { area }) => sum + area, 0) / (height * width);
    const maps = segmented.map((map, i) => ({ ...map, ...largest[i]! }));
    const { id, fileName } = cocoImageOf(screen, field);
    return {
      entry: {
        row: fieldTableRow(screen, { field, mask, regions: found.regions.length, foreground, maps }),
        written: { mask, rows: '', coco: { image: { id, file_name: fileName, width, height }, annotations: [] } },
        counts: countField(segmentation, classes),
        overlap,
        probability: packNumbers(drawn.probability),
      },
      regions: writeRegions(segmentation, { screen, out, classes, name }, host),
    };
  };
}

/** Writes a plane row by row. */
async function writePlane<Kind extends NumberKind, Numbers>(
  plane: StoredPlane<Kind>,
  writer: RowWriter<Numbers>,
  { store, change }: { store: PlaneStore; change: (rows: NumbersOf[Kind]) => Numbers },
): Promise<void> {
  try {
    for (const strip of stripsOfPlane(plane, store)) await writer.write(change(await plane.read(strip)));
    await writer.keep();
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

/** Writes the label image, so that the field has one, and gives its path as seen from the folder of the outputs. */
async function writeMask(
  { found: { labels, regions }, store }: LargeSegmentation,
  { out, name }: { out: string; name: string },
  host: Host,
): Promise<string> {
  const usual = join(out, 'masks', `${name}.png`);
  const isWide = regions.length > MOST_LABELS_OF_16_BITS;
  const path = isWide ? pathOf32Bits(usual) : usual;
  if (isWide) await writePlane(labels, await openLabelTiff(path, labels, host), { store, change: (rows) => rows });
  else
    await writePlane(labels, await openGreyPng(path, labels, host), {
      store,
      change: (rows) => Uint16Array.from(rows),
    });
  await host.files.remove(isWide ? usual : pathOf32Bits(usual));
  return relative(out, path);
}

/** Writes the maps, and gives for each selection the values that are brightest in the pictures. */
async function writeMaps(
  { drawn, store }: LargeSegmentation,
  { out, channels, selections, name }: FieldFilesOptions & { readonly name: string },
  host: Host,
): Promise<readonly { readonly largest: number; readonly largestOfChannels?: number }[]> {
  const all: { largest: number; largestOfChannels?: number }[] = [];
  const alone = selections.length === 1;
  const write = async ({ plane }: MapPlane, path: string, largest: number) =>
    writePlane(plane, await openGreyPng(path, plane, host), { store, change: (rows) => greyOf(rows, largest) });
  for (const [i, { file }] of selections.entries()) {
    const { total, channels: own } = drawn.maps[i]!;
    await write(total, join(mapFolder(out, { kind: 'maps', file, alone }), `${name}.png`), total.largest);
    if (!own) {
      all.push({ largest: total.largest });
      continue;
    }
    const largestOfChannels = Math.max(0, ...own.map(({ largest }) => largest));
    const folder = mapFolder(out, { kind: 'channel-maps', file, alone });
    for (const [c, channel] of fileNames(channels, 'channel').entries()) {
      await write(own[c]!, join(folder, channel, `${name}.png`), largestOfChannels);
    }
    all.push({ largest: total.largest, largestOfChannels });
  }
  return all;
}

/** Writes the outlines of the regions one after the other, and gives what the tables say of them. */
async function* writeRegions(
  { field, found: { labels, regions } }: LargeSegmentation,
  { screen, out, classes, name }: { screen: Screen; out: string; classes: readonly string[]; name: string },
  { files }: Host,
): AsyncGenerator<MoreRegions> {
  const rowsOf = createRegionRows({ screen, classes });
  const outlines = await files.open(join(out, 'regions', `${name}.geojson`));
  try {
    await outlines.write('{"type":"FeatureCollection","features":[');
    for (let from = 0; from < regions.length; from += TOGETHER) {
      const some = regions.slice(from, from + TOGETHER);
      const annotations: object[] = [];
      for (const [i, region] of some.entries()) {
        const feature = regionFeature(region, await outlineOfRegion(labels, region), { classes });
        await outlines.write(`${from + i === 0 ? '' : ','}${JSON.stringify(feature)}`);
        annotations.push(annotationOf(region, await runsOfRegion(labels, region), labels));
      }
      yield { rows: rowsOf(field, { regions: some }), image: field.imageNumber, annotations };
    }
    await outlines.write(']}\n');
    await outlines.keep();
  } catch (error) {
    await outlines.discard();
    throw error;
  }
}
