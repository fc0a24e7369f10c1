import { diameterOfParts } from '../../nuclei/nuclear-diameter.ts';
import { blurPlane } from '../../stored/blur-plane.ts';
import { type PlaneStore, type StoredPlane, stripsOfPlane, tilesOf, widen } from '../../stored/stored-plane.ts';
import { DEPTH, SMOOTHING } from '../split-touching.ts';
import { flood } from '../watershed.ts';
import { connectedPartsOfPlane, type StoredLabels } from './connected-parts-of-plane.ts';
import { distanceOfPlane } from './distance-of-plane.ts';

/** How a plane is divided for a watershed. */
export interface SplitTiling {
  /** Pixels along the side of a tile without its surroundings. */
  readonly side: number;
  /** Pixels around it that are flooded with it. */
  readonly halo: number;
}

/** Parts of a mask up to so many pixels high and wide are always divided as in one pass. */
const LEAST_HALO = 512;
/** In diameters of a cell. What is further away changes nothing of a cell, short of chance. */
const HALO_DIAMETERS = 6;
/** With more surroundings than this, tiles would not fit into memory. */
const MOST_HALO = 1024;

const tilingFor = (diameter: number): SplitTiling => {
  const halo = Math.min(MOST_HALO, Math.max(LEAST_HALO, Math.ceil(HALO_DIAMETERS * diameter)));
  return { side: 2 * halo, halo };
};

/**
 * Divides a mask of cells that touch as `splitTouching` does, of a plane of any size. The distance to the background is that of
 * the whole plane. The watershed floods tiles with their surroundings, and cells are known by where their peaks are, so that
 * two tiles mean the same cell. A part of the mask that is in the surroundings of every tile it reaches into is divided as in
 * one pass; of a larger part a cell may come out otherwise at a seam if its division depends on something beyond the surroundings.
 */
export async function splitPlane(
  mask: StoredPlane<'uint8'>,
  {
    store,
    diameter: given,
    tiling,
  }: { store: PlaneStore; diameter?: number | undefined; tiling?: SplitTiling | undefined },
): Promise<StoredLabels> {
  const { height, width } = mask;
  const distance = await distanceOfPlane(mask, { store });
  let diameter = given;
  if (diameter === undefined) {
    const parts = await connectedPartsOfPlane(mask, { store });
    diameter = await diameterOf(parts, { distance, store });
    if (diameter === undefined) {
      await distance.remove();
      return parts;
    }
    await parts.plane.remove();
  }
  const readDepth = async (rows: { top: number; height: number }) => {
    const depth = (await distance.read({ ...rows, left: 0, width })).slice();
    for (let i = 0; i < depth.length; i++) depth[i] = Math.min(depth[i]!, height + width);
    return depth;
  };
  const levels = await blurPlane(readDepth, { sigma: SMOOTHING * diameter, store, height, width });
  await distance.remove();
  const peaks = await floodTiles(levels, { mask, store, depth: DEPTH * diameter, ...(tiling ?? tilingFor(diameter)) });
  await levels.remove();
  return numberPeaks(peaks, { store });
}

async function diameterOf(
  { plane, count }: StoredLabels,
  { distance, store }: { distance: StoredPlane<'float32'>; store: PlaneStore },
): Promise<number | undefined> {
  const areas = new Float64Array(count + 1);
  const radii = new Float32Array(count + 1);
  for (const strip of stripsOfPlane(plane, store)) {
    const labels = await plane.read(strip);
    const distances = await distance.read(strip);
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i]!;
      areas[label]! += 1;
      if (distances[i]! > radii[label]!) radii[label] = distances[i]!;
    }
  }
  return diameterOfParts({ areas, radii });
}

interface Flooding extends SplitTiling {
  readonly mask: StoredPlane<'uint8'>;
  readonly store: PlaneStore;
  readonly depth: number;
}

/** For every pixel of the mask the place of the peak of its cell in the plane, from 1; 0 elsewhere. */
async function floodTiles(
  levels: StoredPlane<'float32'>,
  { mask, store, depth, side, halo }: Flooding,
): Promise<StoredPlane<'int32'>> {
  const { width } = mask;
  const peaks = await store.create('int32', mask);
  for (const core of tilesOf(mask, side)) {
    const around = widen(core, { margin: halo, within: mask });
    const inside = { data: await mask.read(around), height: around.height, width: around.width };
    const { basin, find, peaks: peaksInTile } = flood(await levels.read(around), inside, { depth });
    const placeOf = (label: number): number => {
      const pixel = peaksInTile[find(label)]!;
      const x = pixel % around.width;
      return (around.top + (pixel - x) / around.width) * width + around.left + x + 1;
    };
    const own = new Int32Array(core.height * core.width);
    for (let y = 0, i = 0; y < core.height; y++) {
      const from = (core.top - around.top + y) * around.width + core.left - around.left;
      for (let x = 0; x < core.width; x++, i++) {
        const label = basin[from + x]!;
        if (label !== 0) own[i] = placeOf(label);
      }
    }
    await peaks.write(core, own);
  }
  return peaks;
}

/** Numbers cells from 1, in the order of their first pixels. */
async function numberPeaks(peaks: StoredPlane<'int32'>, { store }: { store: PlaneStore }): Promise<StoredLabels> {
  const numbers = new Map<number, number>();
  for (const strip of stripsOfPlane(peaks, store)) {
    const labels = (await peaks.read(strip)).map((peak) => {
      if (peak === 0) return 0;
      const number = numbers.get(peak) ?? numbers.size + 1;
      if (number > numbers.size) numbers.set(peak, number);
      return number;
    });
    await peaks.write(strip, labels);
  }
  return { plane: peaks, count: numbers.size };
}
