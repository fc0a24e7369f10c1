import { wellKey } from '../screen/well.ts';
import { counted } from '../words.ts';
import type { BaselineField } from './baselines.ts';
import type { PredictedUnit, PredictionTable } from './prediction-table.ts';

/**
 * What a run did with a field: it was trained on it; it chose the epoch, or the thresholds of the labels, by it; or it watched
 * how well the field was predicted and chose nothing by it.
 */
export type TrainingUse = 'trained' | 'chose' | 'watched';

/** A field that the model was trained or validated on. */
export interface ReferenceField extends BaselineField {
  readonly imageNumber: number;
  /** Default: `trained`. */
  readonly use?: TrainingUse;
}

/** What a run says of a field. */
type RunField = ReferenceField & { readonly split: 'train' | 'validation' | 'test' };

/** The fields that a run was trained and validated on, by its record; earlier versions chose by any validation field. */
export function referenceFields({
  fields,
  validation,
}: {
  fields: readonly RunField[];
  validation?: { readonly by: 'validation' | 'last' } | null | undefined;
}): readonly ReferenceField[] {
  const validated: TrainingUse = validation?.by === 'last' ? 'watched' : 'chose';
  return fields
    .filter(({ split }) => split !== 'test')
    .map(({ imageNumber, split, label, well, batch, channelMeans }) => ({
      imageNumber,
      ...{ label, well, batch, channelMeans },
      use: split === 'train' ? 'trained' : validated,
    }));
}

/** The fields that several runs were trained and validated on, each with the most that any of them did with it. */
export function referenceOfAll(runs: readonly (readonly ReferenceField[])[]): readonly ReferenceField[] {
  const known = new Map<string, ReferenceField>();
  for (const field of runs.flat()) {
    const before = known.get(identityOf(field));
    const uses = [before?.use, field.use ?? 'trained'];
    known.set(identityOf(field), { ...field, use: MOST_FIRST.find((use) => uses.includes(use))! });
  }
  return [...known.values()];
}

function identityOf({ imageNumber, well, channelMeans }: ReferenceField): string {
  return JSON.stringify([imageNumber, well ?? null, channelMeans ? Array.from(channelMeans) : null]);
}

/**
 * What the run did with each of some fields; undefined for one that it did not see. Another screen has other wells or other
 * intensities under the same numbers: only the very same field counts.
 */
export function usesOf(
  fields: readonly ReferenceField[],
  reference: readonly ReferenceField[],
): readonly (TrainingUse | undefined)[] {
  const known = new Map(reference.map((field) => [identityOf(field), field.use ?? 'trained']));
  return fields.map((field) => known.get(identityOf(field)));
}

/**
 * What the run did with each of some wells: the most that it did with any field of it. Wells are the same when plate and well
 * agree.
 */
export function usesOfWells(
  wells: readonly { readonly well?: string | undefined }[],
  reference: readonly ReferenceField[],
): readonly (TrainingUse | undefined)[] {
  const known = new Map<string, Set<TrainingUse>>();
  for (const { well, use = 'trained' } of reference) {
    if (well !== undefined) known.set(well, (known.get(well) ?? new Set()).add(use));
  }
  return wells.map(({ well }) => MOST_FIRST.find((use) => well !== undefined && known.get(well)?.has(use)));
}

/** What the run did with each row of a table of fields or wells; undefined for one that it did not see. */
export function usesOfRows(
  { unit = 'field', rows }: Pick<PredictionTable, 'unit' | 'rows'>,
  reference: readonly ReferenceField[],
): readonly (TrainingUse | undefined)[] {
  const singles = (values: ArrayLike<number> | undefined) =>
    values === undefined || values.length === 0 ? undefined : Float32Array.from(values);
  const known = reference.map((field) => ({ ...field, channelMeans: singles(field.channelMeans) }));
  const fields = rows.map((row) => {
    const { imageNumber, channelMeans } = row;
    return { imageNumber, well: wellKey(row), label: '', batch: undefined, channelMeans: singles(channelMeans) };
  });
  return unit === 'well' ? usesOfWells(fields, known) : usesOf(fields, known);
}

const MOST_FIRST = ['trained', 'chose', 'watched'] as const;

/** In words, which fields, wells or treatments figures are of; `uses` undefined where the run is not known. */
export function describeUses(
  n: number,
  uses: readonly (TrainingUse | undefined)[] | undefined,
  unit: PredictedUnit = 'field',
): string {
  const fields = counted(n, unit);
  if (unit === 'treatment')
    return `${fields}; whether the model was trained on them is told only by the table of fields`;
  if (!uses) return `${fields}; without the run, it is not known whether the model was trained on some of them`;
  const parts = [...MOST_FIRST, undefined].flatMap((use) => {
    const of = uses.filter((own) => own === use).length;
    return of > 0 ? [{ of, words: words(use, unit) }] : [];
  });
  if (parts.length === 1) return `${fields} ${parts[0]!.words}`;
  return `${fields}: ${parts.map(({ of, words }) => `${of} ${words}`).join(', ')}`;
}

function words(use: TrainingUse | undefined, unit: PredictedUnit): string {
  return unit === 'well' && use ? WORDS[use].replace('that', 'with fields that') : WORDS[use ?? 'neither'];
}

const WORDS = {
  trained: 'that the model was trained on',
  chose: 'that chose the epoch of the model',
  watched: 'that validated without choosing the epoch',
  neither: 'that the run did not see',
} as const satisfies Record<TrainingUse | 'neither', string>;
