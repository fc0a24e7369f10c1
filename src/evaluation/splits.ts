import { MilscopeError, named } from '../errors.ts';
import { createRandom } from '../random.ts';
import { listed } from '../screen/compare-cells.ts';
import { labelParts } from '../screen/label-sets.ts';
import type { Screen } from '../screen/screen.ts';
import { placeOf } from '../screen/well.ts';
import { heldOut } from './conditions.ts';
import { drawWells, planValidation, wellsByClass } from './plan-validation.ts';

/** What a field is used for. */
export type Split = 'train' | 'validation' | 'test';

/** What a split needs to know of a field. Wells are kept whole: all fields of one go to the same side. */
export interface SplitField {
  /** Its class, or several with `|` between them. Wells are drawn by this text, so each combination is a class of its own. */
  readonly label: string;
  /** The key of its well, see `wellKey` of the screen. */
  readonly well: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface SplitOptions {
  /** Conditions `COLUMN=VALUE` or `COLUMN=VALUE,VALUE`; the fields that meet any of them are tested, never trained on. */
  readonly holdout?: readonly string[];
  /** Fields that take no part since they have no label, to name them where a condition meets these alone. */
  readonly aside?: readonly Pick<SplitField, 'metadata'>[];
  /** Where the columns of `holdout` are looked up. Default: the columns of the first field. */
  readonly screen?: Pick<Screen, 'source' | 'columns'>;
  /** Share of the wells of every class that is trained on, all others are tested. Default: all. */
  readonly fraction?: number;
  /** Share of the training wells of every class that validates. */
  readonly validation?: number;
  readonly seed?: number;
}

/**
 * Assigns every field, in order, to training, validation or test: first `holdout`, then `fraction` of what is left, then
 * `validation` out of that (see `planValidation`). Draws are by whole wells within each class. Throws `BadOption` when a
 * condition matches no field, when nothing is left to train on or a class would be tested that is not trained, and when a
 * well would stand on both sides; `MissingColumn` for an unknown column.
 */
export function splitFields(
  fields: readonly SplitField[],
  { holdout = [], aside, screen, fraction = 1, validation = 0, seed = 1 }: SplitOptions = {},
): readonly Split[] {
  const known = screen ?? { source: 'the table', columns: Object.keys(fields[0]?.metadata ?? {}) };
  const held = heldOut(fields, known, { holdout, ...(aside && { aside }) });
  const drawn = drawWells(
    fields.filter((_, i) => !held[i]),
    { fraction, least: 1, spare: 0, seed, purpose: 'train' },
  );
  const training = fields.filter((field, i) => !held[i] && drawn.has(field.well));
  const placed = training.map((field) => ({ ...field, plate: placeOf(field.metadata).plate || undefined }));
  const { validates } = planValidation(placed, { share: validation, seed });
  const validating = new Set(training.filter((_, i) => validates[i]).map(({ well }) => well));
  const splits = fields.map((field, i): Split => {
    if (held[i] || !drawn.has(field.well)) return 'test';
    return validating.has(field.well) ? 'validation' : 'train';
  });
  requireTrainedClasses(fields, { splits, file: known.source });
  return splits;
}

/**
 * Assigns every field to one of `k` folds (0 … k - 1) by whole wells, each class dealt evenly over the folds. With fewer
 * wells than folds some folds stay empty.
 */
export function foldsByWell(
  fields: readonly Pick<SplitField, 'label' | 'well'>[],
  { k, seed = 1 }: { k: number; seed?: number },
): Int32Array {
  const foldOf = new Map<string, number>();
  let dealt = 0;
  for (const [label, wells] of wellsByClass(fields)) {
    for (const well of createRandom(seed, 'folds', label).shuffle(wells)) foldOf.set(well, dealt++ % k);
  }
  return Int32Array.from(fields, ({ well }) => foldOf.get(well)!);
}

function requireTrainedClasses(
  fields: readonly SplitField[],
  { splits, file }: { splits: readonly Split[]; file: string },
): void {
  const parts = ({ label }: SplitField) => labelParts(label);
  // A combination of labels that is never trained on may be tested, if each of its labels is trained.
  const trained = new Set(fields.filter((_, i) => splits[i] === 'train').flatMap(parts));
  const untrained = new Set(fields.flatMap(parts).filter((label) => !trained.has(label)));
  if (untrained.size === 0) return;
  throw new MilscopeError('BadOption', {
    file,
    problem: 'a class would be tested of which no field is left to train on',
    found: listed(untrained),
    remedy: `hold out less with ${named('holdout')}, or leave the fields of this class out of the table`,
  });
}
