/** Intensity counts as the file holds them; never rescaled. */
export type Pixels = Uint8Array | Uint16Array | Float32Array;

/**
 * Pixels of a field, of an image file or of a part of either: one plane after another, `[channels, height, width]` in C
 * order.
 */
export interface Image {
  readonly data: Pixels;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Names of the channels, if known. */
  readonly channelNames?: readonly string[] | undefined;
}

/** The planes of a field, one per channel, `[height, width]` each. */
export function planesOf({ data, channels, height, width }: Image): readonly Float32Array[] {
  const size = height * width;
  return Array.from({ length: channels }, (_, channel) =>
    Float32Array.from(data.subarray(channel * size, (channel + 1) * size)),
  );
}

/** A kind of array for pixels. */
export type PixelType = Uint8ArrayConstructor | Uint16ArrayConstructor | Float32ArrayConstructor;

/** The type that pixels are kept in. */
export function pixelType(pixels: Pixels): PixelType {
  if (pixels instanceof Float32Array) return Float32Array;
  return pixels instanceof Uint16Array ? Uint16Array : Uint8Array;
}

/** `length` pixels of the type of others, in memory that is given. */
export function pixelsIn(
  memory: ArrayBufferLike,
  like: Pixels,
  { at = 0, length }: { at?: number; length: number },
): Pixels {
  if (like instanceof Float32Array) return new Float32Array(memory, at, length);
  return like instanceof Uint16Array ? new Uint16Array(memory, at, length) : new Uint8Array(memory, at, length);
}
