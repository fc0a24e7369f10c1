import type { Split } from '../../evaluation/splits.ts';
import type { Image } from '../../pixels/pixels.ts';
import { cutAround } from '../../prediction/crop.ts';
import { labelParts } from '../../screen/label-sets.ts';
import { fieldsPerEpoch, parseBalance } from '../../training/balance.ts';
import type { TrainingInputs } from '../../training/inputs.ts';
import { cellsForABag } from '../../training/sampler.ts';
import { epochsAlone, epochsOfFirstCrops, validatesAfter } from '../../training/schedule.ts';
import { train } from '../../training/trainer.ts';
import type { TimeRange } from '../rehearsal/document.ts';
import { rateOf, times, together } from '../rehearsal/estimate.ts';
import type { RehearsingHost } from '../rehearsal/rehearsing-host.ts';
import { cellsPerBag } from '../shared/run-folder.ts';
import type { TrainingPlan } from './plan-training.ts';
import { shownLabels } from './training-defaults.ts';
import { trainerOptions, validationsOf } from './training-inputs.ts';

/** What a training shows the network. */
export interface TrainingWork {
  /** Fields or cells of an epoch. */
  readonly perEpoch: number;
  readonly steps: number;
  /** Epochs among them in which each cell is a bag by itself, the first. */
  readonly alone: number;
  /** Epochs among them that have smaller crops, the first. */
  readonly first: number;
  /** Fields or cells that validate, and how often. */
  readonly validation: number;
  readonly validations: number;
  readonly epochs: number;
  /** Fields or cells that are predicted in the end. */
  readonly tested: number;
}

/** Counts what a plan shows the network from an epoch on. */
export function workOf({ fields, options }: TrainingPlan, { from = 1 }: { from?: number } = {}): TrainingWork {
  const { balance, batch } = options;
  const perBag = cellsPerBag(options);
  const perEpoch = fieldsPerEpoch(shownLabels(fields, { ...options, split: 'train' }), parseBalance(balance)!);
  const [validation, test] = (['validation', 'test'] as const).map((split) => predictedOf({ fields, options }, split));
  const epochs = Math.max(0, options.epochs - from + 1);
  const alone = perBag === undefined ? 0 : Math.max(0, epochsAlone(options.epochs) - from + 1);
  const first = hasFirstCrops(options) ? Math.max(0, epochsOfFirstCrops(options.epochs) - from + 1) : 0;
  const onCells = perBag === undefined ? 0 : Math.ceil((perEpoch * perBag) / (batch * cellsForABag(perBag)));
  return {
    perEpoch,
    validation: validation!,
    validations: Array.from({ length: epochs }, (_, i) => from + i).filter((epoch) =>
      validatesAfter(epoch, { epochs: options.epochs, validations: validationsOf(options) }),
    ).length,
    epochs,
    alone,
    first,
    steps: alone * onCells + (epochs - alone) * Math.ceil(perEpoch / batch),
    tested: test! || validation!,
  };
}

/**
 * Which share of the work of a training is done after so many epochs, of which the last may be a part; undefined where all of
 * them take equally long. A crop takes as long as it has pixels.
 */
export function shareOfWork(
  options: Pick<TrainingPlan['options'], 'crop' | 'firstCrop' | 'epochs'>,
  epochs: number,
): number | undefined {
  if (!hasFirstCrops(options)) return undefined;
  const cheap = (options.firstCrop! / options.crop) ** 2;
  const first = epochsOfFirstCrops(options.epochs);
  const work = (done: number) => cheap * Math.min(done, first) + Math.max(0, done - first);
  return work(epochs) / work(options.epochs);
}

/** Whether the first epochs have smaller crops. */
export function hasFirstCrops({
  crop,
  firstCrop = crop,
}: Pick<TrainingPlan['options'], 'crop' | 'firstCrop'>): boolean {
  return firstCrop < crop;
}

/** Fields or cells of a split; of bags so many as have as many cells as a step sees of each, since all of theirs are predicted. */
function predictedOf({ fields, options }: Pick<TrainingPlan, 'fields' | 'options'>, split: Split): number {
  const perBag = cellsPerBag(options);
  if (perBag === undefined) return shownLabels(fields, { ...options, split }).length;
  const cells = fields.filter((field) => field.split === split).reduce((sum, field) => sum + (field.cells ?? 0), 0);
  return cells / perBag;
}

/** Share of a training step that predicting the same pixels takes. */
const FORWARD = 1 / 3;

/** Seconds that a field, bag or cell takes in a training step, on the crops of the first epochs, and where each cell is a bag by itself. */
export interface TrainingPace {
  readonly step: TimeRange;
  readonly first: TimeRange;
  readonly alone: TimeRange;
}

/** How long a training takes that goes at a pace. */
export function trainingTime(
  { perEpoch, validation, validations, epochs, alone, first, tested }: TrainingWork,
  pace: TrainingPace,
): TimeRange {
  return together([
    times(pace.alone, alone * perEpoch),
    times(pace.first, first * perEpoch),
    times(pace.step, (epochs - alone - first) * perEpoch),
    times(pace.step, FORWARD * (validations * validation + tested)),
  ]);
}

/** Pixels that a worker is timed on at least, where it computes one field or cell after the other. */
const TIMED_PIXELS = 2e6;

/** Steps that are watched after the first, which warms up, and for how long at most (ms). */
const [STEPS, PATIENCE] = [2, 3000];

/**
 * The pace of a training as it is planned, with its crops, micro-batches and workers. Each step has one micro-batch for each worker,
 * so that it is short also where batches are large.
 *
 * @param images fields that stand for all
 */
export async function timeStep(
  plan: TrainingPlan,
  { images }: { readonly images: readonly Image[] },
  host: RehearsingHost,
): Promise<TrainingPace> {
  const { batch: asked, workers, crop, enlarge, cells } = plan.options;
  const perBag = cellsPerBag(plan.options);
  const enough = Math.ceil(TIMED_PIXELS / ((perBag ?? 1) * (crop * enlarge) ** 2));
  const microBatch =
    plan.options.plan === 'blocked' ? Math.min(enough, plan.options.microBatch) : plan.options.microBatch;
  const batch = Math.min(asked, microBatch * workers);
  const shown = cells ? images.map((image) => middleOf(image, { side: crop, shift: cells.shift })) : images;
  const trained = plan.fields.filter(({ split }) => split === 'train');
  const pool = host.pool({ workers, threads: Math.max(1, Math.floor(host.threads / workers)) });
  try {
    const inputs: TrainingInputs = {
      options: { ...(await trainerOptions(plan, host)), balance: parseBalance('none')!, batch, microBatch, epochs: 1 },
      fields: Array.from({ length: (STEPS + 1) * batch }, (_, key) => ({
        key,
        targets: labelParts(trained[key % trained.length]!.label).map((part) => plan.classes.indexOf(part)),
      })),
      validation: [],
      read: async (key) => shown[key % shown.length],
      ...(plan.options.foreground && { cellsOf: (key: number) => everywhere(shown[key % shown.length]!) }),
      ...(perBag !== undefined && { readCells: async () => shown }),
      pool,
    };
    const step = await watchSteps(inputs, host);
    // Of two epochs the first has small crops, or each cell for a bag by itself.
    const begins = { ...inputs, options: { ...inputs.options, epochs: 2 } };
    const first = hasFirstCrops(plan.options) ? await watchSteps(begins, host) : step;
    if (perBag === undefined) return { step, first, alone: step };
    const bags = (batch * cellsForABag(perBag)) / perBag;
    return { step, first, alone: await watchSteps(begins, host, bags) };
  } finally {
    await pool.release();
  }
}

/** Cells so close that every crop holds some. */
function everywhere({ height, width }: Image): { readonly x: number; readonly y: number }[] {
  const apart = 16;
  const columns = Math.floor(width / apart);
  return Array.from({ length: columns * Math.floor(height / apart) }, (_, i) => {
    return { x: apart * (i % columns), y: apart * Math.floor(i / columns) };
  });
}

/** Seconds that each of so many fields, bags or cells of a step takes. */
async function watchSteps(
  inputs: TrainingInputs,
  { clock, signal }: RehearsingHost,
  perStep = inputs.options.batch,
): Promise<TimeRange> {
  let began: number | undefined;
  let [steps, seconds] = [0, 0];
  for await (const event of train(inputs)) {
    signal.throwIfAborted();
    if (event.kind === 'epoch') break;
    // The first step warms up.
    if (began === undefined) began = clock.milliseconds();
    else [steps, seconds] = [steps + 1, (clock.milliseconds() - began) / 1000];
    if (steps === STEPS || 1000 * seconds > PATIENCE) break;
  }
  return rateOf(seconds, steps * perStep);
}

/** The middle of a field, as the pixels around a cell are cut out. */
function middleOf(image: Image, { side, shift }: { side: number; shift: number }): Image {
  return cutAround(image, { centre: { x: image.width / 2, y: image.height / 2 }, side, shift });
}
