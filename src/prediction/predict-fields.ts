import { PROFILE_OUTPUT } from '../network/profile-graph.ts';
import type { PredictInTiles } from '../network/tiles/predict-in-tiles.ts';
import type { SessionPool } from '../onnx/session-pool.ts';
import { float32 } from '../onnx/tensor.ts';
import type { Image } from '../pixels/pixels.ts';
import { SYMMETRIES, type Symmetry, walk } from '../pixels/symmetry.ts';
import { mapInOrder } from '../threads/map-in-order.ts';
import { averagePredictions, type FieldPrediction, type ModelOutputs } from './average-predictions.ts';

/** Name under which the pool must have loaded the model. */
export const PREDICTION_SESSION = 'predict';

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
    profile = false,
  }: {
    pool: SessionPool;
    read: (field: T) => Promise<Image | undefined>;
    /** See each field in the eight symmetries of the square, and take the mean of what the model says. */
    symmetries?: boolean;
    /** Look at each field in tiles: then the pool needs no model but what this loaded. */
    tiles?: PredictInTiles | undefined;
    /** Give profiles: the model in the pool is then a graph of `createProfileGraph`, or what looks at tiles gives them. */
    profile?: boolean;
  },
): AsyncGenerator<{ field: T; prediction: FieldPrediction | undefined }> {
  const see: See = tiles ?? ((pixels) => run(pixels, { pool, profile }));
  yield* mapInOrder(fields, 2 * pool.size, async (field) => {
    const pixels = await read(field);
    return { field, prediction: pixels && (await predictField(pixels, { see, symmetries })) };
  });
}

/** Shows the network a picture. */
type See = (pixels: Image) => Promise<ModelOutputs>;

async function predictField(
  pixels: Image,
  { see, symmetries }: { see: See; symmetries: boolean },
): Promise<FieldPrediction> {
  // One after the other: eight copies of a field are not in memory at once.
  const views: ModelOutputs[] = [];
  if (symmetries) for (const symmetry of SYMMETRIES) views.push(await see(seenIn(pixels, symmetry)));
  else views.push(await see(pixels));
  return averagePredictions(views);
}

async function run(
  { data, channels, height, width }: Image,
  { pool, profile }: { pool: SessionPool; profile: boolean },
): Promise<ModelOutputs> {
  const image = float32(data instanceof Float32Array ? data : Float32Array.from(data), [1, channels, height, width]);
  const outputs = ['probability', 'bag', ...(profile ? [PROFILE_OUTPUT] : [])];
  const result = await pool.run(PREDICTION_SESSION, { image }, outputs);
  const numbers = (name: string) => result[name]?.data as Float32Array;
  return { probability: numbers('probability'), bag: numbers('bag'), profile: numbers(PROFILE_OUTPUT) };
}

function seenIn({ data, channels, height, width }: Image, symmetry: Symmetry): Image {
  const { start, down, right, rows, columns } = walk({ top: 0, left: 0, height, width }, symmetry, width);
  const seen = new Float32Array(data.length);
  let to = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row < rows; row++) {
      let from = channel * height * width + start + row * down;
      for (let column = 0; column < columns; column++, from += right) seen[to++] = data[from]!;
    }
  }
  return { data: seen, channels, height: rows, width: columns };
}
