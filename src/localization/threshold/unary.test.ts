import { describe, expect, it } from 'vitest';
import type { Plane } from '../plane.ts';
import { squareRoot, thresholdLogOdds } from './unary.ts';

const planeOf = (data: Plane['data']): Plane => ({ data, height: 1, width: data.length });

describe('log odds from a threshold', () => {
  it('are the distance from it in standard deviations', () => {
    // Mean 5, standard deviation 2.
    const plane = planeOf(Uint8Array.of(2, 4, 4, 4, 5, 5, 7, 9));
    expect(thresholdLogOdds(plane, { threshold: 6 })).toEqual(Float32Array.of(-2, -1, -1, -1, -0.5, -0.5, 0.5, 1.5));
    expect(thresholdLogOdds(plane, { threshold: 6, scale: 1, limit: 2 })).toEqual(
      Float32Array.of(-2, -2, -2, -2, -1, -1, 1, 2),
    );
  });

  it('are numbers on a constant plane, on each side of its value', () => {
    const plane = planeOf(new Float32Array(3).fill(0.1));
    expect(thresholdLogOdds(plane, { threshold: 0.1 })[0]).toBeCloseTo(5 * Math.sign(Math.fround(0.1) - 0.1));
    expect(thresholdLogOdds(plane, { threshold: Math.fround(0.1) })).toEqual(new Float32Array(3));
    expect(thresholdLogOdds(plane, { threshold: 0 })).toEqual(new Float32Array(3).fill(5));
    expect(thresholdLogOdds(planeOf(new Float32Array(0)), { threshold: 0 })).toEqual(new Float32Array(0));
  });

  it('have the same order after a square root, which knows no negative numbers', () => {
    expect(squareRoot(planeOf(Float32Array.of(-1, 0, 4, 9))).data).toEqual(Float32Array.of(0, 0, 2, 3));
  });
});
