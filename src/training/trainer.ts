import { createEvaluationGraph } from '../network/evaluation-graph.ts';
import { initialParameters } from '../network/parameters.ts';
import { createTrainingChain } from '../network/training-chain.ts';
import { createTrainingGraph, type DropoutMask } from '../network/training-graph.ts';
import type { Chain } from '../onnx/blocked/chain.ts';
import { fieldsPerEpoch, fieldWeights } from './balance.ts';
import type { TrainingInputs, TrainingOptions } from './inputs.ts';
import { loadBatch } from './load-batch.ts';
import { copyOf, makeRoom } from './rooms.ts';
import { epochBatches } from './sampler.ts';
import { learningRate } from './schedule.ts';
import { firstState, NOTHING, type Tally, type TrainingState } from './state.ts';
import { step, TRAINING_SESSION } from './step.ts';
import { combination } from './targets.ts';
import { EVALUATION_SESSION, isBetter, validate } from './validation.ts';

/** Events of a training. */
export type TrainingEvent =
  | { readonly kind: 'step'; readonly state: TrainingState; readonly fields: number; readonly total: number }
  | {
      readonly kind: 'epoch';
      /** The state after it: at the start of the next epoch. */
      readonly state: TrainingState;
      readonly epoch: number;
      readonly training: Tally;
      readonly validation: Tally | undefined;
      readonly rate: number;
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
  const { model, masks } = trainingModel(options);
  await pool.load(TRAINING_SESSION, model);
  await pool.load(EVALUATION_SESSION, createEvaluationGraph(aboutEvaluation(options)));
  let state =
    inputs.state ?? firstState(inputs.initial ?? initialParameters(options.network, options.seed, options.head));
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
      // If the step fails first, this error is ignored.
      next?.catch(() => undefined);
      rate = learningRate(options.schedule, { step: state.adam.steps, total, rate: options.learningRate });
      const into = room.find(({ average }) => average !== state.average)!;
      state = await step(inputs, { state, batch, masks, rate, into });
      yield { kind: 'step', state, fields: state.tally.fields, total: batches.flat().length };
    }
    const training = state.tally;
    const validation = await validate(inputs, state.average);
    const isBest =
      validation === undefined || options.keep === 'last' || isBetter(validation, state.best?.validation, options.head);
    const best = isBest ? { epoch, validation: validation ?? training, parameters: copyOf(state.average) } : state.best;
    state = { ...state, epoch: epoch + 1, batches: 0, tally: NOTHING, best };
    yield { kind: 'epoch', state, epoch, training, validation, rate, isBest };
  }
}
