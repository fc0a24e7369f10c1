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
