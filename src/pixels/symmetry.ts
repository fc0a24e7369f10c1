/** A symmetry of a picture: reflected left to right or not, then rotated by quarter turns. */
export interface Symmetry {
  readonly reflected: boolean;
  /** Quarter turns: 0 to 3. */
  readonly turns: number;
}

/** The eight symmetries of the square; the first leaves a picture unchanged. */
export const SYMMETRIES: readonly Symmetry[] = [false, true].flatMap((reflected) =>
  [0, 1, 2, 3].map((turns) => ({ reflected, turns })),
);

/** The symmetry that undoes another. */
export function inverse({ reflected, turns }: Symmetry): Symmetry {
  return { reflected, turns: reflected ? turns : (4 - turns) % 4 };
}

/** A rectangle in a picture, in pixels. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/**
 * How to read a rectangle of pixels under a symmetry: from `start`, one row down by `down` and one column right by
 * `right`.
 */
export interface Walk {
  readonly start: number;
  readonly down: number;
  readonly right: number;
  /** Size of the result: a quarter turn exchanges height and width. */
  readonly rows: number;
  readonly columns: number;
}

/** The steps through `box` in a plane of pixels whose rows have length `stride`. */
export function walk({ top, left, height, width }: Box, { reflected, turns }: Symmetry, stride: number): Walk {
  const [bottom, end] = [(height - 1) * stride, width - 1];
  const across = reflected ? -1 : 1;
  const origin = top * stride + (reflected ? left + end : left);
  switch (turns) {
    case 0:
      return { start: origin, down: stride, right: across, rows: height, columns: width };
    case 1: // out[r, c] = in[c, end - r]
      return { start: origin + across * end, down: -across, right: stride, rows: width, columns: height };
    case 2: // out[r, c] = in[last - r, end - c]
      return { start: origin + bottom + across * end, down: -stride, right: -across, rows: height, columns: width };
    default: // out[r, c] = in[last - c, r]
      return { start: origin + bottom, down: across, right: -stride, rows: width, columns: height };
  }
}
