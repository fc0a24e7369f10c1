import { PROFILE_OUTPUT } from '../network/profile-graph.ts';
import type { SessionPool } from '../onnx/session-pool.ts';
import type { Image } from '../pixels/pixels.ts';
import { SYMMETRIES, type Symmetry } from '../pixels/symmetry.ts';
import { placesInView, shapeOfView, type View } from '../pixels/view.ts';
import { turnedWindows } from '../pixels/windows/turned.ts';
import { isInFiles, isWindowed, readWhole, type WindowedImage, windowsOf } from '../pixels/windows/windowed-image.ts';
import { mapInOrder } from '../threads/map-in-order.ts';
import { oneAtATime } from '../threads/one-at-a-time.ts';
import { averagePredictions, type FieldPrediction, type ModelOutputs } from './average-predictions.ts';
import { type Centre, isInside } from './crop.ts';
import { MEMBERS_OUTPUT, type RunModel, runLoaded } from './run-model.ts';

/**
 * Predicts fields one after the other as `read` gives their pixels, each at its own size, and gives the answers in
 * order. No more fields are in memory than twice the workers of the pool, however many there are; of those in files, which
 * are seen in parts, one at a time. A field whose `read` or `prepare` gives nothing is answered with nothing.
 */
export async function* predictFields<T>(
  fields: Iterable<T> | AsyncIterable<T>,
  {
    pool,
    read,
    prepare = async (_, pixels) => pixels,
    done = () => undefined,
    symmetries = false,
    tiles,
    isTiled = () => true,
    foreground,
    profile = false,
    run = runLoaded(pool, { profile }),
  }: {
    pool: SessionPool;
    read: (field: T) => Promise<Image | WindowedImage | undefined>;
    /** What the model sees of a field that was read; of one in files this is begun when the one before is done. */
    prepare?: (field: T, pixels: Image | WindowedImage) => Promise<Image | WindowedImage | undefined>;
    /** Hears of pixels that were read, or made by `prepare`, when nothing looks at them any more. */
    done?: (pixels: Image | WindowedImage) => void;
    /** See each field in the eight symmetries of the square, and take the mean of what the model says. */
    symmetries?: boolean;
    /** Look at each field in tiles: then the pool needs no model but what this loaded. */
    tiles?: ((pixels: Image | WindowedImage) => Promise<ModelOutputs>) | undefined;
    /** Which fields are looked at so; all unless given. */
    isTiled?: ((size: Pick<Image, 'height' | 'width'>) => boolean) | undefined;
    /** For a model that pools only the positions that hold cells. */
    foreground?: ForegroundCells<T> | undefined;
    /** Give profiles: the model in the pool is then a graph of `createProfileGraph`, or what runs it gives them. */
    profile?: boolean;
    /** Shows pictures to the model; by default to that which the pool has loaded as `PREDICTION_SESSION`. */
    run?: RunModel | undefined;
  },
): AsyncGenerator<{ field: T; prediction: FieldPrediction | undefined }> {
  const alone = oneAtATime();
  const predict = async (field: T, given: Image | WindowedImage): Promise<FieldPrediction | undefined> => {
    const pixels = await prepare(field, given);
    if (!pixels) return undefined;
    const prediction = await see(field, pixels);
    if (pixels !== given) done(pixels);
    return prediction;
  };
  const see = async (field: T, pixels: Image | WindowedImage): Promise<FieldPrediction> => {
    if (tiles && isTiled(pixels)) {
      const windows = isWindowed(pixels) ? pixels : windowsOf(pixels);
      return seeing({ symmetries }, (symmetry) => tiles(symmetry ? turnedWindows(windows, symmetry) : windows));
    }
    const image = isWindowed(pixels) ? await readWhole(pixels) : pixels;
    const cells = foreground && (await foreground.cellsOf(field, image)).filter((cell) => isInside(cell, image));
    if (cells?.length === 0) return foreground!.empty;
    return seeing({ symmetries }, (symmetry) => show({ image, ...(symmetry && { symmetry }) }, { run, cells }));
  };
  yield* mapInOrder(fields, 2 * pool.size, async (field) => {
    const pixels = await read(field);
    if (!pixels) return { field, prediction: undefined };
    const work = () => predict(field, pixels);
    const prediction = await (isInFiles(pixels) ? alone(work) : work());
    done(pixels);
    return { field, prediction };
  });
}

/** The cells of fields, of which a model pools only the positions that hold some. */
export interface ForegroundCells<T> {
  /** The centres of the cells of a field; those outside of it are passed over. */
  readonly cellsOf: (field: T, pixels: Image) => Promise<readonly Centre[]> | readonly Centre[];
  /** What is said of a field without a cell, see `emptyBag`. */
  readonly empty: FieldPrediction;
}

/** What the network says of a field that it sees as it is, or in all symmetries. */
async function seeing(
  { symmetries }: { symmetries: boolean },
  see: (symmetry: Symmetry | undefined) => Promise<ModelOutputs>,
): Promise<FieldPrediction> {
  // One after the other: eight copies of a field are not in memory at once.
  const seen: ModelOutputs[] = [];
  const shown: readonly (Symmetry | undefined)[] = symmetries ? SYMMETRIES : [undefined];
  for (const symmetry of shown) seen.push(await see(symmetry));
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
