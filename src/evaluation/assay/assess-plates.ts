import { groupBy } from '../inspection/group.ts';
import { stratumOf } from './against-controls.ts';
import type { PlateQuality, PositionEffect, ScoredWell } from './assay.ts';
import { plateSizeOf, positionEffects } from './statistics/position-effects.ts';
import { assayQuality } from './statistics/quality.ts';

/**
 * The quality of every plate, or of every group on it: how well the controls are told apart, and whether places of the plate
 * score otherwise. Effects of places are those of the whole plate, whichever of its groups they stand with.
 */
export function assessPlates(wells: readonly ScoredWell[]): readonly PlateQuality[] {
  const effects = new Map(
    [...groupBy(wells, ({ plate }) => plate)].map(([plate, own]) => {
      const corrected = own.some((well) => well.corrected !== null);
      return [
        plate,
        {
          effects: effectsOf(own, ({ score }) => score),
          effectsAfter: corrected ? effectsOf(own, (well) => well.corrected ?? well.score) : null,
        },
      ];
    }),
  );
  return [...groupBy(wells, stratumOf).values()].map((own) => {
    const { plate, group } = own[0]!;
    const scores = (role: ScoredWell['role']) =>
      own.filter((well) => well.role === role).map(({ corrected, score }) => corrected ?? score);
    const [negatives, positives] = [scores('negative'), scores('positive')];
    return {
      ...{ plate, group, negatives: negatives.length, positives: positives.length },
      ...assayQuality({ negatives, positives }),
      ...effects.get(plate)!,
    };
  });
}

/**
 * Effects of edge, rows and columns on samples and negative controls. Positive controls, which are often a column of their own,
 * say nothing of places. Neither does a row or column that holds one step of dose where the plate has several: it differs by
 * design, and its wells would make the edge differ, too. They are left out.
 */
function effectsOf(wells: readonly ScoredWell[], scoreOf: (well: ScoredWell) => number): readonly PositionEffect[] {
  const placed = wells.filter(({ role, row, column }) => role !== 'positive' && row !== null && column !== null);
  const designed = placesOfOneDose(placed);
  const tested = placed.filter(({ row, column }) => !designed.has(`row ${row}`) && !designed.has(`column ${column}`));
  const scored = tested.map((well) => ({ row: well.row!, column: well.column!, score: scoreOf(well) }));
  // The size is that of the plate, whichever wells are tested.
  const size = plateSizeOf(placed.map(({ row, column }) => ({ row: row!, column: column! })));
  return positionEffects(scored, size);
}

/** The rows and columns of two wells or more that all have the same step of dose, on a plate with several. */
function placesOfOneDose(wells: readonly ScoredWell[]): ReadonlySet<string> {
  const steps = stepsOfDose(wells);
  if (new Set(steps.values()).size < 3) return new Set();
  const places = (['row', 'column'] as const).flatMap((kind) => [...groupBy(wells, (well) => `${kind} ${well[kind]}`)]);
  const oneStep = ([, own]: (typeof places)[number]) =>
    own.length > 1 && new Set(own.map((well) => steps.get(well))).size === 1;
  return new Set(places.filter(oneStep).map(([name]) => name));
}

/** The place of the dose of each well among those of its compound; 0 for negative controls. */
function stepsOfDose(wells: readonly ScoredWell[]): ReadonlyMap<ScoredWell, number | null> {
  const steps = new Map<ScoredWell, number | null>();
  for (const own of groupBy(wells, ({ compound, group }) => JSON.stringify([compound, group])).values()) {
    const doses = [...new Set(own.flatMap(({ dose }) => (dose === null || dose === 0 ? [] : [dose])))].sort(
      (a, b) => a - b,
    );
    for (const well of own) {
      const { role, dose } = well;
      steps.set(well, role === 'negative' || dose === 0 ? 0 : dose === null ? null : 1 + doses.indexOf(dose));
    }
  }
  return steps;
}
