/** Colours of values: scales whose steps are even for the eye, and what can be read on them. */

type Rgb = readonly [red: number, green: number, blue: number];

/** Viridis (Smith & van der Walt 2015), every eighth of it. */
const VIRIDIS = ['#440154', '#472d7b', '#3b528b', '#2c728e', '#21918c', '#28ae80', '#5ec962', '#addc30', '#fde725'];
/** From below to above zero: blue, grey, orange. */
const DIVERGING = ['#0b559f', '#5b9bd0', '#b8cfe2', '#e8e8e8', '#f3c9a3', '#e08a3c', '#a64a00'];
/** From nothing to all wrong. */
const FAULT = ['#dfe5ea', '#f3c58b', '#e08a3c', '#c2410c', '#8a2300'];

/** The same on a dark page: what says nothing is dark. */
const DIVERGING_ON_DARK = ['#7cc0ff', '#4a90d9', '#2f5f94', '#353c44', '#8a5220', '#d5802f', '#ffb257'];
const FAULT_ON_DARK = ['#2f363e', '#7a4a1f', '#c06f22', '#f08c2e', '#ffc27a'];

const scales = {
  viridis: { light: VIRIDIS, dark: VIRIDIS },
  diverging: { light: DIVERGING, dark: DIVERGING_ON_DARK },
  fault: { light: FAULT, dark: FAULT_ON_DARK },
} as const;

export type ScaleName = keyof typeof scales;
export type Theme = 'light' | 'dark';

/** The colour of a share of a scale from 0 to 1, beyond which it stays as it is at its end. */
export function scaleColour(scale: ScaleName, share: number, theme: Theme): string {
  const stops = scales[scale][theme];
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(at));
  const [low, high] = [parse(stops[i]!), parse(stops[i + 1]!)];
  return css(low.map((value, c) => value + (at - i) * (high[c]! - value)) as unknown as Rgb);
}

/** A scale as a CSS gradient from left to right. */
export function scaleGradient(scale: ScaleName, theme: Theme): string {
  return `linear-gradient(90deg, ${scales[scale][theme].join(', ')})`;
}

/** Black or white, whichever is better read on a colour. */
export function inkOn(colour: string): string {
  return luminance(parse(colour)) > 0.3 ? '#101418' : '#ffffff';
}

/** A colour for things beyond those with a colour of their own: neighbours in the list differ. */
export function manyColours(index: number): string {
  return `hsl(${Math.round((index * 137.508) % 360)} ${[62, 45, 75][index % 3]}% ${[45, 60, 38][index % 3]}%)`;
}

function parse(colour: string): Rgb {
  const rgb = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour);
  if (rgb) return [Number(rgb[1]), Number(rgb[2]), Number(rgb[3])];
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function css([red, green, blue]: Rgb): string {
  return `rgb(${Math.round(red)}, ${Math.round(green)}, ${Math.round(blue)})`;
}

/** Relative luminance (WCAG 2). */
function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
