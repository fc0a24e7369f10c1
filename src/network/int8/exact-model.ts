import { encodeModel } from '../../onnx/encode.ts';
import { createGraph } from '../../onnx/graph.ts';
import type { SessionPool } from '../../onnx/session-pool.ts';
import { float32 } from '../../onnx/tensor.ts';
import type { NetworkModel } from '../read-model.ts';
import { convolveInt8, LARGEST_WEIGHT } from './convolve-int8.ts';

const TRIAL_SESSION = 'int8 trial';

/** Channels and side of the trial: enough for the kernels of large images. */
const [CHANNELS, SIDE] = [64, 8];

/** What the sums of the trial come out as. */
const EXPECTED = 200;

/**
 * The model as a pool computes it: in floats where its processor does not sum whole numbers exactly. Those without VNNI add pairs of
 * products in 16 bits, in which the largest do not fit. In floats such a processor is the faster, too.
 */
export async function exactModel(model: NetworkModel, pool: SessionPool): Promise<NetworkModel> {
  if (!model.about.int8 || (await isExact(pool))) return model;
  return { ...model, about: { ...model.about, int8: undefined } };
}

/** Sums the largest products that there are. */
async function isExact(pool: SessionPool): Promise<boolean> {
  const graph = createGraph();
  const x = graph.input('x', 'float32', [1, CHANNELS, SIDE, SIDE]);
  const weight = graph.constant(
    float32(new Float32Array(CHANNELS ** 2).fill(LARGEST_WEIGHT), [CHANNELS, CHANNELS, 1, 1]),
  );
  const bias = graph.constant(float32(new Float32Array(CHANNELS), [CHANNELS]));
  const y = convolveInt8(x, { weight, bias }, { from: 1, to: (CHANNELS * LARGEST_WEIGHT * 255) / EXPECTED });
  await pool.load(TRIAL_SESSION, encodeModel(graph, { outputs: { y } }));
  const pixels = float32(new Float32Array(CHANNELS * SIDE ** 2).fill(255), [1, CHANNELS, SIDE, SIDE]);
  const found = await pool.run(TRIAL_SESSION, { x: pixels });
  await pool.unload(TRIAL_SESSION);
  return (found.y!.data as Uint8Array).every((value) => value === EXPECTED);
}
