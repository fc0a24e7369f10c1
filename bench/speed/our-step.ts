import { usableMemory } from '../../src/files/usable-memory.ts';
import { findLanes } from '../../src/onnx/blocked/find-lanes.ts';
import { createNodeSession } from '../../src/onnx/node/session.ts';
import { createNodeSessionPool } from '../../src/onnx/node/session-pool.ts';
import type { Image } from '../../src/pixels/pixels.ts';
import { shared } from '../../src/pixels/shared-memory.ts';
import { createRandom } from '../../src/random.ts';
import type { TrainingInputs, TrainingOptions } from '../../src/training/inputs.ts';
import { makeRoom } from '../../src/training/rooms.ts';
import { chunks } from '../../src/training/sampler.ts';
import { firstState } from '../../src/training/state.ts';
import { step, TRAINING_SESSION } from '../../src/training/step.ts';
import { trainingModel } from '../../src/training/trainer.ts';
import type { StepPlan } from '../../src/workflows/shared/run-folder.ts';
import { chooseStepPlan } from '../../src/workflows/train/choose-step-plan.ts';
import { evenMicroBatch, fittingMicroBatch } from '../../src/workflows/train/training-defaults.ts';
import { NETWORK, NORMALIZATION, PARAMETERS } from './our-network.ts';
import { type Repeated, type Repeats, repeat } from './repeat.ts';

export interface StepOptions extends Repeats {
  /** Side of the images of a batch. */
  readonly crop: number;
  readonly batch: number;
  readonly threads: number;
  /** That of `milscope train` unless given. */
  readonly microBatch: number | undefined;
  /** `auto`, `blocked` or `reference`. */
  readonly plan: string;
}

/** Steps, and how they were computed. */
export interface MeasuredSteps extends Repeated {
  readonly microBatch: number;
  readonly plan: StepPlan;
}

/** Steps of the optimizer on a batch that is ready in memory, as `milscope train` computes them: seconds an image. */
export async function measureSteps(options: StepOptions): Promise<MeasuredSteps> {
  const { crop, batch, threads } = options;
  const workers = Math.min(threads, batch);
  const known = await findLanes(createNodeSession);
  const work = { channels: NETWORK.channels, crop, enlarge: 1 };
  const plan = await chooseStepPlan(options.plan as StepPlan | 'auto', work, { lanes: async () => known });
  const usual =
    plan === 'blocked'
      ? evenMicroBatch({ batch, workers })
      : fittingMicroBatch({ images: 1, crop, batch, workers, memory: usableMemory() });
  const microBatch = options.microBatch ?? usual;
  const lanes = plan === 'blocked' ? known : undefined;
  const pool = createNodeSessionPool({ workers, threads: Math.max(1, Math.floor(threads / workers)) });
  const training = trainingOptions({ crop, batch, microBatch, lanes });
  const { model, masks } = trainingModel(training);
  await pool.load(TRAINING_SESSION, model);
  const inputs: TrainingInputs = { options: training, fields: [], validation: [], read: async () => undefined, pool };
  const ready = readyBatch(training);
  let state = firstState(PARAMETERS);
  const rooms = [makeRoom(state), makeRoom(state)];
  const measured = await repeat(
    async () => {
      const into = rooms.find(({ average }) => average !== state.average)!;
      state = await step(inputs, { state, batch: ready, masks, rate: training.learningRate, into });
    },
    { ...options, per: batch },
  );
  await pool.release();
  return { ...measured, microBatch, plan };
}

function trainingOptions(given: Pick<TrainingOptions, 'crop' | 'batch' | 'microBatch' | 'lanes'>): TrainingOptions {
  return {
    network: NETWORK,
    sharpness: 10,
    head: 'softmax',
    normalization: NORMALIZATION,
    jitter: 0.15,
    balance: { kind: 'none' },
    thresholdRate: 1,
    epochs: 1,
    learningRate: 0.001,
    schedule: 'constant',
    averaging: 0.98,
    seed: 1,
    ...given,
  };
}

/** A batch as the trainer loads it, of noise. */
function readyBatch({ batch, microBatch, crop, network }: TrainingOptions) {
  const random = createRandom(1, 'bench');
  const { channels } = network;
  const noise = (): Image => {
    const data = Float32Array.from({ length: channels * crop * crop }, random.uniform);
    return { data, channels, height: crop, width: crop };
  };
  const classes = Array.from({ length: batch }, (_, i) => [i % network.classes]);
  const parts = chunks(classes, microBatch).map((targets) => ({
    views: targets.map(() => ({ image: shared(noise()) })),
    targets,
    weights: targets.map(() => 1),
  }));
  return { size: batch, parts };
}
