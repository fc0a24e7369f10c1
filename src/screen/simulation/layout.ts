import { MilscopeError } from '../../errors.ts';
import { createRandom } from '../../random.ts';
import { type ChannelExposure, drawExposures } from './camera.ts';
import { channels } from './cell.ts';
import type { FieldOptions } from './field.ts';
import { type Phenotype, phenotypes } from './phenotypes.ts';

/** What a simulated screen is to hold. */
export interface ScreenOptions {
  readonly seed: number;
  /** Number of phenotypes, from 2 to as many as there are in {@link phenotypes}. */
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
}

/** One field of the plan: where it stands, and what to simulate. */
export interface PlannedField {
  readonly imageNumber: number;
  readonly plate: string;
  /** Row letter and column number of two digits, as `A01`. */
  readonly well: string;
  /** From 1. */
  readonly site: number;
  readonly replicate: number;
  readonly compound: string;
  /** Micromolar; 0 of the solvent. */
  readonly concentration: number;
  readonly options: FieldOptions;
}

interface Treatment {
  readonly phenotype: Phenotype;
  readonly compound: string;
  readonly concentration: number;
  readonly responders: number;
}

/** Rows and columns of the plates that are sold. */
const formats = [
  { rows: 8, columns: 12 },
  { rows: 16, columns: 24 },
] as const;
const mostWells = formats[1].rows * formats[1].columns;
const concentrations = [0.3, 1, 3, 10];
const mostTreatments = 6;
/** Mean number of cells in 512 × 512 pixels, and the spread of its logarithm from well to well. */
const density = { mean: 88, spread: 0.26, least: 50, most: 135 };
const stainSpread = 0.08;

/**
 * Plans a screen: treatments for every class, the same on every plate, in wells of the plate's first rows in an order
 * drawn anew for each plate. Plates differ in light and camera, wells in density and staining, more than classes do, so
 * that no mean intensity gives the class away.
 *
 * @throws BadOption when a number makes no sense
 */
export function planScreen(options: ScreenOptions): PlannedField[] {
  const { seed, classes = 6, plates = 3, wells = 12, sites = 2, size = 512, responders = [0.5, 0.9] } = options;
  check('--classes', classes, 2, phenotypes.length);
  check('--plates', plates, 1, 999);
  check('--wells', wells, classes, mostWells, `every plate holds all ${classes} classes`);
  check('--sites', sites, 1, 99);
  check('--size', size, 64, 4096);
  checkRange(responders);
  const treatments = drawTreatments(seed, { classes, wells, responders });
  const names = wellNames(wells);
  const fields: PlannedField[] = [];
  for (let replicate = 1; replicate <= plates; replicate++) {
    const exposures: ChannelExposure[] = drawExposures(createRandom(seed, 'plate', replicate), channels.length);
    const order = createRandom(seed, 'wells', replicate).shuffle(
      names.map((_, i) => turnOf(i, wells, treatments, replicate)),
    );
    names.forEach((well, place) => {
      const { phenotype, compound, concentration, responders: share } = order[place]!;
      const random = createRandom(seed, 'well', replicate, place);
      const crowd = density.mean * phenotype.density * Math.exp(density.spread * random.normal());
      const jitter = 0.04 * (2 * random.uniform() - 1);
      const stain = channels.map(() => Math.exp(stainSpread * random.normal()));
      for (let site = 1; site <= sites; site++) {
        fields.push({
          imageNumber: fields.length + 1,
          plate: `Plate${replicate}`,
          well,
          site,
          replicate,
          compound,
          concentration,
          options: {
            seed,
            key: [replicate, place, site],
            size,
            phenotype,
            responders: share === 0 ? 0 : clamp(share + jitter, responders[0], responders[1]),
            density: clamp(crowd, density.least, density.most),
            exposures,
            stain,
          },
        });
      }
    });
  }
  return fields;
}

/** Treatments in an order in which any first `classes` of them hold every class once. */
function drawTreatments(
  seed: number,
  { classes, wells, responders }: { classes: number; wells: number; responders: readonly [number, number] },
): Treatment[] {
  const each = Math.min(mostTreatments, Math.floor(wells / classes));
  const doses = each < 4 ? 1 : 2;
  // The shares of the classes that respond lie evenly over the range, in an order that the seed decides.
  const steps = Array.from({ length: classes - 1 }, (_, i) => (classes === 2 ? 0.5 : i / (classes - 2)));
  const shares = createRandom(seed, 'treatments')
    .shuffle(steps)
    .map((step) => responders[0] + (responders[1] - responders[0]) * step);
  return Array.from({ length: each * classes }, (_, n): Treatment => {
    const kind = n % classes;
    const turn = Math.floor(n / classes);
    const phenotype = phenotypes[kind]!;
    if (n === 0) return { phenotype, compound: 'DMSO', concentration: 0, responders: 0 };
    const product = Math.floor(turn / doses);
    return {
      phenotype,
      compound: `SIM-${kind + 1}${String(product + 1).padStart(2, '0')}`,
      concentration: concentrations[(kind + product + 2 * (turn % doses)) % concentrations.length]!,
      responders: kind === 0 ? 0 : shares[kind - 1]!,
    };
  });
}

/**
 * The treatment of the i-th of `wells` wells before they are shuffled: each in turn. The wells left over after the last
 * whole turn go to other treatments on the next plate.
 */
function turnOf(i: number, wells: number, treatments: readonly Treatment[], replicate: number): Treatment {
  const left = wells % treatments.length;
  const skip = i < wells - left ? 0 : left * (replicate - 1);
  return treatments[(i + skip) % treatments.length]!;
}

/** Names of the first `count` wells of the smallest plate that has as many, row by row. */
function wellNames(count: number): string[] {
  const { columns } = formats.find(({ rows, columns }) => rows * columns >= count)!;
  return Array.from({ length: count }, (_, i) => {
    const row = String.fromCharCode('A'.charCodeAt(0) + Math.floor(i / columns));
    return `${row}${String((i % columns) + 1).padStart(2, '0')}`;
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

function checkRange([least, most]: readonly [number, number]): void {
  if (least >= 0 && least <= most && most <= 1) return;
  throw new MilscopeError('BadOption', {
    option: '--responders',
    problem: 'the value is no range of shares',
    found: `${least}-${most}`,
    expected: 'two numbers from 0 to 1, the smaller first, as 0.5-0.9',
  });
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
