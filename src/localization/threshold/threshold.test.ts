import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plane } from '../plane.ts';
import { maskAbove, type ThresholdChoice, thresholdOf } from './threshold.ts';

const planeOf = (data: Plane['data']): Plane => ({ data, height: 1, width: data.length });

describe('the threshold of a plane', () => {
  const three = planeOf(Uint8Array.of(0, 1, 2, 50, 51, 52, 90, 91, 92));

  it('is chosen by what is asked for', () => {
    const share = (choice: ThresholdChoice) => maskAbove(three, thresholdOf(three, choice)).data.join('');
    expect(share({ kind: 'otsu' })).toBe('000111111');
    expect(share({ kind: 'otsu-3', middle: 'foreground' })).toBe('000111111');
    expect(share({ kind: 'otsu-3', middle: 'background' })).toBe('000000111');
    expect(share({ kind: 'quantile', share: 5 / 9 })).toBe('000001111');
    expect(share({ kind: 'value', value: 50.5 })).toBe('000011111');
  });

  it('of a quantile is exceeded by the rest of the pixels, where no two are equal', () => {
    const shares = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 60_000 }), { minLength: 1 }), shares, (values, share) => {
        const plane = planeOf(Uint16Array.from(values));
        const above = maskAbove(plane, thresholdOf(plane, { kind: 'quantile', share })).data.filter((is) => is === 1);
        const most = Math.max(1, Math.ceil(share * values.length - 1e-9));
        expect(above.length).toBe(values.length - most);
      }),
    );
  });

  it('is a number of any plane, and nothing of a constant one is above it', () => {
    const choices: ThresholdChoice[] = [
      { kind: 'otsu' },
      { kind: 'otsu-3', middle: 'foreground' },
      { kind: 'otsu-3', middle: 'background' },
      { kind: 'quantile', share: 0.5 },
    ];
    const constant = [new Uint8Array(9).fill(7), new Uint16Array(9), new Float32Array(9).fill(-0.25)].map(planeOf);
    for (const choice of choices) {
      expect(thresholdOf(planeOf(new Float32Array(0)), choice)).toBe(0);
      for (const plane of constant) {
        expect(thresholdOf(plane, choice)).toBe(plane.data[0]);
        expect(maskAbove(plane, thresholdOf(plane, choice)).data).toEqual(new Uint8Array(9));
      }
      const two = planeOf(Float32Array.of(2, 2, 5, 2));
      expect(maskAbove(two, thresholdOf(two, choice)).data).toEqual(Uint8Array.of(0, 0, 1, 0));
    }
  });

  it('refuses shares and values that make no sense', () => {
    expect(() => thresholdOf(three, { kind: 'quantile', share: 1.5 })).toThrow(/from 0 to 1/);
    expect(() => thresholdOf(three, { kind: 'quantile', share: Number.NaN })).toThrow(/from 0 to 1/);
    expect(() => thresholdOf(three, { kind: 'value', value: Number.POSITIVE_INFINITY })).toThrow(/finite/);
  });
});
