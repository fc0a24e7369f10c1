import { mapInOrder } from '../concurrency.ts';
import { createEvaluationGraph } from '../network/evaluation-graph.ts';
import type { Head, Normalization } from '../network/forward.ts';
import { initialParameters, type NetworkShape, type Parameters } from '../network/parameters.ts';
import { createTrainingGraph, type DropoutMask } from '../network/training-graph.ts';
import type { Feed, SessionPool } from '../onnx/session-pool.ts';
import { float32 } from '../onnx/tensor.ts';
import { createRandom } from '../random.ts';
import { type AdamState, adamStep, initialAdamState, zerosLike } from './adam.ts';
import { drawCrop, type FieldPixels, writeCrop } from './augmentation.ts';
import { averageParameters } from './averaging.ts';
import { type Balance, fieldsPerEpoch, fieldWeights } from './balance.ts';
import { drawExposures } from './exposure.ts';
import { type Batch, chunks, epochBatches } from './sampler.ts';
import { learningRate, type Schedule } from './schedule.ts';
import { combination, countCorrect, multiHot } from './targets.ts';

/** A field to learn from or to validate on. */
export interface LabelledField {
  /** What to ask the source for. */
  readonly key: number;
  /** Places of its labels among the classes: one with a softmax, any number with sigmoids. */
  readonly targets: readonly number[];
}

/** Everything that decides what is learned, beside the fields. */
export interface TrainingOptions {
  readonly network: NetworkShape;
  readonly sharpness: number;
  readonly head: Head;
  readonly normalization: Normalization;
  /** How many times the network enlarges what it is shown; 1 unless given. */
  readonly enlarge?: number;
  /** Side of the crops, in pixels of the field. */
  readonly crop: number;
  /** Spread of the random gain and shift of each channel's intensity; 0 leaves them as they are. */
  readonly jitter: number;
  readonly balance: Balance;
  readonly batch: number;
  readonly microBatch: number;
  /** Validation fields that are computed together; 1 unless given, since fields may differ in size. */
  readonly validationBatch?: number;
  readonly epochs: number;
  readonly learningRate: number;
  /** Learning rate of Noisy-AND's thresholds, as a multiple of the others'. */
  readonly thresholdRate: number;
  readonly schedule: Schedule;
  /** Share of the running average that each step keeps; 0 uses the weights of the last step alone. */
  readonly averaging: number;
  readonly seed: number;
}

/** What training needs from outside. */
export interface TrainingInputs {
  readonly options: TrainingOptions;
  readonly fields: readonly LabelledField[];
  readonly validation: readonly LabelledField[];
  /**
   * Pixels of a field; nothing if it cannot be read: then the training goes on without it. With `epoch`, of which they may
   * depend, they are learned from; without, validated on.
   */
  readonly read: (key: number, epoch?: number) => Promise<FieldPixels | undefined>;
  readonly pool: SessionPool;
  /** First values of the parameters; drawn at random unless given. */
  readonly initial?: Parameters | undefined;
  /** Where to go on; left out, training begins. */
  readonly state?: TrainingState | undefined;
}

/** Sums over the fields that an epoch has seen so far. */
export interface Tally {
  readonly loss: number;
  /** Fields whose class is the most probable one; with sigmoids, whose exact set of labels is that above 0.5. */
  readonly correct: number;
  readonly fields: number;
}

/**
 * Everything that a training needs to go on exactly as if it had never stopped. What an event tells is good until the
 * next but one: who wants to keep it longer has to copy its numbers.
 */
export interface TrainingState {
  /** The epoch under way, from 1, and how many of its batches are done. */
  readonly epoch: number;
  readonly batches: number;
  readonly tally: Tally;
  readonly adam: AdamState;
  /** Running average of the weights: what is validated and kept. */
  readonly average: Parameters;
  readonly best: BestEpoch | undefined;
}

/** The epoch whose weights are kept. */
export interface BestEpoch {
  readonly epoch: number;
  readonly validation: Tally;
  readonly parameters: Parameters;
}

/** What training tells as it goes. */
export type TrainingEvent =
  | { readonly kind: 'step'; readonly state: TrainingState; readonly fields: number; readonly total: number }
  | {
      readonly kind: 'epoch';
      /** The state after it: the next epoch, nothing of it done. */
      readonly state: TrainingState;
      readonly epoch: number;
      readonly training: Tally;
      readonly validation: Tally | undefined;
      readonly rate: number;
      readonly isBest: boolean;
    };

const NOTHING: Tally = { loss: 0, correct: 0, fields: 0 };

/**
 * Trains, telling after every step and every epoch; whoever listens may stop at any event and go on later from its
 * state. The same options, fields and seed give the same weights, however often it is stopped in between and however
 * many workers the pool has.
 */
export async function* train(inputs: TrainingInputs): AsyncGenerator<TrainingEvent> {
  const { options, fields, pool } = inputs;
  const graph = createTrainingGraph({
    ...options.network,
    sharpness: options.sharpness,
    head: options.head,
    normalization: options.normalization,
    enlarge: options.enlarge,
    images: options.microBatch,
    height: options.crop,
    width: options.crop,
  });
  await pool.load('train', graph.model);
  await pool.load('evaluate', createEvaluationGraph({ ...options.network, ...options }));
  let state = inputs.state ?? firstState(inputs);
  const room = [makeRoom(state), makeRoom(state)] as const;
  const groups = fields.map(combination);
  const weights = fieldWeights(groups, options.balance);
  const total = Math.ceil(fieldsPerEpoch(groups, options.balance) / options.batch) * options.epochs;
  while (state.epoch <= options.epochs) {
    const { epoch } = state;
    const batches = epochBatches(groups, { ...options, epoch });
    const load = (i: number) =>
      i < batches.length ? loadBatch(inputs, { batch: batches[i]!, epoch, weights }) : undefined;
    let next = load(state.batches);
    let rate = options.learningRate;
    while (state.batches < batches.length) {
      const batch = await next!;
      next = load(state.batches + 1);
      // Should the step fail first, this is nobody's error any more.
      next?.catch(() => undefined);
      rate = learningRate(options.schedule, { step: state.adam.steps, total, rate: options.learningRate });
      const into = room.find(({ average }) => average !== state.average)!;
      state = await step(inputs, { state, batch, masks: graph.masks, rate, into });
      yield { kind: 'step', state, fields: state.tally.fields, total: batches.flat().length };
    }
    const training = state.tally;
    const validation = await validate(inputs, state.average);
    const isBest = validation === undefined || isBetter(validation, state.best?.validation, options.head);
    const best = isBest ? { epoch, validation: validation ?? training, parameters: copyOf(state.average) } : state.best;
    state = { ...state, epoch: epoch + 1, batches: 0, tally: NOTHING, best };
    yield { kind: 'epoch', state, epoch, training, validation, rate, isBest };
  }
}

/**
 * Room for the numbers of a state. Steps write into two of these in turn: a network has half a million weights with two
 * moments and an average each, and collecting as many new arrays at every step took a third of the time of a small one.
 */
interface Room {
  readonly adam: Omit<AdamState, 'steps'>;
  readonly average: Parameters;
}

function makeRoom({ average }: TrainingState): Room {
  const [parameters, first, second] = [zerosLike(average), zerosLike(average), zerosLike(average)];
  return { adam: { parameters, first, second }, average: zerosLike(average) };
}

/** Numbers of their own, that no later step writes over. */
function copyOf(parameters: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { shape, data }]) => [name, float32((data as Float32Array).slice(), shape)]),
  );
}

function firstState({ options, initial }: TrainingInputs): TrainingState {
  const parameters = initial ?? initialParameters(options.network, options.seed, options.head);
  const adam = initialAdamState(parameters);
  return { epoch: 1, batches: 0, tally: NOTHING, adam, average: parameters, best: undefined };
}

/**
 * More right; among equally many, the smaller loss. With sigmoids the smaller mean loss alone: labels will be given by
 * thresholds that are yet to be chosen, so what is right at 0.5 says little.
 */
function isBetter(tally: Tally, than: Tally | undefined, head: Head): boolean {
  if (!than) return true;
  if (head === 'sigmoid') return !(tally.loss / tally.fields > than.loss / than.fields);
  return tally.correct > than.correct || (tally.correct === than.correct && tally.loss <= than.loss);
}

/** Micro-batches ready for the training graph. */
interface LoadedBatch {
  readonly size: number;
  readonly parts: readonly {
    readonly images: Float32Array;
    readonly targets: readonly (readonly number[])[];
    /** Weight of each field in the loss, 1 on average over all. */
    readonly weights: readonly number[];
  }[];
}

async function loadBatch(
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

interface StepInputs {
  readonly state: TrainingState;
  readonly batch: LoadedBatch;
  readonly masks: readonly DropoutMask[];
  readonly rate: number;
  readonly into: Room;
}

async function step(inputs: TrainingInputs, { state, batch, masks, rate, into }: StepInputs): Promise<TrainingState> {
  const { options, pool } = inputs;
  const { network, crop, microBatch, seed } = options;
  if (batch.size === 0) return { ...state, batches: state.batches + 1 };
  const results = await Promise.all(
    batch.parts.map(({ images, targets, weights }, i) => {
      const feeds: Record<string, Feed> = { ...state.adam.parameters };
      feeds.image = float32(images, [microBatch, network.channels, crop, crop]);
      feeds.target = multiHot(targets, { rows: microBatch, classes: network.classes });
      const weight = Float32Array.from({ length: microBatch }, (_, k) => (weights[k] ?? 0) / batch.size);
      feeds.weight = float32(weight, [microBatch]);
      for (const { input, shape, rate: dropped } of masks) {
        feeds[input] = { mask: { shape, rate: dropped, seed, keys: [input, state.adam.steps, i] } };
      }
      return pool.run('train', feeds);
    }),
  );
  const gradients: Record<string, ReturnType<typeof float32>> = {};
  for (const [name, { shape }] of Object.entries(state.adam.parameters)) {
    gradients[name] = float32(sum(results.map((result) => result[`d.${name}`]!.data as Float32Array)), shape);
  }
  const multiples = { b: options.thresholdRate };
  const next = adamStep({ state: state.adam, gradients, rate, multiples }, into.adam);
  let { loss, correct } = state.tally;
  for (const [i, { targets }] of batch.parts.entries()) {
    loss += (results[i]!.loss!.data[0] as number) * batch.size;
    correct += countCorrect(results[i]!.probability!.data as Float32Array, targets, options);
  }
  return {
    ...state,
    batches: state.batches + 1,
    tally: { loss, correct, fields: state.tally.fields + batch.size },
    adam: next,
    average: averageParameters(state.average, next.parameters, {
      keep: options.averaging,
      steps: next.steps,
      into: into.average,
    }),
  };
}

/** Sums into the first, in the order of the micro-batches, so that rounding does not depend on which worker was faster. */
function sum([total, ...others]: readonly Float32Array[]): Float32Array {
  for (const array of others) for (let i = 0; i < total!.length; i++) total![i]! += array[i]!;
  return total!;
}

async function validate({ options, validation, read, pool }: TrainingInputs, parameters: Parameters) {
  if (validation.length === 0) return undefined;
  const { classes, channels } = options.network;
  const parts = chunks(validation, options.validationBatch ?? 1);
  const tallies = mapInOrder(parts, 2 * pool.size, async (part): Promise<Tally> => {
    const loaded = await Promise.all(part.map(async (field) => ({ ...field, pixels: await read(field.key) })));
    const seen = loaded.flatMap(({ targets, pixels }) => (pixels ? [{ targets, pixels }] : []));
    if (seen.length === 0) return NOTHING;
    const { height, width } = seen[0]!.pixels;
    const data = new Float32Array(seen.length * channels * height * width);
    for (const [i, { pixels }] of seen.entries()) data.set(pixels.data, i * channels * height * width);
    const image = float32(data, [seen.length, channels, height, width]);
    const targets = seen.map((field) => field.targets);
    const target = multiHot(targets, { rows: seen.length, classes });
    const result = await pool.run('evaluate', { ...parameters, image, target });
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
