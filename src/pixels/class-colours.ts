import { type Colour, colourOf } from './palette.ts';

/** A colour for white paper and one of the same hue for dark fields and pages, as CSS has them. */
export interface ClassColour {
  readonly onLight: string;
  readonly onDark: string;
}

/**
 * One hue for each class in order, in a shade for white and one for black: a class has the same hue in curves, masks and
 * pages. They were chosen to stay as far apart as they can for normal vision and for simulated colour blindness (Machado et
 * al. 2009, distances in Oklab), the first ones most; contrast is at least 3:1 on white and 4.5:1 on a dark page.
 */
const COLOURS: readonly ClassColour[] = [
  { onLight: '#2186eb', onDark: '#3b9dff' },
  { onLight: '#e65c00', onDark: '#ff6426' },
  { onLight: '#00735a', onDark: '#8ff0cf' },
  { onLight: '#574900', onDark: '#ffcc14' },
  { onLight: '#9a2cc8', onDark: '#b87cb5' },
  { onLight: '#352a8f', onDark: '#9ab0ff' },
  { onLight: '#80084f', onDark: '#e98a9a' },
  { onLight: '#5f1800', onDark: '#ffb394' },
  { onLight: '#5f9450', onDark: '#c9f27c' },
  { onLight: '#6d5a9c', onDark: '#a080ee' },
  { onLight: '#158a9c', onDark: '#80ecf0' },
  { onLight: '#8f8f8f', onDark: '#c0c0c0' },
];

/** How many classes have a colour of their own; then the colours begin again. */
export const CLASS_COLOURS = COLOURS.length;

/** A colour for each of a number of classes, in their order. */
export function classColours(count: number): readonly ClassColour[] {
  return Array.from({ length: count }, (_, i) => COLOURS[i % COLOURS.length]!);
}

/** The colour of the i-th class on a dark field. */
export function classColour(index: number): Colour {
  return colourOf(COLOURS[index % COLOURS.length]!.onDark);
}
