/** The network, the fields and the last line of output that our scripts have in common. */
import { encodeModelFile, type ModelDescription } from '../../src/network/model-file.ts';
import { initialParameters } from '../../src/network/parameters.ts';
import { findLanes } from '../../src/onnx/blocked/find-lanes.ts';
import { createNodeSession, runtimeVersion } from '../../src/onnx/node/session.ts';
import type { SessionPool } from '../../src/onnx/session-pool.ts';
import type { Image } from '../../src/pixels/pixels.ts';
import { createModelRunner, type RunModel } from '../../src/prediction/run-model.ts';
import { createRandom } from '../../src/random.ts';

export const NETWORK = { channels: 3, classes: 6, pooling: 'noisy-and' } as const;

/** Of pixels between 0 and 1. */
export const NORMALIZATION = { mean: [0.5, 0.5, 0.5], deviation: [0.29, 0.29, 0.29] };

export const ABOUT: ModelDescription = {
  version: 'bench',
  classes: ['a', 'b', 'c', 'd', 'e', 'f'],
  channels: ['DNA', 'Actin', 'Tubulin'],
  pooling: NETWORK.pooling,
  head: 'softmax',
  sharpness: 10,
  label: 'none',
  normalization: NORMALIZATION,
  run: 'none',
};

export const PARAMETERS = initialParameters(NETWORK, 1);

/** A model that has learned nothing. */
export function untrainedModel(normalization = NORMALIZATION, novelty?: ModelDescription['novelty']): Uint8Array {
  return encodeModelFile(PARAMETERS, { ...ABOUT, normalization, ...(novelty && { novelty }) });
}

/** What runs a model that has learned nothing, as `milscope predict` does. */
export async function runnerOf(
  pool: SessionPool,
  { normalization = NORMALIZATION, images = 1 }: { normalization?: typeof NORMALIZATION; images?: number } = {},
): Promise<RunModel> {
  const lanes = await findLanes(createNodeSession);
  return createModelRunner({ about: { ...ABOUT, normalization }, parameters: PARAMETERS }, { pool, lanes, images });
}

/** A field of noise between 0 and 1. */
export function noiseField(size: number): Image {
  const random = createRandom(1, 'bench');
  const data = Float32Array.from({ length: NETWORK.channels * size * size }, random.uniform);
  return { data, channels: NETWORK.channels, height: size, width: size };
}

/** Prints what was measured, with the version and the peak of the resident memory of this process. */
export function say(result: object): void {
  const about = {
    peer: `milscope on onnxruntime ${runtimeVersion()}`,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
  process.stdout.write(`${JSON.stringify({ ...about, ...result })}\n`);
}
