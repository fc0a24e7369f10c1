import { PROFILE_OUTPUT } from '../network/profile-graph.ts';
import { isPartName, partName } from '../network/tiles/tile-graph.ts';
import type { SessionPool } from '../onnx/session-pool.ts';
import type { Image } from '../pixels/pixels.ts';
import { SYMMETRIES } from '../pixels/symmetry.ts';
import { shapeOfView, type View } from '../pixels/view.ts';
import { isWindowed, viewOfBox, type WindowedImage } from '../pixels/windows/windowed-image.ts';
import { mapInOrder } from '../threads/map-in-order.ts';
import { averagePredictions, type ModelOutputs, meanOfRows } from './average-predictions.ts';
import { boxAround, type Centre } from './crop.ts';
import { type CellCut, createCellCutter, createWindowCutter } from './cut-cells.ts';
import { MEMBERS_OUTPUT, type RunModel, runLoaded } from './run-model.ts';

/** Cells that are run together unless it is said. */
export const CELLS_TOGETHER = 32;

/** What the model says of one cell. */
export interface CellPrediction extends ModelOutputs {
  /** Place of the largest class of the pooling layer: what the paper classifies cells by. */
  readonly predicted: number;
}

/** A field and the cells in it that are wanted. */
export interface FieldOfCells<C extends Centre> {
  /** At least `side` pixels wide and high; of a field in files, squares are read. */
  readonly pixels: Image | WindowedImage;
  /** The means of its channels (counts), where they are known: those of a field in files have to be. */
  readonly means?: readonly number[] | undefined;
  readonly cells: readonly C[];
}

export interface PredictCellsOptions<F, C extends Centre> extends Pick<CellCut, 'side' | 'window' | 'fill'> {
  /** Holds the model, under the name `PREDICTION_SESSION`, unless it is given what runs it. */
  readonly pool: SessionPool;
  /** Nothing is answered of a field for which it gives nothing. All fields have as many channels as the model. */
  readonly read: (field: F) => Promise<FieldOfCells<C> | undefined>;
  /** Squares that are run together. */
  readonly batch?: number;
  /** See each cell in the eight symmetries of the square, and take the mean of what the model says. */
  readonly symmetries?: boolean | undefined;
  /** Give profiles: the model in the pool is then a graph of `createProfileGraph`, or what runs it gives them. */
  readonly profile?: boolean;
  /** Shows squares to the model; by default to that which the pool has loaded. */
  readonly run?: RunModel | undefined;
  /** Cells of fields for which this gives different things are never run together; any are unless it is given. */
  readonly groupOf?: ((field: F) => unknown) | undefined;
}

interface Batch<F, C> {
  readonly members: { readonly field: F; readonly cell: C }[];
  /** The squares around them, as many of each. */
  readonly views: View[];
}

/**
 * Predicts cells one after the other, each from a square of pixels around its centre (see {@link cutAround}), and gives
 * the answers in the order of the fields and of their cells. Cells of several fields share a batch, unless `groupOf`
 * divides them. No more than two fields, and twice as many batches as the pool has workers, are in memory, however many
 * cells there are.
 *
 * @example
 * const read = async (field) => ({ pixels: await readField(screen, field), cells: byField.get(field) });
 * for await (const { cell, prediction } of predictCells(byField.keys(), { pool, read, side: 64 })) {
 *   console.log(cell.objectNumber, classes[prediction.predicted]);
 * }
 */
export async function* predictCells<F, C extends Centre>(
  fields: Iterable<F> | AsyncIterable<F>,
  options: PredictCellsOptions<F, C>,
): AsyncGenerator<{ field: F; cell: C; prediction: CellPrediction }> {
  const { pool, read, side, window, fill, batch = CELLS_TOGETHER, profile = false, groupOf, symmetries } = options;
  const { run = runLoaded(pool, { profile }) } = options;
  const each = symmetries ? SYMMETRIES.length : 1;
  const ready = mapInOrder(fields, 2, async (field) => ({ field, found: await read(field) }));
  const answers = mapInOrder(
    fillBatches(ready, { side, window, fill, batch, groupOf, symmetries }),
    2 * pool.size,
    async ({ members, views }) => {
      const seen = await predictViews(views, { run, profile });
      return { members, predictions: members.map((_, i) => averageOf(seen.slice(i * each, (i + 1) * each))) };
    },
  );
  for await (const { members, predictions } of answers) {
    for (const [i, member] of members.entries()) yield { ...member, prediction: predictions[i]! };
  }
}

async function* fillBatches<F, C extends Centre>(
  fields: AsyncIterable<{ field: F; found: FieldOfCells<C> | undefined }>,
  {
    batch,
    groupOf,
    symmetries,
    ...how
  }: { batch: number } & Pick<PredictCellsOptions<F, C>, 'groupOf' | 'symmetries' | 'side' | 'window' | 'fill'>,
): AsyncGenerator<Batch<F, C>> {
  let filling: Batch<F, C> | undefined;
  for await (const { field, found } of fields) {
    if (filling && groupOf && groupOf(filling.members[0]!.field) !== groupOf(field)) {
      yield filling;
      filling = undefined;
    }
    if (!found) continue;
    const cut = squaresOf(found, how);
    for (const cell of found.cells) {
      filling ??= { members: [], views: [] };
      // What is seen of a field is copied when the batch is given to a worker, so the field is not kept for longer.
      const square = await cut(cell);
      filling.views.push(...(symmetries ? SYMMETRIES.map((symmetry) => ({ ...square, symmetry })) : [square]));
      filling.members.push({ field, cell });
      if (filling.views.length < batch) continue;
      yield filling;
      filling = undefined;
    }
  }
  if (filling) yield filling;
}

/** Makes a function that gives the square around a cell, as it is shown to the network. */
function squaresOf<C extends Centre>(
  { pixels, cells, means }: FieldOfCells<C>,
  how: Pick<CellCut, 'side' | 'window' | 'fill'>,
): (cell: C) => View | Promise<View> {
  const boxOf = (centre: C) => boxAround(pixels, { centre, side: how.side });
  const image = isWindowed(pixels) ? pixels.whole : pixels;
  if (!image) {
    const windows = pixels as WindowedImage;
    if (!how.window) return (cell) => viewOfBox(windows, boxOf(cell));
    const cut = createWindowCutter(windows, cells, { ...how, means: means! });
    return async (cell) => ({ image: await cut(cell) });
  }
  const cut = how.window && createCellCutter(image, cells, how);
  return (cell) => (cut ? { image: cut(cell) } : { image, box: boxOf(cell) });
}

/** What views of one cell say of it together: the mean of each number. */
function averageOf(views: readonly CellPrediction[]): CellPrediction {
  const [first] = views;
  if (views.length === 1) return first!;
  const { probability, bag, profile, members } = averagePredictions(views);
  return {
    ...{ predicted: bag.indexOf(Math.max(...bag)), probability, bag },
    ...(profile && { profile }),
    ...(members && { members }),
    ...(first!.summary && {
      summary: first!.summary.map((_, part) => meanOfRows(views.map((of) => of.summary![part]!))),
    }),
  };
}

/** What the model says of some squares around cells, all of a size. */
export async function predictViews(
  views: readonly View[],
  { run, profile = false }: { run: RunModel; profile?: boolean },
): Promise<CellPrediction[]> {
  const count = views.length;
  const result = await run({ views, shape: [count, ...shapeOfView(views[0]!)] });
  const numbersOf = (name: string, i: number): Float32Array => {
    const all = result[name]!.data as Float32Array;
    const length = all.length / count;
    return all.slice(i * length, (i + 1) * length);
  };
  const parts = Object.keys(result).filter(isPartName).length;
  return views.map((_, i) => {
    const [bag, probability] = [numbersOf('bag', i), numbersOf('probability', i)];
    const predicted = bag.indexOf(Math.max(...bag));
    return {
      ...{ predicted, probability, bag },
      ...(profile && { profile: numbersOf(PROFILE_OUTPUT, i) }),
      ...(result[MEMBERS_OUTPUT] && { members: numbersOf(MEMBERS_OUTPUT, i) }),
      ...(parts > 0 && { summary: Array.from({ length: parts }, (_, part) => numbersOf(partName(part), i)) }),
    };
  });
}
