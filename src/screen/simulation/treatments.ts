import { createRandom, type Random } from '../../random.ts';
import { canonicalLabels, joinedLabels } from '../label-sets.ts';
import type { CellResponse } from './field-options.ts';
import { drawSets, setsInRound } from './mixtures.ts';
import { phenotypes } from './phenotypes.ts';

/** What is done to the cells of a well. */
export interface Treatment {
  /** What cells turn into; none where there are no cells. */
  readonly responses: readonly CellResponse[];
  /** The label of its fields: the names of the phenotypes with `|` between them. */
  readonly label: string;
  readonly compound: string;
  /** Micromolar; 0 of the solvent. */
  readonly concentration: number;
  /** Share of the cells that respond. */
  readonly responders: number;
}

interface TreatmentOptions {
  readonly classes: number;
  readonly responders: readonly [least: number, most: number];
  readonly mixture: readonly [least: number, most: number];
}

/** A well that nothing was seeded into. */
export const emptyTreatment: Treatment = {
  responses: [],
  label: 'empty',
  compound: 'Blank',
  concentration: 0,
  responders: 0,
};

const solvent = { compound: 'DMSO', concentration: 0, responders: 0 } as const;
const concentrations = [0.3, 1, 3, 10];
const mostTreatments = 6;

/**
 * Treatments of a plate of `wells` wells with cells, in an order in which any first `classes` of them hold every class
 * once; of mixtures, any first {@link wellsOfMixtures}.
 */
export function drawTreatments(seed: number, options: TreatmentOptions & { readonly wells: number }): Treatment[] {
  return options.mixture[1] > 1 ? drawMixtures(seed, options) : drawSingles(seed, options);
}

/**
 * The treatment of the i-th of `wells` wells before they are shuffled: each in turn. The wells left over after the last
 * whole turn go to other treatments on the next plate.
 */
export function turnOf(i: number, wells: number, treatments: readonly Treatment[], replicate: number): Treatment {
  const left = wells % treatments.length;
  const skip = i < wells - left ? 0 : left * (replicate - 1);
  return treatments[(i + skip) % treatments.length]!;
}

/** Fewest wells in which every class is in a mixture of every size. */
export function wellsOfMixtures({ classes, responders, mixture }: TreatmentOptions): number {
  const { mixed, controls } = roles(classes, responders);
  return setsInRound(mixed.length, mixture) + controls.length;
}

/**
 * The classes that are mixed, and those that stand alone. Normal cells are in every field as its non-responders, so that
 * they would be no label of a mixture; where all cells respond, they are a class like the others.
 */
function roles(classes: number, responders: readonly [number, number]): { mixed: number[]; controls: number[] } {
  const all = Array.from({ length: classes }, (_, kind) => kind);
  return responders[0] === 1 ? { mixed: all, controls: [] } : { mixed: all.slice(1), controls: [0] };
}

function drawSingles(
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
    const shown = { responses: [{ phenotype, share: 1 }], label: phenotype.name };
    if (n === 0) return { ...shown, ...solvent };
    const product = Math.floor(turn / doses);
    return {
      ...shown,
      compound: compoundName(kind, product),
      concentration: concentrations[(kind + product + 2 * (turn % doses)) % concentrations.length]!,
      responders: kind === 0 ? 0 : shares[kind - 1]!,
    };
  });
}

function drawMixtures(seed: number, options: TreatmentOptions & { readonly wells: number }): Treatment[] {
  const { classes, wells, responders, mixture } = options;
  const random = createRandom(seed, 'mixtures');
  const { mixed, controls } = roles(classes, responders);
  const rounds = Math.min(mostTreatments, Math.floor(wells / wellsOfMixtures(options)));
  return drawSets(random, { items: mixed, sizes: mixture, rounds }).flatMap((sets, round) =>
    [...controls.map((kind) => [kind]), ...sets].map((kinds, n): Treatment => {
      const responses = shareCells(random, kinds);
      const label = canonicalLabels(joinedLabels(kinds.map((kind) => phenotypes[kind]!.name)));
      const share = responders[0] + (responders[1] - responders[0]) * random.uniform();
      const untreated = kinds.length === 1 && kinds[0] === 0;
      if (untreated && round === 0) return { responses, label, ...solvent };
      return {
        responses,
        label,
        compound: kinds.map((kind) => compoundName(kind, round)).join('+'),
        concentration: concentrations[(n + round) % concentrations.length]!,
        responders: untreated ? 0 : share,
      };
    }),
  );
}

/** Shares the responding cells among the classes of a mixture: none gets more than twice as many as another. */
function shareCells(random: Random, kinds: readonly number[]): CellResponse[] {
  const parts = kinds.map(() => 1 + random.uniform());
  const whole = parts.reduce((sum, part) => sum + part, 0);
  return kinds.map((kind, n) => ({ phenotype: phenotypes[kind]!, share: parts[n]! / whole }));
}

const compoundName = (kind: number, product: number): string =>
  `SIM-${kind + 1}${String(product + 1).padStart(2, '0')}`;
