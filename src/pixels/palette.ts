/** Red, green and blue, 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/**
 * Colours of Okabe & Ito (2008), which people with colour blindness can distinguish; without yellow, which is invisible
 * on white.
 */
export const PALETTE = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'] as const;

/** The same for lines on a dark field: the light ones first, no black. */
const onDark = ['#e69f00', '#56b4e9', '#f0e442', '#cc79a7', '#009e73', '#d55e00', '#0072b2'] as const;

/** The colour of a class on a dark field; after seven they repeat. */
export function classColour(index: number): Colour {
  const value = Number.parseInt(onDark[index % onDark.length]!.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
