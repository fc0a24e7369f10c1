import { describe, expect, it } from 'vitest';
import { createFeedMaker } from '../onnx/make-feeds.ts';
import type { SessionPool } from '../onnx/session-pool.ts';
import { float32 } from '../onnx/tensor.ts';
import type { TrainingOptions } from './inputs.ts';
import type { Tally } from './state.ts';
import { isBetter, validate } from './validation.ts';

const tally = (correct: number, loss: number, fields = 10): Tally => ({ correct, loss, fields });

describe('the better epoch', () => {
  it('is any where there was none before', () => {
    for (const head of ['softmax', 'sigmoid'] as const) expect(isBetter(tally(0, 100), undefined, head)).toBe(true);
  });

  it('after a softmax has more right, or as many and no larger a loss', () => {
    const than = tally(7, 3);
    const better = (correct: number, loss: number) => isBetter(tally(correct, loss), than, 'softmax');
    expect(better(8, 50)).toBe(true);
    expect(better(6, 0.1)).toBe(false);
    expect(better(7, 2.9)).toBe(true);
    expect(better(7, 3)).toBe(true);
    expect(better(7, 3.1)).toBe(false);
  });

  it('after sigmoids has the smaller mean loss, whatever is right at 0.5 and however many fields could be read', () => {
    const than = tally(7, 3);
    const better = (correct: number, loss: number, fields?: number) =>
      isBetter(tally(correct, loss, fields), than, 'sigmoid');
    expect(better(0, 2.9)).toBe(true);
    expect(better(10, 3.1)).toBe(false);
    expect(better(7, 3)).toBe(true);
    expect(better(7, 2.9, 9)).toBe(false);
    expect(better(7, 3.2, 11)).toBe(true);
  });
});

describe('validation', () => {
  it('sees whole fields, each as its plate is made alike to others', async () => {
    const seen: number[][] = [];
    const pool: SessionPool = {
      ...{ size: 1, load: async () => {}, unload: async () => {}, release: async () => {} },
      async run(_, { image }) {
        const shown = createFeedMaker()({ image: image! }).image!;
        seen.push([...shown.shape], [...(shown.data as Float32Array)]);
        return { probability: float32([1, 0, 1, 0], [2, 2]), loss: float32([1, 2], [2]) };
      },
    };
    const tally = await validate(
      {
        options: { network: { channels: 1, classes: 2 }, head: 'softmax', validationBatch: 2 } as TrainingOptions,
        fields: [],
        validation: [0, 1].map((key) => ({ key, targets: [key] })),
        read: async (key) => ({ data: Uint8Array.of(key, key + 1), channels: 1, height: 1, width: 2 }),
        plate: (key) => [{ gain: 10 ** key, shift: 0.5 }],
        pool,
      },
      {},
    );
    expect(seen).toEqual([
      [2, 1, 1, 2],
      [0.5, 1.5, 10.5, 20.5],
    ]);
    expect(tally).toEqual({ loss: 3, correct: 1, fields: 2 });
  });
});
