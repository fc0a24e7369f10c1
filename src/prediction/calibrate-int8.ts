import { createActivationHistogram } from '../network/int8/activation-histogram.ts';
import { convolutionInputs, createCalibrationGraph } from '../network/int8/calibration-graph.ts';
import { scaledConvolutions } from '../network/int8/convolve-int8.ts';
import type { Int8 } from '../network/int8/int8-fields.ts';
import { layersOf } from '../network/model-file.ts';
import type { NetworkModel } from '../network/read-model.ts';
import type { Pictures, SessionPool } from '../onnx/session-pool.ts';
import { mapInOrder } from '../threads/map-in-order.ts';

const CALIBRATION_SESSION = 'calibration';

/**
 * Chooses the scales of a model in whole numbers: those with which what its convolutions see of some pictures is rounded with the
 * least mean square of the errors.
 *
 * @param pictures what is shown of each field; nothing for a field that cannot be read
 * @returns nothing where there was no picture
 */
export async function calibrateInt8(
  model: NetworkModel,
  { pool, pictures }: { pool: SessionPool; pictures: AsyncIterable<Pictures | undefined> },
): Promise<Int8 | undefined> {
  await pool.load(CALIBRATION_SESSION, createCalibrationGraph(model));
  const seen = new Map(scaledConvolutions(layersOf(model.about)).map((name) => [name, createActivationHistogram()]));
  const show = (image: Pictures | undefined) => image && pool.run(CALIBRATION_SESSION, { image });
  let fields = 0;
  for await (const outputs of mapInOrder(pictures, pool.size, async (image) => show(image))) {
    if (!outputs) continue;
    fields++;
    for (const [name, { data }] of convolutionInputs(outputs, model.about)) seen.get(name)!.add(data as Float32Array);
  }
  await pool.unload(CALIBRATION_SESSION);
  if (fields === 0) return undefined;
  return { activations: Object.fromEntries([...seen].map(([name, histogram]) => [name, histogram.scale()])), fields };
}
