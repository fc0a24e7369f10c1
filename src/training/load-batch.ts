import { drawExposures } from '../pixels/exposure.ts';
import type { Image } from '../pixels/pixels.ts';
import type { View } from '../pixels/view.ts';
import { createRandom, type Random } from '../random.ts';
import { drawCrop } from './augmentation.ts';
import type { TrainingInputs } from './inputs.ts';
import { type Batch, chunks } from './sampler.ts';

/** Micro-batches ready for the training graph. */
export interface LoadedBatch {
  /** Number of fields in all of them, without those that could not be read. */
  readonly size: number;
  readonly parts: readonly {
    /** A crop of each field, augmented; or of as many cells of each bag as a step sees. */
    readonly views: readonly View[];
    readonly targets: readonly (readonly number[])[];
    /** Weight of each field in the loss, 1 on average over all. */
    readonly weights: readonly number[];
  }[];
}

/**
 * Reads the fields of a batch and draws a crop of each, augmented as determined by the seed, the epoch and the index of
 * the field. Where bags are cells, it draws some of the cells of each. The workers cut them. The last micro-batch may be
 * smaller.
 *
 * @param options.weights of every training field in the loss
 */
export async function loadBatch(
  inputs: TrainingInputs,
  { batch, epoch, weights }: { batch: Batch; epoch: number; weights: readonly number[] },
): Promise<LoadedBatch> {
  const { options, fields, plate } = inputs;
  const { crop: side, jitter, microBatch, seed } = options;
  const loaded = await Promise.all(
    batch.map(async (place) => {
      const pictures = await readPictures(inputs, fields[place]!.key, epoch);
      return pictures ? [{ place, pictures }] : [];
    }),
  );
  const parts = chunks(loaded.flat(), microBatch).map((part) => {
    const views = part.flatMap(({ place, pictures }): View[] => {
      const random = createRandom(seed, 'crop', epoch, place);
      const shown =
        options.cellsPerBag === undefined ? pictures : drawCells(pictures, { count: options.cellsPerBag, random });
      const crops = shown.map((pixels) => ({ image: pixels, ...drawCrop(pixels, { side, random }) }));
      // The cells of a bag have the exposure of their field.
      const exposures = drawExposures(options.normalization.deviation, { jitter, random });
      return crops.map((crop) => ({ ...crop, plate: plate?.(fields[place]!.key), exposures }));
    });
    return {
      views,
      targets: part.map(({ place }) => fields[place]!.targets),
      weights: part.map(({ place }) => weights[place]!),
    };
  });
  return { size: loaded.flat().length, parts };
}

/** The field under a key, or its cells. */
async function readPictures(
  { read, readCells }: TrainingInputs,
  key: number,
  epoch: number,
): Promise<readonly Image[] | undefined> {
  if (readCells) return readCells(key);
  const pixels = await read(key, epoch);
  return pixels && [pixels];
}

/** So many of the cells at random, none twice before each was drawn once. */
function drawCells(cells: readonly Image[], { count, random }: { count: number; random: Random }): readonly Image[] {
  const drawn: Image[] = [];
  while (drawn.length < count) drawn.push(...random.shuffle(cells));
  return drawn.slice(0, count);
}
