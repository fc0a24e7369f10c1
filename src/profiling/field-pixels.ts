/** Pixels of a field, `[channels, height, width]`, in intensities of the file. */
export interface FieldPixels {
  readonly data: ArrayLike<number>;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** The planes of a field, one a channel, `[height, width]` each. */
export function planesOf({ data, channels, height, width }: FieldPixels): readonly Float32Array[] {
  const size = height * width;
  return Array.from({ length: channels }, (_, channel) => {
    const plane = new Float32Array(size);
    for (let i = 0; i < size; i++) plane[i] = data[channel * size + i]!;
    return plane;
  });
}
