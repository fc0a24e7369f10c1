import { measureContrasts, squaredDifferences, weaken } from '../belief/edge-couplings.ts';
import { propagateInTiles } from '../belief/propagate-in-tiles.ts';
import type { Plane } from '../plane.ts';
import { measureDeviation } from '../standard-deviation.ts';
import { blurPlane, blurPlanes, type ReadRows } from '../stored/blur-plane.ts';
import { cutOut, type PlaneStore, type StoredPlane, stripsOfPlane } from '../stored/stored-plane.ts';
import { thresholdOfPieces } from '../stored/threshold-of-plane.ts';
import { squareRoot } from '../threshold/unary.ts';
import {
  applyDiscriminant,
  type ClassWeights,
  type Discriminant,
  inDeviations,
  measureCovariances,
  measureMeans,
  separate,
} from './discriminant.ts';
import { measureEdgeShare } from './edge-share.ts';
import {
  classWeights,
  evidenceOf,
  FLOOR,
  GATE,
  IMAGE_SMOOTHING,
  LARGEST,
  MAP_SMOOTHING,
  shareOfLargest,
  WINDOW,
} from './guided-evidence.ts';
import type { GuidedMaskOptions } from './guided-mask.ts';
import { measureLocalMeans } from './local-levels.ts';
import { emptyStoredMask, type StoredMask, type StoredMaskOptions } from './stored-mask.ts';

/** The channels of a field, smoothed, and the standard deviation of each; one that is constant is left out. */
export type SmoothChannels = readonly { readonly plane: StoredPlane<'float32'>; readonly deviation: number }[];

/** Smooths the channels of a field for {@link storedGuidedMask}; they are read from top to bottom once. */
export async function smoothChannels(
  read: ReadRows,
  options: {
    readonly store: PlaneStore;
    /** How many channels there are. */
    readonly count: number;
    readonly height: number;
    readonly width: number;
  },
): Promise<SmoothChannels> {
  const smooth: { plane: StoredPlane<'float32'>; deviation: number }[] = [];
  for (const plane of await blurPlanes(read, { sigma: IMAGE_SMOOTHING, ...options })) {
    const { add, result } = measureDeviation();
    for (const strip of stripsOfPlane(plane, options.store)) add(await plane.read(strip));
    if (result() > 0) smooth.push({ plane, deviation: result() });
    else await plane.remove();
  }
  return smooth;
}

/** The same mask as `guidedMask` makes in one pass, of a field of any size: strip by strip, and beliefs in tiles. */
export async function storedGuidedMask(
  map: StoredPlane<'float32'>,
  channels: SmoothChannels,
  { coupling, iterations, edge: given, store, solver, tiling, onTile }: GuidedMaskOptions & StoredMaskOptions,
): Promise<StoredMask> {
  const size = { height: map.height, width: map.width };
  const strips = stripsOfPlane(size, store);
  const smooth = await blurPlane(async (rows) => (await map.read({ ...rows, left: 0, width: size.width })).slice(), {
    ...{ sigma: MAP_SMOOTHING, store },
    ...size,
  });
  const largest = await thresholdOfPieces(piecesOf(smooth, store), LARGEST, size);
  const spokenIn = async (strip: Strip) => shareOfLargest(await smooth.read(strip), largest);
  const rootIn = async (strip: Strip) => rootOf(await spokenIn(strip));
  async function* roots(): AsyncGenerator<Plane['data']> {
    for (const strip of strips) yield await rootIn(strip);
  }
  const threshold = GATE * (await thresholdOfPieces(roots, { kind: 'otsu' }, size));
  const weightsIn = async (strip: Strip) => classWeights(await spokenIn(strip));
  const discriminant = await findDiscriminant(channels, { strips, weightsIn });
  if (!discriminant) {
    await smooth.remove();
    return emptyStoredMask(size, { store, threshold });
  }
  const light = await store.create('float32', size);
  const deviation = measureDeviation();
  const edges = measureEdgeShare();
  const [levels, ground] = [
    measureLocalMeans({ ...size, sigma: WINDOW }),
    measureLocalMeans({ ...size, sigma: WINDOW }),
  ];
  for (const strip of strips) {
    const own = applyDiscriminant(discriminant, await channelsIn(channels, strip));
    const { foreground, background } = await weightsIn(strip);
    deviation.add(own);
    edges.add(own, foreground);
    levels.add(own, foreground);
    ground.add(own, background);
    await light.write(strip, own);
  }
  const edge = given ?? edges.result();
  const theta = await store.create('float32', size);
  const [above, below] = [levels.result(), ground.result()];
  for (const strip of strips) {
    const around = { root: await rootIn(strip), above: above.rows(strip), below: below.rows(strip) };
    await theta.write(strip, evidenceOf(await light.read(strip), around, { edge, threshold }));
  }
  await smooth.remove();
  const couplingsIn = await weakenedCouplings(light, { deviation: deviation.result(), coupling, store });
  const { mask, beliefs } = await propagateInTiles({
    ...{ ...size, store, solver, tiling, onTile, iterations },
    read: async (box) => ({ theta: await theta.read(box), coupling: await couplingsIn(box) }),
  });
  await theta.remove();
  await light.remove();
  return { mask, threshold, edge, beliefs };
}

type Strip = ReturnType<typeof stripsOfPlane>[number];

const rootOf = (data: Float32Array): Float32Array => squareRoot({ data, height: 1, width: data.length }).data;

function piecesOf(plane: StoredPlane<'float32'>, store: PlaneStore) {
  return async function* (): AsyncGenerator<Float32Array> {
    for (const strip of stripsOfPlane(plane, store)) yield await plane.read(strip);
  };
}

async function channelsIn(channels: SmoothChannels, strip: Strip): Promise<Float32Array[]> {
  return Promise.all(channels.map(async ({ plane, deviation }) => inDeviations(await plane.read(strip), deviation)));
}

async function findDiscriminant(
  channels: SmoothChannels,
  { strips, weightsIn }: { strips: readonly Strip[]; weightsIn: (strip: Strip) => Promise<ClassWeights> },
): Promise<Discriminant | undefined> {
  if (channels.length === 0) return undefined;
  const means = measureMeans(channels.length);
  for (const strip of strips) means.add(await channelsIn(channels, strip), await weightsIn(strip));
  const covariances = measureCovariances(means.result());
  for (const strip of strips) covariances.add(await channelsIn(channels, strip), await weightsIn(strip));
  return separate(covariances.result());
}

/** The couplings of a box of the plane, weakened at the edges of its light. */
async function weakenedCouplings(
  light: StoredPlane<'float32'>,
  { deviation, coupling, store }: { deviation: number; coupling: number; store: PlaneStore },
) {
  const contrasts = measureContrasts(light);
  const squaresIn = async (box: Strip) => {
    const planes = deviation === 0 ? [] : [{ data: await light.read(box), scale: 1 / deviation }];
    return squaredDifferences(planes, box);
  };
  for (const strip of stripsOfPlane(light, store)) {
    // With the row below, which the last edges of the strip lead to.
    const box = { ...strip, height: Math.min(strip.height + 1, light.height - strip.top) };
    const { right, down } = await squaresIn(box);
    contrasts.add({
      right: cutOut(right, { from: box, wanted: strip }),
      down: cutOut(down, { from: box, wanted: strip }),
    });
  }
  const steepness = contrasts.steepness();
  return async (box: Strip) => weaken(await squaresIn(box), { coupling, floor: FLOOR, steepness });
}
