import type { Colour } from '../../../pixels/palette.ts';

/** The colours that CellProfiler Analyst knows by name (its `imagetools.py`). */
const KNOWN: readonly (readonly [name: string, colour: Colour])[] = [
  ['red', [255, 0, 0]],
  ['green', [0, 255, 0]],
  ['blue', [0, 0, 255]],
  ['cyan', [0, 255, 255]],
  ['magenta', [255, 0, 255]],
  ['yellow', [255, 255, 0]],
  ['gray', [255, 255, 255]],
];

/**
 * For each colour of a channel the nearest one that CellProfiler Analyst knows, each once, the nearest pairs first. A channel
 * beyond the seventh is not shown at first: `none`.
 */
export function analystColours(colours: readonly Colour[]): readonly string[] {
  const pairs = colours.flatMap((colour, channel) =>
    KNOWN.map(([name, known]) => ({ channel, name, distance: distance(bright(colour), known) })),
  );
  const names = new Map<number, string>();
  const taken = new Set<string>();
  for (const { channel, name } of pairs.sort((a, b) => a.distance - b.distance)) {
    if (names.has(channel) || taken.has(name)) continue;
    names.set(channel, name);
    taken.add(name);
  }
  return colours.map((_, channel) => names.get(channel) ?? 'none');
}

/** The colour with as much light as it can have. */
function bright(colour: Colour): Colour {
  const most = Math.max(...colour, 1);
  const [red, green, blue] = colour;
  return [(255 * red) / most, (255 * green) / most, (255 * blue) / most];
}

function distance(a: Colour, b: Colour): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
