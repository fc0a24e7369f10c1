import { mapInOrder } from '../concurrency.ts';
import type { SessionPool } from '../onnx/session-pool.ts';
import { float32 } from '../onnx/tensor.ts';

/** Pixels of a field, `[channels, height, width]`, in intensity counts. */
export interface PredictablePixels {
  readonly data: Uint8Array | Uint16Array | Float32Array;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** What the model says of one field. */
export interface FieldPrediction {
  /** Place of the most probable class. */
  readonly predicted: number;
  /** The last layer, one number a class. */
  readonly probability: Float32Array;
  /** The pooling layer, one number a class. */
  readonly bag: Float32Array;
}

/** Name under which the pool must have loaded the model. */
export const PREDICTION_SESSION = 'predict';

/**
 * Predicts fields one after the other as `read` gives their pixels, each at its own size, and gives the answers in
 * order. No more fields are in memory than twice the workers of the pool, however many there are. A field whose `read`
 * gives nothing is answered with nothing.
 */
export async function* predictFields<T>(
  fields: Iterable<T> | AsyncIterable<T>,
  { pool, read }: { pool: SessionPool; read: (field: T) => Promise<PredictablePixels | undefined> },
): AsyncGenerator<{ field: T; prediction: FieldPrediction | undefined }> {
  yield* mapInOrder(fields, 2 * pool.size, async (field) => {
    const pixels = await read(field);
    return { field, prediction: pixels && (await predictField(pixels, pool)) };
  });
}

async function predictField(
  { data, channels, height, width }: PredictablePixels,
  pool: SessionPool,
): Promise<FieldPrediction> {
  const image = float32(data instanceof Float32Array ? data : Float32Array.from(data), [1, channels, height, width]);
  const result = await pool.run(PREDICTION_SESSION, { image }, ['probability', 'bag']);
  const probability = result.probability!.data as Float32Array;
  const predicted = probability.indexOf(Math.max(...probability));
  return { predicted, probability, bag: result.bag!.data as Float32Array };
}
