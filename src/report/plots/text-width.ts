/**
 * Width of a line of text in pixels, on the safe side: that of DejaVu Sans, the widest font of the theme. Without a canvas
 * Vega would take 0.8 of the font size a letter, and leave wide gaps.
 */
export function textWidth({ fontSize = 11 }: { readonly fontSize?: number }, text: unknown): number {
  return fontSize * Array.from(`${text ?? ''}`.trim(), letterWidth).reduce((sum, width) => sum + width, 0);
}

/** In font sizes. */
function letterWidth(letter: string): number {
  if (/[ijl.,:;'|!]/.test(letter)) return 0.33;
  if (/[ftr()[\]\- ]/.test(letter)) return 0.41;
  if (/[mwMW%@]/.test(letter)) return 0.97;
  if (/[A-Z=+–<>]/.test(letter)) return 0.74;
  return 0.62;
}
