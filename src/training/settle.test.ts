import { afterAll, describe, expect, it } from 'vitest';
import type { Layer } from '../network/architecture.ts';
import { createEvaluationGraph } from '../network/evaluation-graph.ts';
import type { Parameters } from '../network/parameters.ts';
import { createNodeSessionPool } from '../onnx/node/session-pool.ts';
import { float32 } from '../onnx/tensor.ts';
import type { Image } from '../pixels/pixels.ts';
import type { TrainingInputs } from './inputs.ts';
import { settle } from './settle.ts';
import { multiHot } from './targets.ts';
import { EVALUATION_SESSION } from './validation.ts';

/** A network whose logits are w·x + c of the mean intensity x of a cell. */
const layers: readonly Layer[] = [
  { kind: 'average-pooling', dropout: 0 },
  { kind: 'convolution', name: 'conv7', outputs: 'classes', size: 1, dropout: 0 },
];
const side = 5;
const network = { channels: 1, classes: 2, pooling: 'noisy-and', layers } as const;
const normalization = { mean: [0], deviation: [1] };

/** A cell of one intensity, with two pixels more on every side that are not to be seen. */
function cell(intensity: number): Image {
  const data = Float32Array.from({ length: (side + 4) ** 2 }, (_, i) => {
    const [x, y] = [i % (side + 4), Math.floor(i / (side + 4))];
    return Math.min(x, y) < 2 || Math.max(x, y) > side + 1 ? 1e4 : intensity;
  });
  return { data, channels: 1, height: side + 4, width: side + 4 };
}

// None of the cells of class 0 respond, and two of those of class 1, of which there are more or fewer.
const bags = Array.from({ length: 12 }, (_, key) => ({ key, targets: [key % 2] }));
const cellsOf = bags.map(({ key }) =>
  Array.from({ length: 8 + (key % 3) }, (_, i) => cell((key % 2 === 1 && i < 2 ? 1 : 0) + 0.01 * ((i + key) % 3))),
);

/** The state that few responders leave behind: all other cells are at the threshold of both classes. */
const begun: Parameters = {
  'conv7.weight': float32([-1, 1], [2, 1, 1, 1]),
  'conv7.bias': float32([0.4, 0.4], [2]),
  'fc.weight': float32([4, 0, 0, 4], [2, 2]),
  'fc.bias': float32([0, 0], [2]),
  b: float32([0.6, 0.6], [2]),
};

const pool = createNodeSessionPool({ workers: 2 });
afterAll(() => pool.release());

function inputsOf(more: Partial<TrainingInputs> = {}): TrainingInputs {
  return {
    options: { network, sharpness: 10, head: 'softmax', normalization, crop: side, balance: { kind: 'none' } },
    fields: bags,
    validation: [],
    read: async () => undefined,
    readCells: async (key) => cellsOf[key],
    pool,
    ...more,
  } as TrainingInputs;
}

/** What the weights say of the bags that the cells of some keys are. */
async function judge(parameters: Parameters, { fields }: Pick<TrainingInputs, 'fields'> = { fields: bags }) {
  let loss = 0;
  const correct: boolean[] = [];
  for (const { key, targets } of fields) {
    const views = cellsOf[key]!.map((image) => ({ image, box: { top: 2, left: 2, height: side, width: side } }));
    const image = { views, shape: [views.length, 1, side, side] } as const;
    const target = multiHot([targets], { rows: 1, classes: 2 });
    const result = await pool.run(EVALUATION_SESSION, { ...parameters, image, target });
    loss += (result.loss!.data[0] as number) / fields.length;
    const [zero, one] = result.probability!.data as Float32Array;
    correct.push(one! > zero! === (targets[0] === 1));
  }
  return { loss, correct };
}

const probability = (parameters: Parameters, { k, x }: { k: number; x: number }) => {
  const [weight, bias] = ['conv7.weight', 'conv7.bias'].map((name) => parameters[name]!.data as Float32Array);
  return 1 / (1 + Math.exp(-(weight![k]! * x + bias![k]!)));
};

describe('settling what follows the features', () => {
  it('parts the few cells that respond from all the others, whatever state the training left', async () => {
    await pool.load(
      EVALUATION_SESSION,
      createEvaluationGraph({ ...network, sharpness: 10, head: 'softmax', normalization, cells: 'all' }),
    );
    const settled = await settle(inputsOf(), begun);
    const [before, after] = [await judge(begun), await judge(settled)];
    expect(after.loss).toBeLessThan(0.65 * before.loss);
    expect(after.correct).toEqual(bags.map(() => true));
    // Cells that do not respond were as much of the one class as of the other.
    expect(probability(begun, { k: 0, x: 0 })).toBeCloseTo(probability(begun, { k: 1, x: 0 }));
    expect(probability(settled, { k: 0, x: 0 })).toBeGreaterThan(probability(settled, { k: 1, x: 0 }) + 0.1);
    expect(probability(settled, { k: 1, x: 1 })).toBeGreaterThan(probability(settled, { k: 0, x: 1 }) + 0.3);
  });

  it('changes no weight but the last, and the same whatever the number of workers', async () => {
    const one = createNodeSessionPool({ workers: 1 });
    try {
      await one.load(
        EVALUATION_SESSION,
        createEvaluationGraph({ ...network, sharpness: 10, head: 'softmax', normalization, cells: 'all' }),
      );
      const more = { ...begun, 'conv1.weight': float32([1, 2], [2]) };
      const alone = await settle(inputsOf({ pool: one }), more);
      expect(alone).toEqual(await settle(inputsOf(), more));
      expect(alone['conv1.weight']).toBe(more['conv1.weight']);
    } finally {
      await one.release();
    }
  });

  it('keeps all instance probabilities the last time, and lets the thresholds lie between what bags hold', async () => {
    const last = await settle(inputsOf(), begun, { isLast: true });
    for (const name of ['conv7.weight', 'conv7.bias']) expect([...last[name]!.data]).toEqual([...begun[name]!.data]);
    // Cells without a response have much of class 1, and two of eight to ten are responders.
    const [none, all] = [0, 1].map((x) => probability(begun, { k: 1, x }));
    const [, b] = last.b!.data as Float32Array;
    expect(b).toBeGreaterThan(none!);
    expect(b).toBeLessThan(none! + 0.25 * (all! - none!));
    const pulled = await settle(inputsOf(), begun);
    expect((pulled.b!.data as Float32Array)[1]).toBeLessThan(b!);
  });

  it('comes to the same where there are more bags than are computed at once', async () => {
    const often = Array.from({ length: 6 }, () => bags).flat();
    const [some, all] = [await settle(inputsOf(), begun), await settle(inputsOf({ fields: often }), begun)];
    for (const [name, { data }] of Object.entries(some))
      for (const [i, value] of data.entries()) expect(all[name]!.data[i], name).toBeCloseTo(Number(value), 3);
  });

  it('leaves out bags that cannot be read, and all as it is where there is none', async () => {
    const some = inputsOf({ readCells: async (key) => (key < 2 ? undefined : cellsOf[key]) });
    const others = inputsOf({ fields: bags.slice(2) });
    expect(await settle(some, begun)).toEqual(await settle(others, begun));
    expect(await settle(inputsOf({ readCells: async () => undefined }), begun)).toBe(begun);
  });

  it('knows how the cells of plates are made alike', async () => {
    const plate = () => [{ gain: 0.5, shift: 0 }];
    const doubled = cellsOf.map((cells) => cells.map((image) => ({ ...image, data: image.data.map((x) => 2 * x) })));
    const alike = await settle(inputsOf({ plate, readCells: async (key) => doubled[key] as Image[] }), begun);
    expect(alike).toEqual(await settle(inputsOf(), begun));
  });
});
