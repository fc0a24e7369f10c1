/** The network, the fields and the last line of output that our scripts have in common. */
import { encodeModelFile, type ModelDescription } from '../../src/network/model-file.ts';
import { initialParameters } from '../../src/network/parameters.ts';
import { runtimeVersion } from '../../src/onnx/node/session.ts';
import type { Image } from '../../src/pixels/pixels.ts';
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
export function untrainedModel(normalization = NORMALIZATION): Uint8Array {
  return encodeModelFile(PARAMETERS, { ...ABOUT, normalization });
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
