/** Element types that milscope's graphs use, with ONNX's `TensorProto.DataType` numbers. */
export const ELEMENT_TYPES = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
} as const;

export type ElementType = keyof typeof ELEMENT_TYPES;

/** Typed array that holds the elements of a tensor; `bool` is 0 or 1 in bytes. */
export type TensorData = Float32Array | Float64Array | Uint8Array | Int8Array | Int32Array | BigInt64Array;

/** Numbers with a shape, in C order. */
export interface Tensor {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** A size that is known, or the name of one that is known only when the graph runs. */
export type Dimension = number | string;

/** Type and shape of a value, known before it is computed. */
export interface TensorType {
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
}

/** A float32 tensor `shape` over `data` (not copied). */
export function float32(data: Float32Array | readonly number[], shape: readonly number[]): Tensor {
  return { type: 'float32', shape, data: data instanceof Float32Array ? data : Float32Array.from(data) };
}

/** An int64 tensor of rank 1, as ONNX requires for shapes and axes. */
export function int64(values: readonly number[]): Tensor {
  return { type: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) };
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** `[N, 3, 64, 64] float32`, for messages. */
export function formatType({ type, shape }: TensorType): string {
  return `${type}[${shape.join(', ')}]`;
}
