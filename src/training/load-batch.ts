import { drawExposures } from '../pixels/exposure.ts';
import { createRandom } from '../random.ts';
import { drawCrop, writeCrop } from './augmentation.ts';
import type { TrainingInputs } from './inputs.ts';
import { type Batch, chunks } from './sampler.ts';

/** Micro-batches ready for the training graph. */
export interface LoadedBatch {
  /** Number of fields in all of them, without those that could not be read. */
  readonly size: number;
  readonly parts: readonly {
    readonly images: Float32Array;
    readonly targets: readonly (readonly number[])[];
    /** Weight of each field in the loss, 1 on average over all. */
    readonly weights: readonly number[];
  }[];
}

/**
 * Reads the fields of a batch and cuts a crop of each, augmented as determined by the seed, the epoch and the index of
 * the field. The last micro-batch is padded with zeros of weight 0.
 *
 * @param options.weights of every training field in the loss
 */
export async function loadBatch(
  inputs: TrainingInputs,
  { batch, epoch, weights }: { batch: Batch; epoch: number; weights: readonly number[] },
): Promise<LoadedBatch> {
  const { options, fields, read } = inputs;
  const { crop: side, jitter, microBatch, seed } = options;
  const stride = options.network.channels * side * side;
  const loaded = await Promise.all(
    batch.map(async (place) => {
      const pixels = await read(fields[place]!.key, epoch);
      return pixels ? [{ place, pixels }] : [];
    }),
  );
  const parts = chunks(loaded.flat(), microBatch).map((part) => {
    const images = new Float32Array(microBatch * stride);
    for (const [i, { place, pixels }] of part.entries()) {
      const random = createRandom(seed, 'crop', epoch, place);
      const crop = drawCrop(pixels, { side, random });
      const exposures = drawExposures(options.normalization.deviation, { jitter, random });
      writeCrop(pixels, { crop, exposures }, images, i * stride);
    }
    return {
      images,
      targets: part.map(({ place }) => fields[place]!.targets),
      weights: part.map(({ place }) => weights[place]!),
    };
  });
  return { size: loaded.flat().length, parts };
}
