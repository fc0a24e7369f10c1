import { type Split, splitFields } from '../../evaluation/splits.ts';
import { dirname, relative } from '../../files/paths.ts';
import { channelMeans } from '../../pixels/channel-sums.ts';
import { findColumn } from '../../screen/columns.ts';
import { filesOf } from '../../screen/screen.ts';
import type { SkippedField } from '../../screen/skipped.ts';
import { wellKey } from '../../screen/well.ts';
import type { InstanceKind, RunRecord } from '../shared/run-folder.ts';
import type { TrainingCells } from '../shared/training-cells.ts';
import { type ExaminedScreen, splitFieldsOf } from './examine-screen.ts';
import { placeCells } from './place-cells.ts';
import type { TrainRequest } from './request.ts';

/** What a field of a run is used for; `tested` says that one that is trained on is tested all the same. */
export interface Use {
  readonly split: Split;
  readonly tested?: true;
}

/** A readable field that a run uses. */
export type UsedField = ExaminedScreen['readable'][number] &
  Use & {
    /** Its class, or several with `|` between them. */
    readonly label: string;
    /** How many cells it has, where cells are trained on. */
    readonly cells?: number;
  };

/** What the readable fields are used for, drawn as the request says. */
export function drawUses(
  { readable, ...labelled }: ExaminedScreen,
  { holdout, fraction, validation, seed }: Pick<TrainRequest, 'holdout' | 'fraction' | 'validation' | 'seed'>,
): readonly Use[] {
  const fields = splitFieldsOf(
    readable.map(({ field }) => field),
    { ...labelled },
  );
  const options = { holdout, fraction, validation, seed, screen: labelled.screen };
  return splitFields(fields, options).map((split) => ({ split }));
}

/** The fields that a run uses, and what of the screen and the cells it leaves out. @throws what `placeCells` throws */
export function useFields(
  { readable, labelOf, skipped }: ExaminedScreen,
  {
    uses,
    cells,
    instances,
  }: { uses: readonly (Use | undefined)[]; cells: TrainingCells | undefined; instances: InstanceKind },
): { readonly used: readonly UsedField[]; readonly skipped: readonly SkippedField[] } {
  const known = readable.flatMap((of, i) => (uses[i] ? [{ ...of, ...uses[i], label: labelOf.get(of.field)! }] : []));
  if (!cells) return { used: known, skipped };
  const placed = placeCells(known, { ...cells, instances });
  return { used: placed.used, skipped: [...skipped, ...placed.skipped] };
}

/** What `run.json` says of the fields. */
export function describeUsed(
  used: readonly UsedField[],
  { screen, hashes }: Pick<ExaminedScreen, 'screen' | 'hashes'>,
): RunRecord['fields'] {
  const folder = dirname(screen.source);
  const batch = ['Metadata_Batch', 'Metadata_Plate'].map((name) => findColumn(screen.columns, name)).find(Boolean);
  return used.map(({ field, measured, split, tested, label, cells }) => ({
    imageNumber: field.imageNumber,
    split,
    ...(tested && { tested }),
    label,
    well: wellKey(field),
    ...(batch && { batch: field.metadata[batch]! }),
    ...(cells !== undefined && { cells }),
    channelMeans: channelMeans(measured).map(Math.fround),
    files: filesOf(field).map((file) => ({
      file: relative(folder, file),
      sha256: hashes.get(file) ?? null,
    })),
  }));
}
