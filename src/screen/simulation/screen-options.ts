import { MilscopeError, named } from '../../errors.ts';
import { counted } from '../../words.ts';
import { phenotypes } from './phenotypes.ts';
import { wellsOfMixtures } from './treatments.ts';

/** What a simulated screen is to hold. */
export interface ScreenOptions {
  readonly seed: number;
  /** Number of phenotypes, from 2 to as many as there are in {@link phenotypes}; 1 beside fields that are empty. */
  readonly classes?: number;
  /** Number of plates; each is a replicate of the others. */
  readonly plates?: number;
  /** Wells of each plate, at least one a class. */
  readonly wells?: number;
  /** Fields of each well. */
  readonly sites?: number;
  /** Pixels along each side of a field. */
  readonly size?: number;
  /** Smallest and largest share of responding cells of a class. */
  readonly responders?: readonly [least: number, most: number];
  /** Smallest and largest number of phenotypes that the responding cells of a well show. */
  readonly mixture?: readonly [least: number, most: number];
  /** Share of the wells without any cell: at least one well a plate unless it is 0. */
  readonly empty?: number;
  /** Share of the light lost from the brightest to the darkest place of a field, in place of a mild random one. */
  readonly illumination?: number;
  /** Light added at the brightest place of an uneven background, in units of the mean light of a normal cell. */
  readonly background?: number;
  /** Mean number of pieces of bright debris a field, in place of some specks and rare fibres. */
  readonly debris?: number;
}

/** Options with their defaults, and the number of empty wells a plate. What is undefined is left as it always was. */
export interface CheckedOptions extends Required<Omit<ScreenOptions, 'illumination' | 'debris'>> {
  readonly illumination?: number | undefined;
  readonly debris?: number | undefined;
  readonly emptyWells: number;
}

/** Rows and columns of the plates that are sold. */
export const plateFormats = [
  { rows: 8, columns: 12 },
  { rows: 16, columns: 24 },
] as const;
const mostWells = plateFormats[1].rows * plateFormats[1].columns;
/** Mean number of cells in 512 × 512 pixels, and the spread of its logarithm from well to well. */
export const density = { mean: 88, spread: 0.26, least: 50, most: 135 };
/**
 * Fewest cells of a phenotype to be expected in the emptiest field, for each phenotype of a mixture: one field in ten or
 * more shows them all then, so that one is soon drawn.
 */
const leastExpected = 0.25;

/**
 * The options of a screen with their defaults.
 *
 * @throws BadOption when a number makes no sense, alone or beside the others
 */
export function checkOptions(options: ScreenOptions): CheckedOptions {
  const { seed, classes = 6, plates = 3, wells = 12, sites = 2, size = 512, responders = [0.5, 0.9] } = options;
  const { mixture = [1, 1], empty = 0, illumination, background = 0, debris } = options;
  checkNumber('empty', empty, 0, 0.95);
  const mixed = mixture[1] > 1;
  check('classes', classes, empty > 0 && !mixed ? 1 : 2, phenotypes.length);
  check('plates', plates, 1, 999);
  check('sites', sites, 1, 99);
  check('size', size, 64, 4096);
  checkRange(responders);
  if (illumination !== undefined) checkNumber('illumination', illumination, 0, 0.95);
  checkNumber('background', background, 0, 10);
  if (debris !== undefined) checkNumber('debris', debris, 0, 1000);

  checkMixture(mixture, { classes, responders, size });
  const least = mixed ? wellsOfMixtures({ classes, responders, mixture }) : classes;
  const reason = mixed
    ? `every plate holds all ${counted(classes, 'class')} in mixtures of every size`
    : `every plate holds all ${counted(classes, 'class')}`;
  check('wells', wells, least, mostWells, reason);
  const emptyWells = empty === 0 ? 0 : Math.max(1, Math.round(empty * wells));
  if (wells - emptyWells < least) {
    throw new MilscopeError('BadOption', {
      option: 'empty',
      problem: 'too few wells are left for cells',
      found: `${emptyWells} of ${counted(wells, 'well')} empty`,
      expected: `${counted(least, 'well')} with cells, since ${reason}`,
      remedy: `give more ${named('wells')} or a smaller share`,
    });
  }
  const given = { seed, classes, plates, wells, sites, size, responders, mixture, empty, background };
  return { ...given, illumination, debris, emptyWells };
}

function checkMixture(
  [least, most]: readonly [number, number],
  { classes, responders, size }: { classes: number; responders: readonly [number, number]; size: number },
): void {
  const option = 'mixture';
  const found = `${least}-${most}`;
  if (!(Number.isInteger(least) && Number.isInteger(most) && least >= 1 && least <= most)) {
    throw new MilscopeError('BadOption', {
      option,
      problem: 'the value is no range of numbers of phenotypes',
      found,
      expected: 'two whole numbers from 1, the smaller first, as 1-3',
    });
  }
  if (most === 1) return;
  const mixed = responders[0] === 1 ? classes : classes - 1;
  if (most > mixed) {
    throw new MilscopeError('BadOption', {
      option,
      problem: 'there are not as many phenotypes to mix',
      found,
      expected:
        mixed === classes
          ? `at most ${mixed} with ${counted(classes, 'class')}`
          : `at most ${mixed} with ${counted(classes, 'class')}, since normal cells are in every field as the non-responders`,
      remedy: `give more ${named('classes')} or a smaller number`,
    });
  }
  if (responders[0] < 0.1) {
    throw new MilscopeError('BadOption', {
      option: 'responders',
      problem: 'too few cells respond to show several phenotypes in a field',
      found: `${responders[0]}-${responders[1]}`,
      expected: `at least 0.1 with ${named(option)}`,
    });
  }
  const leastSize = Math.ceil(512 * Math.sqrt((leastExpected * most ** 2) / (density.least * responders[0])));
  if (size >= leastSize) return;
  throw new MilscopeError('BadOption', {
    option: 'size',
    problem: 'a field is too small to show that many phenotypes',
    found: String(size),
    expected: `at least ${leastSize} pixels with ${named(option)} ${found} and ${named('responders')} ${responders[0]}-${responders[1]}`,
  });
}

function check(option: string, value: number, least: number, most: number, why?: string): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new MilscopeError('BadOption', {
    option,
    problem: 'the value makes no sense',
    found: String(value),
    expected: `a whole number from ${least} to ${most}${why === undefined ? '' : `, since ${why}`}`,
  });
}

function checkNumber(option: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  throw new MilscopeError('BadOption', {
    option,
    problem: 'the value makes no sense',
    found: String(value),
    expected: `a number from ${least} to ${most}`,
  });
}

function checkRange([least, most]: readonly [number, number]): void {
  if (least >= 0 && least <= most && most <= 1) return;
  throw new MilscopeError('BadOption', {
    option: 'responders',
    problem: 'the value is no range of shares',
    found: `${least}-${most}`,
    expected: 'two numbers from 0 to 1, the smaller first, as 0.5-0.9',
  });
}
