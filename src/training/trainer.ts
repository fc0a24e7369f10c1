import { createEvaluationGraph } from '../network/evaluation-graph.ts';
import { initialParameters, parameterShapes } from '../network/parameters.ts';
import { createTrainingChain } from '../network/training-chain.ts';
import { createTrainingGraph, type DropoutMask } from '../network/training-graph.ts';
import type { Chain } from '../onnx/blocked/chain.ts';
import { fieldsPerEpoch, fieldWeights } from './balance.ts';
import type { TrainingInputs, TrainingOptions } from './inputs.ts';
import { loadBatch } from './load-batch.ts';
import { copyOf, makeRoom, type Room, writeInto } from './rooms.ts';
import { type CellBatch, cellBatches, cellsForABag, epochBatches } from './sampler.ts';
import { epochsAlone, epochsOfFirstCrops, learningRate, settlingEpochs, validatesAfter } from './schedule.ts';
import { settle } from './settle.ts';
import { firstState, NOTHING, type Tally, type TrainingState } from './state.ts';
import { ALONE_SESSION, FIRST_SESSION, type StepInputs, step, TRAINING_SESSION } from './step.ts';
import { combination } from './targets.ts';
import { EVALUATION_SESSION, isBetter, validate } from './validation.ts';

/** Events of a training. */
export type TrainingEvent =
  | {
      readonly kind: 'step';
      readonly state: TrainingState;
      readonly fields: number;
      readonly total: number;
      /** Whether each cell was a bag by itself. */
      readonly isAlone: boolean;
    }
  | {
      readonly kind: 'epoch';
      /** The state after it: at the start of the next epoch. */
      readonly state: TrainingState;
      readonly epoch: number;
      readonly training: Tally;
      /** Undefined where no field validates, or none after this epoch. */
      readonly validation: Tally | undefined;
      readonly rate: number;
      /** Whether each cell was a bag by itself: then cells are counted, not bags. */
      readonly isAlone: boolean;
      /** Whether what follows the features was settled after its last step: see `settle.ts`. */
      readonly isSettled: boolean;
      /** Whether its weights are kept until another epoch is better. */
      readonly isBest: boolean;
    };

/** What computes the gradient of a micro-batch, and the masks that it is given. */
export function trainingModel(options: TrainingOptions): { model: Uint8Array | Chain; masks: readonly DropoutMask[] } {
  const about = {
    ...options.network,
    sharpness: options.sharpness,
    head: options.head,
    normalization: options.normalization,
    enlarge: options.enlarge,
    images: options.microBatch * (options.cellsPerBag ?? 1),
    cells: options.cellsPerBag,
    window: options.window,
    withForeground: options.foreground,
    height: options.crop,
    width: options.crop,
  };
  const inBlocks = options.lanes && createTrainingChain(about, options.lanes);
  return inBlocks ? { model: inBlocks.chain, masks: inBlocks.masks } : createTrainingGraph(about);
}

/** What validation fields are evaluated with: each alone, or all its cells as one bag. */
function aboutEvaluation({
  network,
  sharpness,
  head,
  normalization,
  enlarge,
  cellsPerBag,
  window,
  crop,
  foreground,
}: TrainingOptions): Parameters<typeof createEvaluationGraph>[0] {
  const about = { ...network, sharpness, head, normalization, ...(enlarge !== undefined && { enlarge }) };
  return cellsPerBag === undefined
    ? { ...about, withForeground: foreground }
    : { ...about, cells: 'all', ...(window && { window, side: crop }) };
}

/**
 * Trains, with an event after every step and every epoch. The caller may stop at any event and continue later from its
 * state. The same options, fields and seed give the same weights, however often the training is stopped and however
 * many workers the pool has.
 */
export async function* train(inputs: TrainingInputs): AsyncGenerator<TrainingEvent> {
  const { options, fields, pool } = inputs;
  const lastAlone = options.beginsAlone ? epochsAlone(options.epochs) : 0;
  const alone = lastAlone >= (inputs.state?.epoch ?? 1) ? await loadAlone(inputs) : undefined;
  const stepsIn = await loadSteps(inputs);
  await pool.load(EVALUATION_SESSION, createEvaluationGraph(aboutEvaluation(options)));
  let state =
    inputs.state ?? firstState(inputs.initial ?? initialParameters(options.network, options.seed, options.head));
  const room = [makeRoom(state), makeRoom(state)] as const;
  const groups = fields.map(combination);
  const weights = fieldWeights(groups, options.balance);
  const settles = options.settles ? settlingEpochs(options.epochs) : [];
  // What the last settling changes while the features are still learned is not known before it.
  const firstKept = settles.at(-2) ?? 1;
  const perEpoch = fieldsPerEpoch(groups, options.balance);
  while (state.epoch <= options.epochs) {
    const { epoch } = state;
    const isAlone = epoch <= lastAlone;
    const { cellsPerBag = 1 } = options;
    const { inputs: shown, ...made } = isAlone ? alone! : stepsIn(epoch);
    const batches: readonly Partial<CellBatch>[] = isAlone
      ? cellBatches(groups, { ...shown.options, cellsPerBag, epoch })
      : epochBatches(groups, { ...options, epoch }).map((batch) => ({ batch }));
    const load = (i: number) => {
      const { batch, draws } = batches[i] ?? {};
      return batch && loadBatch(shown, { batch, draws, epoch, weights });
    };
    const total = options.epochs * batches.length;
    let next = load(state.batches);
    let rate = options.learningRate;
    while (state.batches < batches.length) {
      const batch = await next!;
      next = load(state.batches + 1);
      // If the step fails first, this error is ignored.
      next?.catch(() => undefined);
      const place = (epoch - 1) * batches.length + state.batches;
      rate = learningRate(options.schedule, { step: place, total, rate: options.learningRate });
      const into = room.find(({ average }) => average !== state.average)!;
      state = isAlone
        ? await stepAlone(alone!, { state, batch, rate, into })
        : await step(shown, { state, batch, ...made, rate, into });
      yield { kind: 'step', state, fields: wholeFields(state), total: perEpoch, isAlone };
    }
    const training = { ...state.tally, fields: wholeFields(state) };
    const isSettled = settles.includes(epoch);
    if (isSettled) {
      const into = room.find(({ average }) => average !== state.average)!;
      state = await settledState(inputs, { state, isLast: epoch === options.epochs, into });
    }
    const validates = inputs.validation.length > 0 && validatesAfter(epoch, options);
    const validation = validates ? await validate(inputs, state.average) : undefined;
    const isBest =
      epoch >= firstKept &&
      (options.keep === 'last' ||
        inputs.validation.length === 0 ||
        (validation !== undefined && isBetter(validation, state.best?.validation, options.head)));
    let best = isBest ? { epoch, validation: validation ?? training, parameters: copyOf(state.average) } : state.best;
    // The weights that are kept get the thresholds of the last settling, of whatever epoch they are.
    if (best && !isBest && isSettled && epoch === options.epochs)
      best = { ...best, parameters: await settle(inputs, best.parameters, { isLast: true }) };
    state = { ...state, epoch: epoch + 1, batches: 0, tally: NOTHING, best };
    yield { kind: 'epoch', state, epoch, training, validation, rate, isAlone, isSettled, isBest };
  }
}

/** What steps are made with. */
interface Steps {
  readonly inputs: TrainingInputs;
  readonly masks: readonly DropoutMask[];
  /** Name of the graph in the pool. */
  readonly session: string;
}

/** Loads the graphs of the crops that are still to come, and says with which an epoch makes its steps. */
async function loadSteps(inputs: TrainingInputs): Promise<(epoch: number) => Steps> {
  const { epochs, crop, firstCrop = crop } = inputs.options;
  const load = async (side: number, session: string): Promise<Steps> => {
    const options: TrainingOptions = { ...inputs.options, crop: side };
    const { model, masks } = trainingModel(options);
    await inputs.pool.load(session, model);
    return { inputs: { ...inputs, options }, masks, session };
  };
  const large = await load(crop, TRAINING_SESSION);
  const last = firstCrop === crop ? 0 : epochsOfFirstCrops(epochs);
  const first = last < (inputs.state?.epoch ?? 1) ? large : await load(firstCrop, FIRST_SESSION);
  return (epoch) => (epoch <= last ? first : large);
}

/** What steps are made with in which each cell is a bag by itself. */
interface AloneTraining extends Steps {
  /** Cells of a bag in an epoch. */
  readonly cellsPerBag: number;
  /** Parameters of what bags are pooled with. */
  readonly unused: ReadonlySet<string>;
}

/**
 * Loads the graph in which each cell is a bag by itself. It has the mean for a pooling function: of one instance that is the
 * instance, so that the loss asks of an instance probability what share of such cells is in bags of the class.
 */
async function loadAlone(inputs: TrainingInputs): Promise<AloneTraining> {
  const { options, pool } = inputs;
  const { cellsPerBag = 1, network, batch, microBatch } = options;
  const cells = cellsForABag(cellsPerBag);
  const own: TrainingOptions = {
    ...options,
    network: { ...network, pooling: 'mean' },
    batch: cells * batch,
    microBatch: cells * microBatch,
    cellsPerBag: 1,
  };
  const { model, masks } = trainingModel(own);
  await pool.load(ALONE_SESSION, model);
  const used = parameterShapes(own.network);
  const unused = new Set(Object.keys(parameterShapes(network)).filter((name) => !(name in used)));
  return { inputs: { ...inputs, options: own }, masks, session: ALONE_SESSION, cellsPerBag, unused };
}

/** A step on cells, each of them a bag by itself; the tally counts each as its part of a bag. */
async function stepAlone(
  { inputs, masks, session, cellsPerBag, unused }: AloneTraining,
  { state, batch, rate, into }: Pick<StepInputs, 'state' | 'batch' | 'rate' | 'into'>,
): Promise<TrainingState> {
  const stepped = await step(inputs, {
    state: { ...state, tally: NOTHING },
    batch,
    masks,
    session,
    rate,
    into,
    unused,
  });
  const added = (name: keyof Tally) => state.tally[name] + stepped.tally[name] / cellsPerBag;
  return { ...stepped, tally: { loss: added('loss'), correct: added('correct'), fields: added('fields') } };
}

/** The fields or bags that were seen in this epoch, where each cell counts as its part of one. */
export function wholeFields({ tally }: TrainingState): number {
  return Math.floor(tally.fields + 1e-6);
}

/** The state with settled weights: those with which the training goes on or, after the last epoch, their average. */
async function settledState(
  inputs: TrainingInputs,
  { state, isLast, into }: { state: TrainingState; isLast: boolean; into: Room },
): Promise<TrainingState> {
  const { adam } = state;
  if (isLast) return { ...state, average: writeInto(into.average, await settle(inputs, state.average, { isLast })) };
  const settled = await settle(inputs, adam.parameters);
  return {
    ...state,
    adam: {
      steps: adam.steps,
      parameters: writeInto(into.adam.parameters, settled),
      first: writeInto(into.adam.first, adam.first),
      second: writeInto(into.adam.second, adam.second),
    },
    // What was averaged before has other scales.
    average: writeInto(into.average, settled),
  };
}
