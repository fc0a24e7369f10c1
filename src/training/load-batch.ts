import { drawExposures } from '../pixels/exposure.ts';
import type { Image } from '../pixels/pixels.ts';
import { placesInView, type View } from '../pixels/view.ts';
import { createRandom, type Random } from '../random.ts';
import { drawCrop } from './augmentation.ts';
import type { Centre, TrainingInputs } from './inputs.ts';
import { type Batch, chunks } from './sampler.ts';

/** Micro-batches ready for the training graph. */
export interface LoadedBatch {
  /** Number of fields in all of them, without those that could not be read. */
  readonly size: number;
  readonly parts: readonly {
    /** A crop of each field, augmented; or of as many cells of each bag as a step sees. */
    readonly views: readonly View[];
    /** Where the cells in each crop are, where only positions that hold some are pooled. */
    readonly cells?: readonly (readonly Centre[])[] | undefined;
    readonly targets: readonly (readonly number[])[];
    /** Weight of each field in the loss, 1 on average over all. */
    readonly weights: readonly number[];
  }[];
}

/**
 * Reads the fields of a batch and draws a crop of each, augmented as determined by the seed, the epoch and the index of
 * the field. Where bags are cells, it draws some of the cells of each; with `draws`, where each cell is a bag by itself, the next
 * that was not yet drawn in this epoch. The workers cut them. The last micro-batch may be
 * smaller. Where only positions that hold cells are pooled, a crop holds one.
 *
 * @param options.weights of every training field in the loss
 * @param options.draws how many cells of each field were drawn before
 */
export async function loadBatch(
  inputs: TrainingInputs,
  {
    batch,
    epoch,
    weights,
    draws,
  }: { batch: Batch; epoch: number; weights: readonly number[]; draws?: readonly number[] | undefined },
): Promise<LoadedBatch> {
  const { options, fields, plate, cellsOf } = inputs;
  const { crop: side, jitter, microBatch, seed } = options;
  const loaded = await Promise.all(
    batch.map(async (place, i) => {
      const { key } = fields[place]!;
      const pictures = await readPictures(inputs, key, epoch);
      if (!pictures) return [];
      const draw = draws?.[i];
      const random = createRandom(seed, 'crop', epoch, place, ...(draw === undefined ? [] : [draw]));
      const shown =
        draw !== undefined
          ? [drawInTurn(pictures, { draw, random: createRandom(seed, 'cells', epoch, place) })]
          : options.cellsPerBag === undefined
            ? pictures
            : drawCells(pictures, { count: options.cellsPerBag, random });
      const drawn: DrawnCrops | undefined = cellsOf
        ? drawWithCells(shown[0]!, { cells: cellsOf(key), side, random })
        : { crops: shown.map((pixels) => ({ image: pixels, ...drawCrop(pixels, { side, random }) })) };
      return drawn ? [{ place, random, ...drawn }] : [];
    }),
  );
  const parts = chunks(loaded.flat(), microBatch).map((part) => {
    const views = part.flatMap(({ place, random, crops }): View[] => {
      // The cells of a bag have the exposure of their field.
      const exposures = drawExposures(options.normalization.deviation, { jitter, random });
      return crops.map((crop) => ({ ...crop, plate: plate?.(fields[place]!.key), exposures }));
    });
    return {
      views,
      ...(cellsOf && { cells: part.map(({ cells = [] }) => cells) }),
      targets: part.map(({ place }) => fields[place]!.targets),
      weights: part.map(({ place }) => weights[place]!),
    };
  });
  return { size: loaded.flat().length, parts };
}

/** Crops of a field or of cells, and where the cells are in them, where that is wanted. */
interface DrawnCrops {
  readonly crops: readonly View[];
  readonly cells?: readonly Centre[];
}

/** Crops that are drawn of a field before one is drawn around a cell. */
const TRIES = 20;

/** A crop of a field that holds a cell, and where its cells are; nothing of a field that has none. */
function drawWithCells(
  image: Image,
  { cells: all, side, random }: { cells: readonly Centre[]; side: number; random: Random },
): DrawnCrops | undefined {
  const inside = placesInView(all, { image });
  if (inside.length === 0) return undefined;
  for (let i = 0; i < TRIES; i++) {
    const crop = { image, ...drawCrop(image, { side, random }) };
    const cells = placesInView(all, crop);
    if (cells.length > 0) return { crops: [crop], cells };
  }
  // In a large field with few cells, one of them is drawn, and any of the crops that hold it.
  const { x, y } = inside[random.integer(inside.length)]!;
  const { symmetry } = drawCrop(image, { side, random });
  const first = (middle: number, length: number) => {
    const pixel = Math.min(length - 1, Math.max(0, Math.round(middle)));
    const [least, most] = [Math.max(0, pixel - side + 1), Math.min(length - side, pixel)];
    return least + random.integer(most - least + 1);
  };
  const box = { top: first(y, image.height), left: first(x, image.width), height: side, width: side };
  const crop = { image, box, symmetry };
  return { crops: [crop], cells: placesInView(all, crop) };
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

/** A cell of a random order that begins anew when all were drawn. */
function drawInTurn(cells: readonly Image[], { draw, random }: { draw: number; random: Random }): Image {
  return random.shuffle(cells)[draw % cells.length]!;
}
