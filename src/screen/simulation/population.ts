import { MilscopeError } from '../../errors.ts';
import { createRandom, type Random } from '../../random.ts';
import { drawCell, type PlacedCell } from './cell.ts';
import type { CellResponse, FieldOptions } from './field-options.ts';
import { type Phenotype, phenotypes } from './phenotypes.ts';
import { margin, placeCells } from './placement.ts';
import { shareField, type Territories } from './territory.ts';
import { isSeen, measureAreas } from './truth.ts';

/** The cells of a field and what is whose. */
export interface Population extends Territories {
  readonly placed: readonly PlacedCell[];
}

const mostAttempts = 200;

/**
 * Draws the cells of a field and places them. A field that has to show cells of every phenotype of its well is drawn
 * again until it does.
 *
 * @throws BadOption when none of many does
 */
export function drawPopulation(random: Random, options: FieldOptions): Population {
  const { seed, key, size, responses, complete, responders, density } = options;
  const normal = phenotypes[0]!;
  const mean = density * ((size + 2 * margin) / 512) ** 2;
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const own = attempt === 0 ? key : [...key, 'attempt', attempt];
    const count = Math.max(1, Math.round(mean + 0.7 * Math.sqrt(mean) * random.normal()));
    const choice = createRandom(seed, 'mixture', ...own);
    const drawn = Array.from({ length: responses.length === 0 ? 0 : count }, (_, n) => {
      const phenotype = choose(choice.uniform(), responses);
      return drawCell(createRandom(seed, 'cell', ...own, n), { phenotype, normal, responders });
    });
    const placed = placeCells(random, drawn, { size });
    const population = { placed, ...shareField(placed, { size }) };
    if (!complete || showsAll(population, responses)) return population;
  }
  throw new MilscopeError('BadOption', {
    option: 'size',
    problem: 'no field came out that shows every phenotype of its well',
    found: `${size} pixels for ${responses.map(({ phenotype }) => phenotype.name).join(', ')}`,
    remedy: 'give larger fields, fewer phenotypes a field, or more responders',
  });
}

/** The phenotype in whose part of the shares, end to end from 0 to 1, `place` lies. */
function choose(place: number, responses: readonly CellResponse[]): Phenotype {
  let left = place;
  for (const { phenotype, share } of responses) {
    left -= share;
    if (left < 0) return phenotype;
  }
  return responses.at(-1)!.phenotype;
}

function showsAll({ placed, owner }: Population, responses: readonly CellResponse[]): boolean {
  const areas = measureAreas(owner, placed.length);
  const seen = new Set(placed.filter((_, index) => isSeen(areas[index + 1]!)).map(({ phenotype }) => phenotype));
  return responses.every(({ phenotype }) => seen.has(phenotype.name));
}
