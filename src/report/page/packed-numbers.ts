import { toBase64 } from '../../packed-numbers.ts';

const arrays = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f32: Float32Array, f64: Float64Array } as const;

/** Numbers as the bytes of a typed array (little-endian) in base64: a quarter of the size of JSON, and quick to read. */
export interface PackedNumbers {
  readonly type: keyof typeof arrays;
  readonly base64: string;
}

export type UnpackedNumbers = InstanceType<(typeof arrays)[keyof typeof arrays]>;

/** Places in a list of `count` things. */
export function packPlaces(places: readonly number[], count: number): PackedNumbers {
  return pack(count <= 0x100 ? 'u8' : count <= 0x10000 ? 'u16' : 'u32', places);
}

/** Numbers, a missing one as NaN: float32, but float64 where whole numbers are too large for it. */
export function packNumbers(numbers: readonly (number | null)[]): PackedNumbers {
  const isLarge = (value: number | null) => Number.isInteger(value) && Math.fround(value!) !== value;
  return pack(
    numbers.some(isLarge) ? 'f64' : 'f32',
    numbers.map((value) => value ?? Number.NaN),
  );
}

/** The numbers that {@link packPlaces} or {@link packNumbers} has packed. */
export function unpackNumbers({ type, base64 }: PackedNumbers): UnpackedNumbers {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new arrays[type](bytes.buffer);
}

function pack(type: PackedNumbers['type'], values: readonly number[]): PackedNumbers {
  return { type, base64: toBase64(new Uint8Array(arrays[type].from(values).buffer)) };
}
