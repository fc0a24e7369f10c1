import { FOREGROUND } from '../network/foreground.ts';
import type { DropoutMask } from '../network/training-graph.ts';
import type { Feed } from '../onnx/session-pool.ts';
import { float32 } from '../onnx/tensor.ts';
import { adamStep } from './adam.ts';
import { averageParameters } from './averaging.ts';
import type { TrainingInputs } from './inputs.ts';
import type { LoadedBatch } from './load-batch.ts';
import { boundThresholds, pullOf } from './pooling-thresholds.ts';
import type { Room } from './rooms.ts';
import type { TrainingState } from './state.ts';
import { countCorrect, foregroundFeed, multiHot } from './targets.ts';

/** Name of the training graph in the pool. */
export const TRAINING_SESSION = 'train';
/** Name of that of the crops of the first epochs, where these are smaller. */
export const FIRST_SESSION = 'train first';
/** Name of that in which each cell is a bag by itself. */
export const ALONE_SESSION = 'train alone';

/** The input of a step. */
export interface StepInputs {
  readonly state: TrainingState;
  readonly batch: LoadedBatch;
  readonly masks: readonly DropoutMask[];
  /** Name of its graph in the pool; that of {@link TRAINING_SESSION} by default. */
  readonly session?: string;
  readonly rate: number;
  /** Where each cell is a bag by itself: the parameters that are not used then. They keep their values, but for what Adam still moves. */
  readonly unused?: ReadonlySet<string>;
  /** Where the numbers of the new state are written; not the arrays of `state`. */
  readonly into: Room;
}

/**
 * One step of the optimizer: the gradient of every micro-batch from the pool, their sum, Adam, and the running average.
 * If no field of a batch could be read, nothing changes.
 */
export async function step(
  inputs: TrainingInputs,
  { state, batch, masks, session = TRAINING_SESSION, rate, into, unused }: StepInputs,
): Promise<TrainingState> {
  const { options, pool } = inputs;
  const { network, crop, microBatch, seed, cellsPerBag = 1 } = options;
  if (batch.size === 0) return { ...state, batches: state.batches + 1 };
  const results = await Promise.all(
    batch.parts.map(({ views, cells, targets, weights }, i) => {
      const feeds: Record<string, Feed> = Object.fromEntries(
        Object.entries(state.adam.parameters).filter(([name]) => !unused?.has(name)),
      );
      // A micro-batch that is not full is padded with zeros of weight 0.
      feeds.image = { views, shape: [microBatch * cellsPerBag, network.channels, crop, crop] };
      feeds.target = multiHot(targets, { rows: microBatch, classes: network.classes });
      if (cells) feeds[FOREGROUND] = foregroundFeed(cells, { rows: microBatch, height: crop, width: crop, ...options });
      const weight = Float32Array.from({ length: microBatch }, (_, k) => (weights[k] ?? 0) / batch.size);
      feeds.weight = float32(weight, [microBatch]);
      for (const { input, shape, rate: dropped } of masks) {
        feeds[input] = { mask: { shape, rate: dropped, seed, keys: [input, state.adam.steps, i] } };
      }
      const slopes = Object.entries(into.slopes(i) ?? {}).filter(([name]) => !unused?.has(name));
      return pool.run(session, feeds, undefined, Object.fromEntries(slopes.map(([name, of]) => [`d.${name}`, of])));
    }),
  );
  const gradients: Record<string, ReturnType<typeof float32>> = {};
  for (const [name, { shape, data }] of Object.entries(state.adam.parameters)) {
    const slope = unused?.has(name)
      ? new Float32Array(data.length)
      : sum(results.map((result) => result[`d.${name}`]!.data as Float32Array));
    const pull = options.cellsPerBag !== undefined && !unused ? pullOf(name) : 0;
    gradients[name] = float32(pull === 0 ? slope : slope.map((value) => value + pull), shape);
  }
  const multiples = { b: options.thresholdRate };
  const next = await adamStep({ state: state.adam, gradients, rate, multiples }, into.adam);
  boundThresholds(next.parameters);
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
    average: await averageParameters(state.average, next.parameters, {
      keep: options.averaging,
      steps: next.steps,
      into: into.average,
    }),
  };
}

/**
 * Adds all to the first, in the order of the micro-batches, so that rounding does not depend on which worker was
 * faster.
 */
function sum([total, ...others]: readonly Float32Array[]): Float32Array {
  for (const array of others) for (let i = 0; i < total!.length; i++) total![i]! += array[i]!;
  return total!;
}
