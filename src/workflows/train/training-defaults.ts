/** What a training does where its options do not say. */
import { SMALLEST_NEW_TILE, smallestNewField } from '../../network/new-network.ts';
import { fieldsPerEpoch, parseBalance } from '../../training/balance.ts';
import type { BagKind, RunRecord } from '../shared/run-folder.ts';

/** Steps that a small screen wants, as measured on 220 to 440 fields of six classes. */
const STEPS = 900;
const [FEWEST_EPOCHS, MOST_EPOCHS] = [10, 200];
/** Fields of a step. */
const FIELDS = 16;
/** Bags of cells of a step: more and smaller steps learn more from as many cells. */
const BAGS = 8;
/** Most cells of a step; where they have fewer pixels than {@link FIELDS} crops, there are more steps instead. */
const MOST_CELLS = 128;

/** The learning rate of Noisy-AND's thresholds as a multiple of the others', and dropout as a share of the paper's. */
export const RECIPE = { thresholds: 1, dropout: 1 };
/**
 * The same for cells that are instances. Thresholds are pulled to where they belong (`pullOf` in `training/pooling-thresholds.ts`), which takes the
 * whole training at the rate of the others. A cell has one position or few: what is dropped of it is not made up for by hundreds
 * of others. On a simulated screen 0.86 of the cells were right without dropout, 0.83 with 0.4 of it.
 */
export const RECIPE_OF_CELLS = { thresholds: 10, dropout: 0 };

/** What an instance is, and how many cells of a field are shown. */
type Shown = Pick<RunRecord['options'], 'cells' | 'instances' | 'bag'>;

/** Fields or bags of a step, or the cells that have as many pixels as crops of fields, at most {@link MOST_CELLS}. */
export function defaultBatch({ cells, instances }: Shown): number {
  if (instances === 'cells') return BAGS;
  return cells ? Math.min(MOST_CELLS, FIELDS * cells.perField) : FIELDS;
}

/** The labels of all fields of a split, of all their bags, or of all cells of theirs that an epoch shows. */
export function shownLabels(
  fields: RunRecord['fields'],
  { split, cells, instances, bag }: { split: RunRecord['fields'][number]['split'] } & Shown,
): readonly string[] {
  if (instances === 'cells') return bagsOf(fields, { split, bag }).map(({ label }) => label);
  const shown = (count = 1) => Math.min(count, cells?.perField ?? 1);
  return fields
    .filter((field) => field.split === split)
    .flatMap(({ label, cells: count }) => new Array<string>(shown(count)).fill(label));
}

/** Bags of cells: the places of their fields in the plan, and their label. Wells that have fields of several labels are several. */
export function bagsOf(
  fields: RunRecord['fields'],
  { split, bag = 'field' }: { split: RunRecord['fields'][number]['split']; bag?: BagKind | undefined },
): readonly { readonly label: string; readonly places: readonly number[] }[] {
  const bags = new Map<unknown, { label: string; places: number[] }>();
  for (const [place, { split: of, well, label }] of fields.entries()) {
    if (of !== split) continue;
    const name = bag === 'well' ? JSON.stringify([well, label]) : place;
    const known = bags.get(name);
    if (known) known.places.push(place);
    else bags.set(name, { label, places: [place] });
  }
  return [...bags.values()];
}

/**
 * As many epochs as make {@link STEPS} steps, from 10 to 200; of smaller batches more steps, in the square root of how much
 * smaller they are: 1800 steps of 4 fields taught as much as 900 of 16. Of cells an epoch makes more steps: as many as show
 * the pixels of {@link STEPS} steps on {@link FIELDS} fields, so that a training costs the same.
 */
export function defaultEpochs(
  fields: RunRecord['fields'],
  { batch, balance, cells, instances, bag }: Pick<RunRecord['options'], 'batch' | 'balance'> & Shown,
): number {
  const labels = shownLabels(fields, { split: 'train', cells, instances, bag });
  const perEpoch = Math.ceil(fieldsPerEpoch(labels, parseBalance(balance)!) / batch);
  const steps =
    cells && instances !== 'cells' ? (STEPS * FIELDS * cells.perField) / batch : STEPS * Math.sqrt(FIELDS / batch);
  return Math.min(MOST_EPOCHS, Math.max(FEWEST_EPOCHS, Math.ceil(steps / perEpoch)));
}

/** Side of the crops of the first epochs, as a share of that of the others. */
const FIRST_SHARE = 4 / 7;

/** Instances of such a crop along a side, at least: a pooling function needs some. */
const FEWEST_INSTANCES = 3;

/** Four sevenths of the crops of the later epochs, so that a field of the first costs a third; never of fewer than 3 × 3 instances. */
export function defaultFirstCrop(crop: number, enlarge: number): number {
  const least = smallestNewField(enlarge) + Math.ceil(((FEWEST_INSTANCES - 1) * SMALLEST_NEW_TILE) / enlarge);
  return Math.min(crop, Math.max(least, Math.round(crop * FIRST_SHARE)));
}

/** Bytes that a training step needs for each pixel of a crop, as measured with the paper's network. */
const BYTES_PER_PIXEL = 900;
/** Bytes that the micro-batches of all workers may need together. */
const TRAINING_BYTES = 2.5e9;

/** As many fields as fit into memory, shared evenly among the workers. */
export function fittingMicroBatch({
  crop,
  images,
  batch,
  workers,
  memory,
}: {
  /** Side of what the network sees (pixels). */
  crop: number;
  /** How many such there are of a field or bag. */
  images: number;
  batch: number;
  workers: number;
  /** Bytes of memory that the machine has. */
  memory: number;
}): number {
  const bytes = Math.min(TRAINING_BYTES, memory / 4) / workers;
  const fits = Math.max(1, Math.floor(bytes / (BYTES_PER_PIXEL * images * crop * crop)));
  const share = Math.ceil(batch / workers);
  // Rounds of equal size: 8 fields of which 6 fit are done as 4 and 4.
  return Math.ceil(share / Math.ceil(share / fits));
}

/** In blocks a worker computes one field after the other, whatever their number: each worker is given as many. */
export function evenMicroBatch({ batch, workers }: { batch: number; workers: number }): number {
  return Math.ceil(batch / workers);
}

/** Largest side of a crop unless the request asks for more, in pixels. */
const LARGEST_CROP = 900;

/** Seven eighths of the smallest field, at most 900 pixels; enlarged, a crop of so much less that it costs the same. */
export function defaultCrop(
  fields: readonly { readonly height: number; readonly width: number }[],
  enlarge: number,
): number {
  const smallest = Math.min(...fields.map(({ height, width }) => Math.min(height, width)));
  const side = Math.min(LARGEST_CROP, Math.floor((smallest * 7) / 8));
  return Math.max(smallestNewField(enlarge), Math.floor(side / enlarge));
}
