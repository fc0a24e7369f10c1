import { describe, expect, it } from 'vitest';
import type { Tally } from './state.ts';
import { isBetter } from './validation.ts';

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
