/** A small training on textures, for tests of the trainer. */
import type { Layer } from '../../network/architecture.ts';
import { createNodeSessionPool } from '../../onnx/node/session-pool.ts';
import type { SessionPool } from '../../onnx/session-pool.ts';
import type { Image } from '../../pixels/pixels.ts';
import { createRandom } from '../../random.ts';
import type { TrainingInputs } from '../inputs.ts';
import type { TrainingState } from '../state.ts';
import { type TrainingEvent, train } from '../trainer.ts';

/** A network like that of the paper, but small enough to train in a test. */
export const layers: readonly Layer[] = [
  { kind: 'average-pooling', dropout: 0 },
  { kind: 'convolution', name: 'conv1', outputs: 8, size: 3, dropout: 0 },
  { kind: 'max-pooling', dropout: 0.2 },
  { kind: 'convolution', name: 'conv6', outputs: 16, size: 1, dropout: 0.3 },
  { kind: 'convolution', name: 'conv7', outputs: 'classes', size: 1, dropout: 0 },
];

/** Stripes in either direction for class 0, and a chequerboard for class 1; equally bright. */
export function texture(target: number, key: number): Image {
  const random = createRandom(3, 'texture', key);
  const lying = random.integer(2) === 1;
  const data = Uint16Array.from({ length: 24 * 24 }, (_, i) => {
    const [x, y] = [i % 24, Math.floor(i / 24)];
    const [u, v] = [Math.floor(x / 3) % 2, Math.floor(y / 3) % 2];
    const bright = target === 0 ? (lying ? u : v) : u ^ v;
    return 1000 + 400 * bright + 80 * random.normal();
  });
  return { data, channels: 1, height: 24, width: 24 };
}

export const fields = Array.from({ length: 22 }, (_, key) => ({ key, targets: [key % 2] }));
const pixels = fields.map(({ targets: [target], key }) => texture(target!, key));

/** Pools by their number of workers, used by one training after the other. */
const pools = new Map<number, SessionPool>();

/** For after all tests of a file: what this module holds outlives a file, since files share a process. */
export async function releasePools(): Promise<void> {
  const all = [...pools.values()];
  pools.clear();
  await Promise.all(all.map((pool) => pool.release()));
}

function poolOf(workers: number): SessionPool {
  const pool = pools.get(workers) ?? createNodeSessionPool({ workers });
  pools.set(workers, pool);
  return pool;
}

/** Trains on the first 16 fields, validates on the others, and gives all events, or the first so many. */
export async function run({
  workers = 1,
  epochs = 3,
  stopAfter,
  state,
  unreadable,
  validation = fields.slice(16),
  more = {},
  onRead = () => {},
}: {
  workers?: number;
  epochs?: number;
  stopAfter?: number;
  state?: TrainingState | undefined;
  unreadable?: number;
  validation?: TrainingInputs['validation'];
  more?: Partial<Omit<TrainingInputs, 'options'>> & { options?: Partial<TrainingInputs['options']> };
  onRead?: (key: number, epoch: number | undefined) => void;
} = {}): Promise<TrainingEvent[]> {
  const pool = poolOf(workers);
  const events: TrainingEvent[] = [];
  const options: TrainingInputs['options'] = {
    network: { channels: 1, classes: 2, pooling: 'noisy-and', layers },
    sharpness: 10,
    head: 'softmax',
    normalization: { mean: [1200], deviation: [215] },
    crop: 20,
    jitter: 0.1,
    balance: { kind: 'none' },
    thresholdRate: 1,
    batch: 6,
    microBatch: 2,
    epochs,
    learningRate: 0.02,
    schedule: 'one-cycle',
    averaging: 0.5,
    seed: 1,
  };
  const inputs: TrainingInputs = {
    fields: fields.slice(0, 16),
    validation,
    read: async (key, epoch) => {
      onRead(key, epoch);
      return key === unreadable ? undefined : pixels[key];
    },
    pool,
    state,
    ...more,
    options: { ...options, ...more.options },
  };
  for await (const event of train(inputs)) {
    events.push(event);
    if (events.length === stopAfter) break;
  }
  return events;
}

/** All numbers of the state after the last event. */
export const numbersOf = (events: readonly TrainingEvent[]) => {
  const { adam, average, best } = events.at(-1)!.state;
  return [adam.parameters, adam.first, adam.second, average, best?.parameters ?? {}].map((group) =>
    Object.fromEntries(Object.entries(group).map(([name, { data }]) => [name, [...(data as Float32Array)]])),
  );
};
