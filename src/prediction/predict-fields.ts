import { PROFILE_OUTPUT } from '../network/profile-graph.ts';
import type { SessionPool } from '../onnx/session-pool.ts';
import type { Image } from '../pixels/pixels.ts';
import { SYMMETRIES, type Symmetry } from '../pixels/symmetry.ts';
import { placesInView, shapeOfView, type View, writeView } from '../pixels/view.ts';
import { mapInOrder } from '../threads/map-in-order.ts';
import { averagePredictions, type FieldPrediction, type ModelOutputs } from './average-predictions.ts';
import { type Centre, isInside } from './crop.ts';
import { MEMBERS_OUTPUT, type RunModel, runLoaded } from './run-model.ts';

/**
 * Predicts fields one after the other as `read` gives their pixels, each at its own size, and gives the answers in
 * order. No more fields are in memory than twice the workers of the pool, however many there are. A field whose `read`
 * gives nothing is answered with nothing.
 */
export async function* predictFields<T>(
  fields: Iterable<T> | AsyncIterable<T>,
  {
    pool,
    read,
    symmetries = false,
    tiles,
    foreground,
    profile = false,
    run = runLoaded(pool, { profile }),
  }: {
    pool: SessionPool;
    read: (field: T) => Promise<Image | undefined>;
    /** See each field in the eight symmetries of the square, and take the mean of what the model says. */
    symmetries?: boolean;
    /** Look at each field in tiles: then the pool needs no model but what this loaded. */
    tiles?: ((pixels: Image) => Promise<ModelOutputs>) | undefined;
    /** For a model that pools only the positions that hold cells. */
    foreground?: ForegroundCells<T> | undefined;
    /** Give profiles: the model in the pool is then a graph of `createProfileGraph`, or what runs it gives them. */
    profile?: boolean;
    /** Shows pictures to the model; by default to that which the pool has loaded as `PREDICTION_SESSION`. */
    run?: RunModel | undefined;
  },
): AsyncGenerator<{ field: T; prediction: FieldPrediction | undefined }> {
  yield* mapInOrder(fields, 2 * pool.size, async (field) => {
    const pixels = await read(field);
    if (!pixels) return { field, prediction: undefined };
    const cells = foreground && (await foreground.cellsOf(field, pixels)).filter((cell) => isInside(cell, pixels));
    if (cells?.length === 0) return { field, prediction: foreground!.empty };
    const see: See = tiles ? (view) => tiles(seenIn(view)) : (view) => show(view, { run, cells });
    return { field, prediction: await predictField(pixels, { see, symmetries }) };
  });
}

/** The cells of fields, of which a model pools only the positions that hold some. */
export interface ForegroundCells<T> {
  /** The centres of the cells of a field; those outside of it are passed over. */
  readonly cellsOf: (field: T, pixels: Image) => Promise<readonly Centre[]> | readonly Centre[];
  /** What is said of a field without a cell, see `emptyBag`. */
  readonly empty: FieldPrediction;
}

/** Shows the network a picture. */
type See = (view: View) => Promise<ModelOutputs>;

async function predictField(
  pixels: Image,
  { see, symmetries }: { see: See; symmetries: boolean },
): Promise<FieldPrediction> {
  // One after the other: eight copies of a field are not in memory at once.
  const seen: ModelOutputs[] = [];
  const shown: readonly (Symmetry | undefined)[] = symmetries ? SYMMETRIES : [undefined];
  for (const symmetry of shown) seen.push(await see({ image: pixels, ...(symmetry && { symmetry }) }));
  return averagePredictions(seen);
}

async function show(
  view: View,
  { run, cells }: { run: RunModel; cells: readonly Centre[] | undefined },
): Promise<ModelOutputs> {
  const seen = cells && placesInView(cells, view);
  const result = await run({ views: [view], shape: [1, ...shapeOfView(view)] }, seen);
  const numbers = (name: string) => result[name]?.data as Float32Array;
  return {
    ...{ probability: numbers('probability'), bag: numbers('bag'), profile: numbers(PROFILE_OUTPUT) },
    members: numbers(MEMBERS_OUTPUT),
  };
}

/** A picture of its own, for tiles to be cut from. */
function seenIn(view: View): Image {
  if (!view.symmetry) return view.image;
  const [channels, height, width] = shapeOfView(view);
  const data = new Float32Array(channels * height * width);
  writeView(view, data);
  return { data, channels, height, width };
}
