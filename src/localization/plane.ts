import { MilscopeError } from '../errors.ts';

/** One channel of a field: `[height, width]` in C order. */
export interface Plane {
  readonly data: Uint8Array | Uint16Array | Float32Array;
  readonly height: number;
  readonly width: number;
}

/** A selection of the pixels of a plane: 1, or 0 elsewhere, `[height, width]`. */
export interface Mask {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
}

/** Regions of a plane: 0 background, 1..count, `[height, width]`. */
export interface Labels {
  readonly data: Int32Array;
  readonly height: number;
  readonly width: number;
  readonly count: number;
}

/** The common height and width of planes. @throws BadShape when there is none, or they differ. */
export function sameSize(planes: readonly Pick<Plane, 'height' | 'width'>[]): { height: number; width: number } {
  const [first, ...others] = planes;
  if (first === undefined)
    throw new MilscopeError('BadShape', { problem: 'there is no plane', expected: 'at least one' });
  const { height, width } = first;
  const other = others.find((plane) => plane.height !== height || plane.width !== width);
  if (other === undefined) return { height, width };
  throw new MilscopeError('BadShape', {
    problem: 'planes of one field differ in size',
    found: `${other.height} × ${other.width}`,
    expected: `${height} × ${width}`,
  });
}

/** @throws BadShape when an array does not have one element per pixel. */
export function requireSize(
  name: string,
  { length }: { length: number },
  { height, width }: { height: number; width: number },
): void {
  if (length === height * width) return;
  throw new MilscopeError('BadShape', {
    problem: `${name} does not fit the plane`,
    found: `${length} elements`,
    expected: `${height} × ${width}`,
  });
}
