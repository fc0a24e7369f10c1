import { join } from '../../../files/paths.ts';
import { measureOverlap, type Overlap } from '../../../localization/overlap.ts';
import { isSilent } from '../../../localization/segmentation/silent.ts';
import { type SmoothChannels, smoothChannels } from '../../../localization/segmentation/stored-guided-mask.ts';
import { emptyStoredMask, type StoredMask } from '../../../localization/segmentation/stored-mask.ts';
import { type PlaneStore, stripsOfPlane } from '../../../localization/stored/stored-plane.ts';
import type { DrawStoredMaps, StoredMaps } from '../../../localization/stored-jacobian-map.ts';
import type { ChannelSums } from '../../../pixels/channel-sums.ts';
import type { WindowedImage } from '../../../pixels/windows/windowed-image.ts';
import type { AdjustField } from '../../../screen/plates/plates.ts';
import type { Field } from '../../../screen/screen.ts';
import type { RunningHost } from '../../host.ts';
import { measureAsSeen, type SeenBeside } from '../../predict/measure-as-seen.ts';
import { tellParts } from '../../task.ts';
import type { SegmentStoredMap } from '../recipes.ts';
import type { ReferenceRows } from '../references.ts';
import type { SegmentFieldOptions } from '../segment-field.ts';
import { type LargeRegions, regionsOfStoredMaps } from './regions-of-stored-maps.ts';
import { type ScratchPlanes, scratchPlanes } from './scratch-planes.ts';

/** A field that may be larger than memory, its maps, masks and regions, whose planes are in scratch files until it is released. */
export interface LargeSegmentation {
  readonly field: Field;
  readonly windows: WindowedImage;
  readonly drawn: StoredMaps;
  /** In the order of the selections. */
  readonly segmented: readonly StoredMask[];
  readonly found: LargeRegions;
  /** Of the intensities in the files. */
  readonly sums: ChannelSums;
  readonly store: PlaneStore;
  readonly release: () => Promise<void>;
}

export interface LargeFieldOptions extends Omit<SegmentFieldOptions, 'segment'> {
  readonly segmentStored: SegmentStoredMap;
  readonly drawStored: DrawStoredMaps;
  readonly adjust: AdjustField | undefined;
  /** Sees the pixels of the field, in the intensities of the file. */
  readonly watch: SeenBeside['watch'];
  /** Hears how far the field is. */
  readonly tell?: ((text: string) => void) | undefined;
  /** The folder of the outputs. */
  readonly out: string;
}

/** What `segmentField` does, of a field that may be larger than memory: its planes are kept in scratch files. */
export async function segmentLargeField(
  field: Field,
  windows: WindowedImage,
  options: LargeFieldOptions,
  host: RunningHost,
): Promise<LargeSegmentation> {
  const store = scratchPlanes(join(options.out, 'unfinished', 'scratch'), host);
  const solver = host.beliefSolver(host.threads);
  try {
    return await segmentInto({ field, windows, store }, { ...options, solver }, host);
  } catch (error) {
    await store.removeAll();
    throw error;
  } finally {
    await solver.release();
  }
}

async function segmentInto(
  { field, windows, store }: Pick<LargeSegmentation, 'field' | 'windows'> & { readonly store: ScratchPlanes },
  {
    about,
    selections,
    segmentStored,
    drawStored,
    regions,
    thresholds,
    adjust,
    watch,
    tell,
    solver,
  }: LargeFieldOptions & { readonly solver: ReturnType<RunningHost['beliefSolver']> },
  { signal }: RunningHost,
): Promise<LargeSegmentation> {
  const { height, width } = windows;
  const moments = about.normalization.scope === 'field';
  const { sums, seen } = await measureAsSeen(field, windows, { adjust, watch, moments });
  const chosen = selections.map(({ classes }) => classes);
  const drawn = await drawStored(seen, chosen, store);
  signal.throwIfAborted();
  let smooth: Promise<SmoothChannels> | undefined;
  const smoothed = () => {
    if (!smooth) tell?.('the channels of a large field');
    smooth ??= smoothWindows(windows, store);
    return smooth;
  };
  const onTile = tell && tellParts(tell, 'the masks of a large field');
  const segmented: StoredMask[] = [];
  for (const [i, { total }] of drawn.maps.entries()) {
    const mask = isSilent(drawn, chosen[i]!, thresholds)
      ? await emptyStoredMask({ height, width }, { store })
      : await segmentStored(total.plane, smoothed, { store, solver, onTile });
    segmented.push(mask);
    signal.throwIfAborted();
  }
  for (const { plane } of (await smooth) ?? []) await plane.remove();
  tell?.('the regions of a large field');
  const found = await regionsOfStoredMaps(segmented, { drawn, about, selections, options: regions, store });
  for (const { mask } of segmented) await mask.remove();
  signal.throwIfAborted();
  return { field, windows, drawn, segmented, found, sums, store, release: store.removeAll };
}

/** The channels of a field, smoothed for its masks. */
function smoothWindows(windows: WindowedImage, store: PlaneStore): Promise<SmoothChannels> {
  const { height, width, channels } = windows;
  const read = async (rows: { readonly top: number; readonly height: number }) => {
    const { data } = await windows.read({ ...rows, left: 0, width });
    const size = rows.height * width;
    return Array.from({ length: channels }, (_, c) => Float32Array.from(data.subarray(c * size, (c + 1) * size)));
  };
  return smoothChannels(read, { store, count: channels, height, width });
}

/** The overlap of the regions of a large field with its reference. */
export async function overlapOfLarge(
  { found: { labels }, store }: Pick<LargeSegmentation, 'found' | 'store'>,
  reference: ReferenceRows,
): Promise<Overlap> {
  const { add, result } = measureOverlap();
  for (const strip of stripsOfPlane(labels, store)) add(await labels.read(strip), await reference(strip));
  return result();
}
