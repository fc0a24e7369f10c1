import { drawExposures } from '../pixels/exposure.ts';
import type { View } from '../pixels/view.ts';
import { createRandom } from '../random.ts';
import { drawCrop } from './augmentation.ts';
import type { TrainingInputs } from './inputs.ts';
import { type Batch, chunks } from './sampler.ts';

/** Micro-batches ready for the training graph. */
export interface LoadedBatch {
  /** Number of fields in all of them, without those that could not be read. */
  readonly size: number;
  readonly parts: readonly {
    /** A crop of each field, augmented. */
    readonly views: readonly View[];
    readonly targets: readonly (readonly number[])[];
    /** Weight of each field in the loss, 1 on average over all. */
    readonly weights: readonly number[];
  }[];
}

/**
 * Reads the fields of a batch and draws a crop of each, augmented as determined by the seed, the epoch and the index of
 * the field. The workers cut them. The last micro-batch may be smaller.
 *
 * @param options.weights of every training field in the loss
 */
export async function loadBatch(
  inputs: TrainingInputs,
  { batch, epoch, weights }: { batch: Batch; epoch: number; weights: readonly number[] },
): Promise<LoadedBatch> {
  const { options, fields, read, plate } = inputs;
  const { crop: side, jitter, microBatch, seed } = options;
  const loaded = await Promise.all(
    batch.map(async (place) => {
      const pixels = await read(fields[place]!.key, epoch);
      return pixels ? [{ place, pixels }] : [];
    }),
  );
  const parts = chunks(loaded.flat(), microBatch).map((part) => {
    const views = part.map(({ place, pixels }): View => {
      const random = createRandom(seed, 'crop', epoch, place);
      const crop = drawCrop(pixels, { side, random });
      const exposures = drawExposures(options.normalization.deviation, { jitter, random });
      return { image: pixels, ...crop, plate: plate?.(fields[place]!.key), exposures };
    });
    return {
      views,
      targets: part.map(({ place }) => fields[place]!.targets),
      weights: part.map(({ place }) => weights[place]!),
    };
  });
  return { size: loaded.flat().length, parts };
}
