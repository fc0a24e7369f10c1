import type { InspectedField } from '../../evaluation/inspection/inspected-field.ts';
import type { Colour } from '../../pixels/palette.ts';
import type { PlateMap } from '../../report/inspection/plate-map.ts';
import type { Thumbnail } from '../../report/inspection/thumbnail.ts';
import type { Screen } from '../../screen/screen.ts';
import { skippedField } from '../../screen/skipped.ts';
import { mapInOrder } from '../../threads/map-in-order.ts';
import type { RunningHost } from '../host.ts';
import { beginTask, tellLost } from '../task.ts';
import type { FieldAnswer } from './inspect-field.ts';
import { createFieldInspectors } from './node/field-inspectors.ts';
import { type PlatePicture, paintPlate } from './node/plate-pictures.ts';
import { planVisits, type Visit } from './plan-visits.ts';

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

/** The task of looking at every field. */
export const INSPECTING = 'inspecting';

/**
 * Reads and measures every field in `workers` threads, plate by plate, so that the small pictures of one plate are all
 * that is held of pixels; at most two fields a worker are under way.
 */
export async function lookAtFields(
  screen: Screen,
  {
    workers,
    pictures: wanted,
    colours,
    nuclei,
  }: {
    workers: number;
    /** Whether pictures are made at all. */
    pictures: boolean;
    /** Of each channel. */
    colours: readonly Colour[];
    /** The place of the channel that shows nuclei. */
    nuclei: number | undefined;
  },
  host: RunningHost,
): Promise<SeenScreen> {
  const { visits, maps, side } = planVisits(screen, { pictures: wanted, nuclei });
  const fields = new Array<InspectedField>(visits.length);
  const histograms = new Map<string, readonly Float64Array[]>();
  const pictures = new Map<string, PlatePicture>();
  let thumbnails = new Map<string, Thumbnail>();
  const task = beginTask(host, { task: INSPECTING, total: visits.length, unit: 'fields' });
  const pool = createFieldInspectors(screen, { workers: Math.min(workers, visits.length) });
  const look = async (visit: Visit): Promise<{ visit: Visit; answer: FieldAnswer }> => {
    const { field, request } = visit;
    // An error would not be the same one beyond a thread.
    const problem = field.sources.find((source) => source.problem !== undefined)?.problem;
    const answer = problem === undefined ? await pool.ask(request) : { skipped: skippedField(field, problem) };
    return { visit, answer };
  };
  let done = 0;
  try {
    for await (const { visit, answer } of mapInOrder(visits, 2 * pool.size, look)) {
      const { field, index, place, last } = visit;
      fields[index] = { field, place, ...('skipped' in answer ? answer : { quality: answer.quality }) };
      if ('skipped' in answer) tellLost(host, answer.skipped);
      else {
        addHistograms(histograms, place.plate, answer.histograms);
        if (answer.thumbnail) thumbnails.set(place.well || place.key, answer.thumbnail);
      }
      if (last !== undefined) {
        if (last.shown)
          pictures.set(place.plate, await paintPlate(thumbnails, { map: maps.get(place.plate)!, side, colours }));
        thumbnails = new Map();
      }
      task.update(++done);
    }
  } finally {
    await pool.release();
  }
  task.end();
  return { fields, histograms, maps, pictures };
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
