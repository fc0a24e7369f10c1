import type { Pixels } from '../pixels/pixels.ts';

/** `[pixels, stride]` to its first samples as planes, `[samples, pixels]`. */
export function firstPlanes(pixels: Pixels, { samples, stride }: { samples: number; stride: number }): Pixels {
  const count = pixels.length / stride;
  const out = pixelsLike(pixels, samples * count);
  for (let sample = 0; sample < samples; sample++) {
    const start = sample * count;
    for (let i = 0, from = sample; i < count; i++, from += stride) out[start + i] = pixels[from]!;
  }
  return out;
}

/** The planes of `size` pixels that stand one after the other. */
export function planesIn(data: Pixels, size: number): Pixels[] {
  return Array.from({ length: data.length / size }, (_, i) => data.subarray(i * size, (i + 1) * size));
}

/** Planes of one type, one after the other. */
export function joined(parts: readonly Pixels[]): Pixels {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const out = pixelsLike(
    first ?? new Uint8Array(),
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function pixelsLike(pixels: Pixels, length: number): Pixels {
  if (pixels instanceof Float32Array) return new Float32Array(length);
  return pixels instanceof Uint16Array ? new Uint16Array(length) : new Uint8Array(length);
}
