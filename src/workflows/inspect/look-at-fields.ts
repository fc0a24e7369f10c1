import { groupBy } from '../../evaluation/inspection/group.ts';
import { createPlaceOf, type InspectedField } from '../../evaluation/inspection/inspected-field.ts';
import { mapPlate, type PlateMap } from '../../report/inspection/plate-map.ts';
import type { Thumbnail } from '../../report/inspection/thumbnail.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { skippedField } from '../../screen/skipped.ts';
import { mapInOrder } from '../../threads/map-in-order.ts';
import { createWorkerPool } from '../../threads/worker-pool.ts';
import type { FieldAnswer, FieldRequest } from './inspect-field.ts';
import { type PlatePicture, paintPlate } from './plate-pictures.ts';

/** What is kept of a screen that was looked at: some numbers a field, a picture and histograms a plate. */
export interface SeenScreen {
  /** In the order of the table. */
  readonly fields: readonly InspectedField[];
  /** Pixels by bins of intensity, `[channel][bin]`, of every plate. */
  readonly histograms: ReadonlyMap<string, readonly Float64Array[]>;
  /** Where the wells of each plate are drawn. */
  readonly maps: ReadonlyMap<string, PlateMap>;
  readonly pictures: ReadonlyMap<string, PlatePicture>;
}

/** Fields in which nuclei are measured, evenly over the screen. */
const NUCLEI_SAMPLE = 24;
/** Wells that are shown: beyond them a page would become too large to open. */
const MOST_WELLS = 4000;
/** Sides of the squares of wells (pixels), and up to how many wells they are so large. */
const sides = [
  { side: 128, wells: 150 },
  { side: 96, wells: 800 },
  { side: 64, wells: MOST_WELLS },
] as const;

/**
 * Reads and measures every field in `workers` threads, plate by plate, so that the small pictures of one plate are all
 * that is held of pixels; at most two fields a worker are under way.
 */
export async function lookAtFields(
  screen: Screen,
  {
    workers,
    pictures: wanted,
    nuclei,
    onProgress,
  }: {
    workers: number;
    /** Whether pictures are made at all. */
    pictures: boolean;
    /** The place of the channel that shows nuclei. */
    nuclei: number | undefined;
    onProgress: (done: number) => void;
  },
): Promise<SeenScreen> {
  const placeOf = createPlaceOf(screen);
  const placed = screen.fields.map((field, index) => ({ field, index, place: placeOf(field) }));
  const plates = groupBy(placed, ({ place }) => place.plate);
  const order = [...plates.values()].flat();
  const maps = new Map(
    [...plates].map(([plate, own]) => [plate, mapPlate(own.map(({ place }) => place.well || place.key))]),
  );
  const side = sides.find(({ wells }) => new Set(placed.map(({ place }) => place.key)).size <= wells)?.side ?? 64;
  const shown = wanted ? platesWithPictures(order) : new Set<string>();
  const every = Math.max(1, Math.ceil(order.length / NUCLEI_SAMPLE));

  const fields = new Array<InspectedField>(order.length);
  const histograms = new Map<string, readonly Float64Array[]>();
  const pictures = new Map<string, PlatePicture>();
  let thumbnails = new Map<string, Thumbnail>();
  const asked = new Set<string>();
  const pool = createWorkerPool<FieldRequest, FieldAnswer>('./inspect-field.worker', {
    from: import.meta.url,
    workers: Math.min(workers, order.length),
    workerData: { channels: screen.channels },
  });
  const look = async (
    one: (typeof order)[number] & { rank: number },
  ): Promise<typeof one & { answer: FieldAnswer }> => {
    const { field, place, rank } = one;
    // An error would not be the same one beyond a thread.
    const problem = field.sources.find((source) => source.problem !== undefined)?.problem;
    if (problem !== undefined) return { ...one, answer: { skipped: skippedField(field, problem) } };
    const first = shown.has(place.plate) && !asked.has(place.key);
    asked.add(place.key);
    const answer = await pool.ask({
      field: bare(field),
      ...(first && { thumbnail: side }),
      ...(rank % every === 0 && { nuclei }),
    });
    return { ...one, answer };
  };
  try {
    const ranked = order.map((one, rank) => ({ ...one, rank }));
    for await (const { field, index, place, rank, answer } of mapInOrder(ranked, 2 * pool.size, look)) {
      fields[index] = { field, place, ...('skipped' in answer ? answer : { quality: answer.quality }) };
      if ('quality' in answer) {
        addHistograms(histograms, place.plate, answer.histograms);
        if (answer.thumbnail) thumbnails.set(place.well || place.key, answer.thumbnail);
      }
      const { plate } = place;
      if (order[rank + 1]?.place.plate !== plate) {
        if (shown.has(plate)) pictures.set(plate, await paintPlate(thumbnails, { map: maps.get(plate)!, side }));
        thumbnails = new Map();
      }
      onProgress(rank + 1);
    }
  } finally {
    await pool.release();
  }
  return { fields, histograms, maps, pictures };
}

/** A field without what the threads need not know. */
function bare({ imageNumber, row, sources }: Field): Field {
  return { imageNumber, row, sources, metadata: {} };
}

/** The first plates, as long as their wells are not too many. */
function platesWithPictures(
  order: readonly { readonly place: { readonly plate: string; readonly key: string } }[],
): Set<string> {
  const wells = new Map<string, Set<string>>();
  for (const { place } of order) wells.set(place.plate, (wells.get(place.plate) ?? new Set()).add(place.key));
  let total = 0;
  const shown = new Set<string>();
  for (const [plate, own] of wells) {
    total += own.size;
    if (total <= MOST_WELLS) shown.add(plate);
  }
  return shown;
}

function addHistograms(
  totals: Map<string, readonly Float64Array[]>,
  plate: string,
  histograms: readonly Uint32Array[],
): void {
  const sums = totals.get(plate) ?? histograms.map((bins) => new Float64Array(bins.length));
  totals.set(plate, sums);
  for (const [c, bins] of histograms.entries()) for (let i = 0; i < bins.length; i++) sums[c]![i]! += bins[i]!;
}
