import type { SeeThrough } from '../../image/pictures.ts';

/** How opaque the strongest pixels are. */
const OPAQUE = 190;
/** The share of the largest value below which nothing is shown. */
const SILENT = 0.02;

/**
 * A Jacobian map as heat to lie over its field: from see-through through orange to yellow, by the root of each pixel's share of
 * the largest, so that weak support is seen too.
 *
 * @param map `[height, width]`, never negative
 */
export function paintHeat(
  map: Float32Array,
  { height, width }: { readonly height: number; readonly width: number },
): SeeThrough {
  let largest = 0;
  for (let i = 0; i < map.length; i++) largest = Math.max(largest, map[i]!);
  const data = new Uint8Array(4 * map.length);
  for (let i = 0; i < map.length; i++) {
    const share = largest > 0 ? Math.max(0, map[i]!) / largest : 0;
    if (!(share > SILENT)) continue;
    const [red, green, blue, opacity] = heatColour(Math.sqrt(share));
    data[4 * i] = red;
    data[4 * i + 1] = green;
    data[4 * i + 2] = blue;
    data[4 * i + 3] = opacity;
  }
  return { data, height, width };
}

/** Heat from 0 to 1 as red, green, blue and opacity. */
function heatColour(heat: number): readonly [red: number, green: number, blue: number, opacity: number] {
  return [255, Math.round(70 + 170 * heat), Math.round(60 * heat), Math.round(OPAQUE * heat)];
}

/** Heat from none to the most over a black picture, as a CSS background from left to right. */
export function heatGradient(): string {
  const stops = [0, 0.25, 0.5, 0.75, 1].map((heat) => {
    const [red, green, blue, opacity] = heatColour(heat);
    return `rgb(${red} ${green} ${blue} / ${((100 * opacity) / 255).toFixed(0)}%)`;
  });
  return `linear-gradient(90deg, ${stops.join(', ')}), #000`;
}
