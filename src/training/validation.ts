import { FOREGROUND } from '../network/foreground.ts';
import type { Head } from '../network/forward.ts';
import type { Parameters } from '../network/parameters.ts';
import { placesInView } from '../pixels/view.ts';
import { mapInOrder } from '../threads/map-in-order.ts';
import type { TrainingInputs } from './inputs.ts';
import { chunks } from './sampler.ts';
import { NOTHING, type Tally } from './state.ts';
import { countCorrect, foregroundFeed, multiHot } from './targets.ts';

/** Name of the evaluation graph in the pool. */
export const EVALUATION_SESSION = 'evaluate';

/** How well the validation fields are predicted, each as a whole; undefined if there are none. */
export async function validate(
  { options, validation, read, readCells, cellsOf, plate, pool }: TrainingInputs,
  parameters: Parameters,
): Promise<Tally | undefined> {
  if (validation.length === 0) return undefined;
  const { classes, channels } = options.network;
  const parts = chunks(validation, readCells ? 1 : (options.validationBatch ?? 1));
  const tallies = mapInOrder(parts, 2 * pool.size, async (part): Promise<Tally> => {
    // Some fields, or the cells of one bag.
    const loaded = await Promise.all(
      part.map(async ({ key, targets }) => {
        const field = readCells ? undefined : await read(key);
        return { key, targets, pictures: (readCells ? await readCells(key) : field && [field]) ?? [] };
      }),
    );
    const seen = loaded.filter(({ pictures }) => pictures.length > 0);
    if (seen.length === 0) return NOTHING;
    const views = seen.flatMap(({ key, pictures }) => pictures.map((image) => ({ image, plate: plate?.(key) })));
    const { height, width } = views[0]!.image;
    const image = { views, shape: [views.length, channels, height, width] } as const;
    const targets = seen.map((field) => field.targets);
    const target = multiHot(targets, { rows: seen.length, classes });
    const cells = cellsOf && seen.map(({ key, pictures: [image] }) => placesInView(cellsOf(key), { image: image! }));
    const foreground = cells && foregroundFeed(cells, { rows: seen.length, height, width, ...options });
    const feeds = { ...parameters, image, target, ...(foreground && { [FOREGROUND]: foreground }) };
    const result = await pool.run(EVALUATION_SESSION, feeds);
    const correct = countCorrect(result.probability!.data as Float32Array, targets, options);
    const losses = result.loss!.data as Float32Array;
    return { loss: losses.reduce((sum, loss) => sum + loss, 0), correct, fields: seen.length };
  });
  let total = NOTHING;
  for await (const { loss, correct, fields } of tallies) {
    total = { loss: total.loss + loss, correct: total.correct + correct, fields: total.fields + fields };
  }
  return total;
}

/**
 * Whether an epoch is better than the best before it: more fields correct or, if equally many, a smaller loss. With
 * sigmoids, only a smaller mean loss: the thresholds of the labels are chosen later, so the number correct at 0.5 says
 * little.
 */
export function isBetter(tally: Tally, than: Tally | undefined, head: Head): boolean {
  if (!than) return true;
  if (head === 'sigmoid') return !(tally.loss / tally.fields > than.loss / than.fields);
  return tally.correct > than.correct || (tally.correct === than.correct && tally.loss <= than.loss);
}
