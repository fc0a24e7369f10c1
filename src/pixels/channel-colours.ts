import type { Colour } from './palette.ts';

/** What a channel can be shown in. Blue and red are lifted a little: pure ones are hardly seen on black. */
const HUES = {
  blue: [48, 96, 255],
  green: [32, 224, 72],
  red: [255, 64, 48],
  magenta: [255, 48, 224],
  cyan: [32, 240, 255],
  yellow: [255, 224, 32],
  gray: [255, 255, 255],
} as const satisfies Readonly<Record<string, Colour>>;

type Hue = keyof typeof HUES;

/**
 * Stains, proteins and fluorophores by the colour in which they are usually shown. The first that fits counts, so that
 * a far red dye is not red.
 */
const USUAL: readonly (readonly [RegExp, Hue])[] = [
  [/nucleol|syto|\b[mr]?rna\b|yfp|venus|citrine|\byellow\b|\b(514|532)\b/, 'yellow'],
  [/dna|dapi|hoechst|nucle[iua]|draq|histone|\bh2b\b|bfp|\bblue\b|\b(350|358|365|380|385|405)\b/, 'blue'],
  [/cy ?5|far ?red|deep ?red|mito(?!s|t\b|tic)|irfp|magenta|\b(620|630|633|635|640|647|660)\b/, 'magenta'],
  [/cfp|cerulean|turquoise|lyso|\bcyan\b|\b(430|436|440|445)\b/, 'cyan'],
  [/gfp|fitc|tubul|\ber\b|endoplasmic|concanavalin|calcein|\bgreen\b|\b(470|475|488|490|500)\b/, 'green'],
  [
    /actin|phalloidin|rfp|cy ?3|tritc|texas ?red|tx ?red|cherry|tomato|ds ?red|rhodamine|\bagp\b|golgi|\bwga\b|membrane|\bred\b|\b(546|550|555|561|568|594)\b/,
    'red',
  ],
  [/bright ?field|\bbf\b|\bdic\b|\bphase\b|transmi|\btl\b|\bgr[ae]y\b/, 'gray'],
];

/** In which order hues are given to channels that have none: neighbours are told apart by colour-blind people too. */
const REMAINING: readonly Hue[] = ['magenta', 'green', 'yellow', 'cyan', 'red', 'blue', 'gray'];

/** The samples of a colour image. */
const SAMPLES: readonly Hue[] = ['red', 'green', 'blue'];

const LEVELS = [255, 160, 80, 0, 208, 120, 40];

/** Mixtures that are seen on black. */
const MIXTURES: readonly Colour[] = LEVELS.flatMap((red) =>
  LEVELS.flatMap((green) => LEVELS.map((blue): Colour => [red, green, blue])),
).filter((colour) => Math.max(...colour) >= 160);

/** Colours nearer than this (a distance in RGB) are one for the eye. */
const LEAST_DISTANCE = 120;

/** How near they may come where so many channels are not to be told apart otherwise. */
const NEARER = [LEAST_DISTANCE, 60, 30, 1];

/**
 * The colour of each channel of a screen on black, the same wherever a picture shows the screen: DNA is blue, tubulin green,
 * actin red and so on, as microscopists are used to. No two channels have one colour; the second of two that are usually
 * blue has one that is left, as have names that say nothing. One such channel alone is gray.
 *
 * Colours are those of the whole screen: whoever shows some of its channels picks from the whole list.
 *
 * @param names of all channels of the screen, in their order
 * @param given what its files say of each channel; it counts unless it is black or another channel has it too, as files
 * have it whose writer knew no colour
 *
 * @example
 * channelColoursOf(['DAPI', 'Tubulin', 'Actin']); // blue, green, red
 */
export function channelColoursOf(
  names: readonly string[],
  given: readonly (Colour | undefined)[] = [],
): readonly Colour[] {
  const found: (Colour | undefined)[] = names.map((_, i) => tellingOf(given, i));
  const isFree = (colour: Colour, least = LEAST_DISTANCE) =>
    found.every((taken) => !taken || distance(taken, colour) >= least);
  const wanted = hintsOf(names);
  for (const [i, hue] of wanted.entries()) {
    if (!found[i] && hue && isFree(HUES[hue])) found[i] = HUES[hue];
  }
  if (names.length === 1) return [found[0] ?? HUES.gray];
  for (const i of names.keys()) found[i] ??= firstFree(isFree);
  return found as readonly Colour[];
}

/** The hue that each name speaks for. */
function hintsOf(names: readonly string[]): readonly (Hue | undefined)[] {
  return names.map((name) => {
    const sample = /:([0-2])$/.exec(name)?.[1];
    const prefix = sample === undefined ? '' : name.slice(0, -1);
    if (
      sample !== undefined &&
      SAMPLES.every((_, i) => names.includes(`${prefix}${i}`)) &&
      !names.includes(`${prefix}3`)
    )
      return SAMPLES[Number(sample)];
    const words = name
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .replace(/([A-Za-z])(\d{3})\b/g, '$1 $2')
      .replace(/[^A-Za-z0-9]+/g, ' ')
      .toLowerCase();
    return USUAL.find(([pattern]) => pattern.test(words))?.[1];
  });
}

/** What the file says of a channel, where it tells it from the others. */
function tellingOf(given: readonly (Colour | undefined)[], place: number): Colour | undefined {
  const own = given[place];
  if (own === undefined || Math.max(...own) < 64) return undefined;
  return given.some((other, i) => i !== place && other && distance(other, own) < LEAST_DISTANCE) ? undefined : own;
}

/** A hue that is left; beyond the hues, the first mixture that no channel has. */
function firstFree(isFree: (colour: Colour, least?: number) => boolean): Colour {
  const hue = REMAINING.find((name) => isFree(HUES[name]));
  if (hue) return HUES[hue];
  for (const least of NEARER) {
    const mixture = MIXTURES.find((colour) => isFree(colour, least));
    if (mixture) return mixture;
  }
  return HUES.gray;
}

function distance(a: Colour, b: Colour): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
