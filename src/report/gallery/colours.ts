import type { Colour } from '../../pixels/palette.ts';

/** A colour for every 256th of a scale. */
export type ColourScale = readonly Colour[];

/**
 * Viridis (Smith & van der Walt 2015): from dark violet to yellow in even steps for the eye, for colour-blind eyes too,
 * and in grey print.
 */
export async function viridis(): Promise<ColourScale> {
  // Vega's types do not know that a continuous scheme is a function that gives CSS colours.
  const { scheme } = (await import('vega')) as unknown as { scheme: (name: string) => (share: number) => string };
  const at = scheme('viridis');
  return Array.from({ length: 256 }, (_, i) => {
    const [red, green, blue] = at(i / 255)
      .match(/\d+/g)!
      .map(Number);
    return [red!, green!, blue!];
  });
}

/**
 * Colours in which channels are shown together. Two are told apart by any eye; of three, magenta, yellow and cyan differ in
 * lightness too.
 */
export function channelColours(count: number): readonly Colour[] {
  if (count === 1) return [[255, 255, 255]];
  const two: readonly Colour[] = [
    [255, 0, 255],
    [0, 255, 0],
  ];
  const more: readonly Colour[] = [
    [255, 0, 255],
    [255, 255, 0],
    [0, 255, 255],
    [255, 255, 255],
  ];
  const colours = count === 2 ? two : more;
  return Array.from({ length: count }, (_, i) => colours[i % colours.length]!);
}
