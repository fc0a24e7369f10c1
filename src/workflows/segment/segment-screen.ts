import { join } from 'node:path';
import type { Progress } from '../../cli/progress.ts';
import { isMilscopeError } from '../../errors.ts';
import { openWhole } from '../../files/open-whole.ts';
import { writeWhole } from '../../files/write-whole.ts';
import { classProbabilityMap } from '../../localization/class-probability-map.ts';
import type { DrawJacobianMap, JacobianMap } from '../../localization/jacobian-map.ts';
import { type MaskLike, overlapOf } from '../../localization/overlap.ts';
import type { Plane } from '../../localization/plane.ts';
import { classifyRegions, findClassRegions } from '../../localization/regions/class-regions.ts';
import type { FieldRegions } from '../../localization/regions/field-regions.ts';
import { findRegions, type RegionOptions } from '../../localization/regions/regions.ts';
import type { SegmentedMap, SegmentMap } from '../../localization/segmentation/segmented.ts';
import { emptyMask, isSilent } from '../../localization/segmentation/silent.ts';
import type { ModelDescription } from '../../network/model-file.ts';
import type { Image } from '../../pixels/pixels.ts';
import { nameFields } from '../../screen/field-names.ts';
import type { FieldSource } from '../../screen/field-source.ts';
import type { AdjustField } from '../../screen/plates.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { type SkippedField, skippedField } from '../../screen/skipped.ts';
import { mapInOrder } from '../../threads/map-in-order.ts';
import { fieldTableHeader, fieldTableRow } from './field-table.ts';
import { createGalleries } from './galleries.ts';
import { mapFolder, writeChannelMaps, writeMap } from './map-files.ts';
import { type FieldOverlap, formatOverlap } from './overlap-table.ts';
import type { LabelsWriter } from './plate-labels.ts';
import type { Reference } from './references.ts';
import { openRegionFiles } from './region-files.ts';
import type { Selection } from './selections.ts';

/** What a screen is segmented with. */
export interface SegmentScreenOptions {
  readonly out: string;
  readonly about: ModelDescription;
  readonly selections: readonly Selection[];
  readonly draw: DrawJacobianMap;
  /** Fields whose maps are drawn at once. */
  readonly atOnce: number;
  readonly segment: SegmentMap;
  readonly regions: RegionOptions;
  readonly source: FieldSource;
  readonly adjust: AdjustField | undefined;
  readonly reference: Reference | undefined;
  /** Fields of a gallery; none with 0. */
  readonly galleryRows: number;
  /** Whether the maps of single channels, which `draw` gives then, are written and shown too. */
  readonly channelMaps: boolean;
  /** Writes the regions beside the images too. */
  readonly writeLabels?: LabelsWriter | undefined;
  readonly progress: Progress;
}

/** What came of a screen. */
export interface SegmentedScreen {
  readonly fields: number;
  readonly regions: number;
  /** Regions of each class of the model, where regions have classes. */
  readonly perClass: readonly number[];
  /** Fields without any region. */
  readonly empty: number;
  /** Fields of which some beliefs were still moving when the sweeps ended. */
  readonly unconverged: number;
  readonly overlaps: readonly FieldOverlap[];
  /** References that could not be read. */
  readonly lostReferences: readonly SkippedField[];
  readonly galleries: readonly string[];
}

/** Segments a screen field by field and writes what it finds; memory does not grow with the number of fields. */
export async function segmentScreen(screen: Screen, options: SegmentScreenOptions): Promise<SegmentedScreen> {
  const { out, about, selections, source, adjust, reference, galleryRows, channelMaps, progress } = options;
  const names = nameFields(screen.fields);
  const alone = selections.length === 1;
  const galleries = createGalleries({ rows: galleryRows });
  const overlaps: FieldOverlap[] = [];
  const lostReferences: SkippedField[] = [];
  const perClass = about.classes.map(() => 0);
  let [seen, fields, count, empty, unconverged] = [0, 0, 0, 0, 0];

  const readReference = async (field: Field, image: Image): Promise<MaskLike | undefined> => {
    try {
      return await reference?.read(field, image);
    } catch (error) {
      if (!isMilscopeError(error)) throw error;
      const entry = skippedField(field, error);
      lostReferences.push(entry);
      progress.note(entry.message);
      return undefined;
    }
  };
  const drawMaps = async (field: Field) => {
    const image = await source.read(field);
    if (!image) return { field };
    const pixels = adjust ? adjust(field, image) : image;
    const maps = await Promise.all(selections.map(({ classes }) => options.draw(pixels, classes)));
    return { field, image, maps };
  };

  const table = await openWhole(join(out, 'fields.csv'));
  const files = await openRegionFiles(out, { screen, classes: about.classes });
  try {
    await table.write(fieldTableHeader(screen, selections, { channelMaps }));
    for await (const { field, image, maps } of mapInOrder(screen.fields, options.atOnce, drawMaps)) {
      progress.update(++seen);
      if (!image) continue;
      const { height, width } = image;
      const planes = planesOf(image);
      const segmented = maps.map((map, i) =>
        isSilent(map, selections[i]!.classes)
          ? emptyMask({ height, width })
          : options.segment({ data: map.total, height, width }, planes),
      );
      const found = regionsOf(segmented, { maps, about, selections, options: options.regions });
      const truth = await readReference(field, image);
      const overlap = truth && overlapOf({ data: found.labels, height, width }, truth);
      if (overlap) overlaps.push({ field, ...overlap });
      await files.add(field, found);
      await options.writeLabels?.(field, found);
      const largest: { largest: number; largestOfChannels?: number }[] = [];
      for (const [i, selection] of selections.entries()) {
        const map = { data: maps[i]!.total, height, width };
        const folder = (kind: 'maps' | 'channel-maps') => mapFolder(out, { kind, file: selection.file, alone });
        const name = names.get(field)!;
        const { channels } = maps[i]!;
        const ofChannels = channels && { data: channels, height, width, channels: about.channels, field: name };
        largest.push({
          largest: await writeMap(join(folder('maps'), `${name}.png`), map),
          ...(ofChannels && { largestOfChannels: await writeChannelMaps(folder('channel-maps'), ofChannels) }),
        });
        galleries.add(selection, {
          bag: maps[i]!.bag,
          field: {
            ...{ name, image, map: map.data, channelMaps: channels, iou: overlap?.foregroundIoU },
            found: selection.classes.length > 1 ? found : ofClass(found, selection.classes[0]!),
            reference: truth && Int32Array.from(truth.data),
          },
        });
      }
      const foreground = found.regions.reduce((sum, { area }) => sum + area, 0) / (height * width);
      const own = segmented.map((map, i) => ({ ...map, ...largest[i]! }));
      await table.write(fieldTableRow(screen, { field, regions: found.regions.length, foreground, maps: own }));
      fields++;
      count += found.regions.length;
      for (const { classIndex } of found.regions) if (classIndex !== undefined) perClass[classIndex]!++;
      if (found.regions.length === 0) empty++;
      if (segmented.some(({ beliefs }) => !beliefs.converged)) unconverged++;
    }
    await files.close();
    await table.keep();
  } catch (error) {
    await Promise.all([files.discard(), table.discard()]);
    throw error;
  }
  if (reference) await writeWhole(join(out, 'overlap.csv'), formatOverlap(screen, overlaps));
  const shown = { channels: screen.channels, classes: about.classes };
  const pictures = galleryRows > 0 ? await galleries.write(join(out, 'gallery'), shown) : [];
  return { fields, regions: count, perClass, empty, unconverged, overlaps, lostReferences, galleries: pictures };
}

function planesOf({ data, channels, height, width }: Image): Plane[] {
  const size = height * width;
  return Array.from({ length: channels }, (_, c) => ({
    data: data.subarray(c * size, (c + 1) * size),
    height,
    width,
  }));
}

/**
 * The regions of a field. Of a map of all classes each region has the class whose instances are the most probable over it;
 * of maps of single classes, that of its map.
 */
function regionsOf(
  segmented: readonly SegmentedMap[],
  context: {
    readonly maps: readonly JacobianMap[];
    readonly about: ModelDescription;
    readonly selections: readonly Selection[];
    readonly options: RegionOptions;
  },
): FieldRegions {
  const { maps, about, selections, options } = context;
  const [first] = maps as readonly [JacobianMap, ...JacobianMap[]];
  const probability = { data: classProbabilityMap(first, { ...first, ...about }), classes: about.classes.length };
  const together = segmented.find((_, i) => selections[i]!.classes.length > 1);
  if (together) return classifyRegions(findRegions(together.mask, options), probability);
  const size = first.height * first.width;
  const totals = new Float32Array(maps.length * size);
  for (const [i, { total }] of maps.entries()) totals.set(total, i * size);
  const masks = segmented.map(({ mask }) => mask);
  const found = findClassRegions(masks, { ...options, maps: { data: totals, classes: maps.length } });
  const classified = classifyRegions(found, probability);
  const regions = classified.regions.map((region, i) => ({
    ...region,
    classIndex: selections[found.regions[i]!.classIndex]!.classes[0]!,
  }));
  return { ...classified, regions };
}

/** The regions of one class alone. */
function ofClass(found: FieldRegions, place: number): FieldRegions {
  const own = new Set(found.regions.filter(({ classIndex }) => classIndex === place).map(({ label }) => label));
  return {
    ...found,
    labels: found.labels.map((label) => (own.has(label) ? label : 0)),
    regions: found.regions.filter(({ label }) => own.has(label)),
  };
}
