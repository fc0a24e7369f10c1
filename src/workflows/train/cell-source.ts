import type { Image } from '../../pixels/pixels.ts';
import { isInside } from '../../prediction/crop.ts';
import { createCellCutter } from '../../prediction/cut-cells.ts';
import { createRandom } from '../../random.ts';
import type { FieldSource } from '../../screen/field-source.ts';
import type { Field } from '../../screen/screen.ts';
import { mapInOrder } from '../../threads/map-in-order.ts';
import { cellsOfEpoch } from '../../training/cell-sampler.ts';
import type { RunningHost } from '../host.ts';
import { instancesOf, type RunRecord } from '../shared/run-folder.ts';
import type { TrainingCells } from '../shared/training-cells.ts';
import { beginTask } from '../task.ts';

/** Gives the pixels around the cells of the fields of a run. */
export interface CellSource {
  /** All cells that are kept of some fields, given as places in the plan; nothing where none of them could be read. */
  readonly readBag: (places: readonly number[]) => readonly Image[] | undefined;
  /** An entry for each cell of the fields that an epoch shows, under a key of its own. `key`: place in the plan. */
  readonly cellsOf: <T extends { readonly key: number }>(fields: readonly T[]) => readonly T[];
  /** The place in the plan of the field whose cell has a key. */
  readonly placeOf: (key: number) => number;
  /**
   * Pixels around the cell that an epoch shows under a key; nothing where its field could not be read. Without an epoch
   * always those of the same cell. Those of training fields leave room for a random shift.
   */
  readonly read: (key: number, epoch?: number) => Promise<Image | undefined>;
}

/**
 * Reads every field that a run is trained or validated on once, and keeps the pixels around its cells: up to `kept` of
 * them, drawn at random, where there are more.
 */
export async function createCellSource(
  { fields: planned, options }: Pick<RunRecord, 'fields' | 'options'>,
  {
    fields,
    byImage,
    source,
    fillBefore,
    fleeting = false,
  }: {
    /** In the order of the plan. */
    fields: readonly Field[];
    byImage: TrainingCells['byImage'];
    source: Pick<FieldSource, 'read' | 'skipped'>;
    /** What is shown in the place of other cells, in the intensities of a field, see `CellCut`. */
    fillBefore: (field: Field) => readonly number[] | undefined;
    /** Whether its progress is only shown while it lasts. */
    fleeting?: boolean | undefined;
  },
  host: Pick<RunningHost, 'threads' | 'emit' | 'signal'>,
): Promise<CellSource> {
  const { size: side, shift, window, perField: perEpoch, kept } = options.cells!;
  // A bag validates with all its cells.
  const validating = instancesOf(options) === 'cells' ? kept : perEpoch;
  const places = planned.flatMap(({ split }, place) => (split === 'test' ? [] : [place]));
  const cut = async (place: number) => {
    const field = fields[place]!;
    const training = planned[place]!.split === 'train';
    const image = await source.read(field);
    if (!image) return { place, cells: undefined };
    const inside = byImage.get(field.imageNumber)!.filter((cell) => isInside(cell, image));
    const how = { side, shift: training ? shift : 0, window, fill: fillBefore(field) };
    const cells = createRandom(options.seed, 'cells', field.imageNumber)
      .shuffle(inside)
      .slice(0, training ? kept : validating)
      .map(createCellCutter(image, inside, how));
    return { place, cells };
  };
  const task = beginTask(host, { task: 'cutting cells', total: places.length, unit: 'fields', fleeting });
  const cutouts = new Map<number, readonly Image[]>();
  let done = 0;
  for await (const { place, cells } of mapInOrder(places, host.threads, cut)) {
    if (cells) cutouts.set(place, cells);
    task.update(++done);
  }
  task.end();
  const placeOf = (key: number) => Math.floor(key / perEpoch);
  const countShown = (place: number) => Math.min(planned[place]!.cells!, kept);
  return {
    cellsOf: (of) =>
      of.flatMap((field) =>
        cellsOfEpoch(countShown(field.key), { perEpoch, epoch: 1 }).map((_, i) => ({
          ...field,
          key: field.key * perEpoch + i,
        })),
      ),
    placeOf,
    readBag: (of) => {
      const cells = of.flatMap((place) => cutouts.get(place) ?? []);
      return cells.length > 0 ? cells : undefined;
    },
    read: async (key, epoch = 1) => {
      const place = placeOf(key);
      const cell = cellsOfEpoch(countShown(place), { perEpoch, epoch })[key % perEpoch]!;
      return cutouts.get(place)?.[cell];
    },
  };
}
