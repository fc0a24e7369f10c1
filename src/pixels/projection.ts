import type { Pixels, PixelType } from './pixels.ts';

/** How the planes of a stack become one: their largest values, their means, or the lowest plane alone. */
export const PROJECTIONS = ['maximum', 'mean', 'none'] as const;
export type Projection = (typeof PROJECTIONS)[number];

/** Some pixels in a list of numbers: `count` of them from `from` on, each `step` after the one before. */
export interface Run {
  readonly from: number;
  readonly step: number;
  readonly count: number;
}

/** Takes the planes of a stack one after the other, so that no two of them have to be in memory. */
export interface Projector {
  /** Adds pixels of one plane to those that begin at `at` of the projection; the whole plane unless a run is given. */
  readonly add: (values: ArrayLike<number>, at?: number, run?: Run) => void;
  /** The projection, once every plane was added. */
  readonly result: () => Pixels;
}

/**
 * Makes what projects a stack. The projection has the type of its planes: a maximum is one of their values, and a mean of
 * whole numbers is rounded to the nearest one (a half goes up). What is not a number stays none.
 *
 * @param length pixels of a plane
 * @param planes how many planes will be added
 */
export function createProjector(
  projection: 'maximum' | 'mean',
  { Type, length, planes }: { Type: PixelType; length: number; planes: number },
): Projector {
  return projection === 'mean' ? projectMean({ Type, length, planes }) : projectMaximum({ Type, length });
}

function projectMaximum({ Type, length }: { Type: PixelType; length: number }): Projector {
  const largest = new Type(length);
  if (largest instanceof Float32Array) largest.fill(Number.NEGATIVE_INFINITY);
  return {
    add(values, at = 0, { from, step, count } = whole(values)) {
      for (let i = 0, place = from; i < count; i++, place += step) {
        const value = values[place]!;
        if (value > largest[at + i]! || Number.isNaN(value)) largest[at + i] = value;
      }
    },
    result: () => largest,
  };
}

function projectMean({ Type, length, planes }: { Type: PixelType; length: number; planes: number }): Projector {
  // Exact for whole numbers, whatever the number of planes.
  const sums = new Float64Array(length);
  return {
    add(values, at = 0, { from, step, count } = whole(values)) {
      for (let i = 0, place = from; i < count; i++, place += step) sums[at + i]! += values[place]!;
    },
    result() {
      const means = new Type(length);
      const half = Type === Float32Array ? 0 : 0.5;
      for (let i = 0; i < length; i++) means[i] = sums[i]! / planes + half;
      return means;
    },
  };
}

const whole = (values: ArrayLike<number>): Run => ({ from: 0, step: 1, count: values.length });
