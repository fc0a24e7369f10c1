import type { Colour } from '../../pixels/palette.ts';
import type { ColourScale } from './colours.ts';

/** Darkest and brightest parts of a channel (shares of its pixels) that become black and full colour. */
const DARKEST = 0.02;
const BRIGHTEST = 0.998;

/**
 * Intensities as 0 to 1, between two percentiles of their own; 0 where they are all one.
 */
export function stretch(plane: Float32Array): Float32Array {
  const sorted = plane.toSorted();
  const low = sorted[Math.floor(DARKEST * (sorted.length - 1))] ?? 0;
  const high = sorted[Math.ceil(BRIGHTEST * (sorted.length - 1))] ?? 0;
  if (!(high > low)) return new Float32Array(plane.length);
  return plane.map((value) => Math.max(0, Math.min(1, (value - low) / (high - low))));
}

/**
 * Channels from 0 to 1 in their colours, laid over one another as light on a screen (1 - Π(1 - light)), so that what is
 * bright in several does not at once become white, `[pixels, 3]`.
 */
export function coloured(planes: readonly Float32Array[], colours: readonly Colour[]): Uint8Array {
  const pixels = planes[0]?.length ?? 0;
  const out = new Uint8Array(3 * pixels);
  const dark = new Float64Array(pixels);
  for (let c = 0; c < 3; c++) {
    dark.fill(1);
    planes.forEach((plane, n) => {
      const share = colours[n]![c]!;
      for (let i = 0; i < pixels; i++) dark[i]! *= 1 - (plane[i]! * share) / 255;
    });
    for (let i = 0; i < pixels; i++) out[3 * i + c] = Math.round(255 * (1 - dark[i]!));
  }
  return out;
}

/** What colours of a map mean. */
export interface Scale {
  readonly scale: ColourScale;
  /** Its ends. */
  readonly least: number;
  readonly most: number;
}

/** A map in the colours of a scale that reaches from `least` to `most`, `[pixels, 3]`. */
export function scaled(map: Float32Array, { scale, least, most }: Scale): Uint8Array {
  const out = new Uint8Array(3 * map.length);
  map.forEach((value, i) => {
    // Of a scale without length, or a value that is no number, the lowest colour.
    const place = Math.round((255 * (value - least)) / (most - least)) || 0;
    out.set(scale[Math.max(0, Math.min(255, place))]!, 3 * i);
  });
  return out;
}

/**
 * A grey field with the outlines of regions, `[height, width, 3]`: the pixels of a region within `thickness` of another
 * label, in the colour of its class; the regions themselves are tinted with it a little.
 *
 * @param grey `[height, width]`, 0 to 1
 */
export function outlined(
  grey: Float32Array,
  {
    labels,
    width,
    colourOf,
    thickness,
  }: { labels: Int32Array; width: number; colourOf: (label: number) => Colour; thickness: number },
): Uint8Array {
  const height = labels.length / width;
  const out = new Uint8Array(3 * labels.length);
  const differs = (label: number, x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && labels[y * width + x] !== label;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const light = 255 * DIMMED * grey[i]!;
      const label = labels[i]!;
      const colour = label === 0 ? undefined : colourOf(label);
      let edge = false;
      for (let d = 1; d <= thickness && colour && !edge; d++) {
        edge =
          differs(label, x - d, y) || differs(label, x + d, y) || differs(label, x, y - d) || differs(label, x, y + d);
      }
      for (let c = 0; c < 3; c++) {
        out[3 * i + c] = Math.round(
          colour === undefined ? light : edge ? colour[c]! : light + TINT * (colour[c]! - light),
        );
      }
    }
  }
  return out;
}

/** How bright a field is under outlines, which must be seen on white nuclei too. */
const DIMMED = 0.75;
/** Share of the colour of a class in the pixels of its regions. */
const TINT = 0.2;
