/** The pixels of one object in a plane of `width` × `height`. */
export interface Region {
  /** Its number among the labels. */
  readonly label: number;
  /** Indices in the plane, in ascending order. */
  readonly pixels: Int32Array;
  readonly height: number;
  readonly width: number;
}

/** The region of every label from 1 to `count`; some may have no pixel. */
export function regionsOf(
  { labels, height, width }: { labels: Int32Array; height: number; width: number },
  count: number,
): readonly Region[] {
  const ends = new Int32Array(count + 2);
  for (const label of labels) ends[label + 1]! += 1;
  for (let label = 1; label <= count; label++) ends[label + 1]! += ends[label]!;
  const places = new Int32Array(labels.length);
  const next = ends.slice();
  for (let pixel = 0; pixel < labels.length; pixel++) places[next[labels[pixel]!]!++] = pixel;
  return Array.from({ length: count }, (_, i) => ({
    label: i + 1,
    pixels: places.subarray(ends[i + 1]!, ends[i + 2]!),
    height,
    width,
  }));
}

/**
 * Pixels of a region with a neighbour (left, right, above or below) outside the region. Places beyond the border of the
 * plane count as neighbours only with `frame`.
 */
export function edgeOf(
  { label, pixels, height, width }: Region,
  labels: Int32Array,
  { frame = false }: { frame?: boolean } = {},
): Int32Array {
  return pixels.filter((pixel) => {
    const x = pixel % width;
    return (
      (x > 0 ? labels[pixel - 1] !== label : frame) ||
      (x < width - 1 ? labels[pixel + 1] !== label : frame) ||
      (pixel >= width ? labels[pixel - width] !== label : frame) ||
      (pixel < (height - 1) * width ? labels[pixel + width] !== label : frame)
    );
  });
}

/** The values of a plane at some of its pixels, in their order. */
export function valuesAt(plane: Float32Array, pixels: Int32Array): Float32Array {
  const values = new Float32Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) values[i] = plane[pixels[i]!]!;
  return values;
}
