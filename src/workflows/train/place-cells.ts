import { MilscopeError } from '../../errors.ts';
import type { Split } from '../../evaluation/splits.ts';
import { CELL_WINDOW } from '../../network/cell-window.ts';
import { isInside } from '../../prediction/crop.ts';
import { labelParts } from '../../screen/label-sets.ts';
import type { Field } from '../../screen/screen.ts';
import type { SkippedField } from '../../screen/skipped.ts';
import { lostCells } from '../predict/predict-cell-rows.ts';
import type { InstanceKind, RunRecord } from '../shared/run-folder.ts';
import type { TrainingCells } from '../shared/training-cells.ts';

/** A readable field of a run, as far as cells need to know it. */
interface UsedField {
  readonly field: Field;
  readonly label: string;
  readonly split: Split;
  readonly tested?: true;
  readonly height: number;
  readonly width: number;
  readonly bitDepth: number;
}

/**
 * Counts the cells of every field. Fields without any are left out; `skipped` names these, and the cells whose centres lie
 * outside of their field or that belong to none. Where cells, or positions that hold some, are the instances, a field that is
 * tested stays: `emptyBag` says what it is given.
 *
 * @throws BadTable when a class is left without a training field
 */
export function placeCells<T extends UsedField>(
  fields: readonly T[],
  { file, byImage, unknown, instances }: TrainingCells & { readonly instances: InstanceKind },
): { readonly used: readonly (T & { readonly cells: number })[]; readonly skipped: readonly SkippedField[] } {
  const skipped = [...unknown];
  const used = fields.flatMap((of) => {
    const { imageNumber } = of.field;
    const all = byImage.get(imageNumber) ?? [];
    const lost = all.filter((cell) => !isInside(cell, of));
    if (lost.length > 0) skipped.push(lostCells(lost, { ...of, table: file }));
    if (lost.length < all.length) return [{ ...of, cells: all.length - lost.length }];
    if (instances !== 'cropped-cells' && isTested(of)) return [{ ...of, split: 'test' as const, cells: 0 }];
    const message = `${file}: no cell is in field ${imageNumber}, which is left out.`;
    skipped.push({ imageNumber, file: of.field.sources[0]?.file ?? '', tag: 'NoCell', message });
    return [];
  });
  const trained = (of: readonly UsedField[]) =>
    of.filter(({ split }) => split === 'train').flatMap(({ label }) => labelParts(label));
  const left = new Set(trained(used));
  const lost = [...new Set(trained(fields))].filter((label) => !left.has(label));
  if (lost.length === 0) return { used, skipped };
  throw new MilscopeError('BadTable', {
    file,
    problem: 'some classes have no cell in any field that is trained on',
    found: `none of ${lost.sort().join(', ')}`,
    remedy: 'give the cells of these fields too, or leave the fields of these classes out',
  });
}

function isTested({ split, tested }: UsedField): boolean {
  return split === 'test' || tested === true;
}

/** Bytes of pixels around cells that a training keeps in memory. */
const KEPT_BYTES = 2e9;

/** Cells of a bag that a step sees. */
const CELLS_OF_BAG = 16;

/**
 * How cells are trained on. Of cells that are instances a step sees {@link CELLS_OF_BAG} of a bag. Of cells that are shown one by
 * one, an epoch shows at most so many of a field as have together the pixels of a `crop` of it, so that it costs what an epoch of
 * whole fields does and a dense field has no more weight than others. Centres are not exact: cells are shown up to a sixteenth of
 * the square off them.
 */
export function planCells(
  fields: readonly UsedField[],
  {
    file,
    sha256,
    nuclei,
    size,
    crop,
    instances,
  }: Pick<TrainingCells, 'file' | 'sha256' | 'nuclei' | 'size'> & { crop: number; instances: InstanceKind },
): NonNullable<RunRecord['options']['cells']> {
  const shift = Math.floor(size / 16);
  const trained = fields.filter(({ split }) => split === 'train');
  const bytes = trained.reduce((sum, { field, bitDepth }) => sum + field.sources.length * (bitDepth / 8), 0);
  const kept = Math.max(1, Math.floor(KEPT_BYTES / (bytes * (size + 2 * shift) ** 2)));
  const usual = instances === 'cells' ? CELLS_OF_BAG : Math.max(1, Math.round((crop / size) ** 2));
  const perField = Math.min(kept, usual);
  const shown = { size, shift, ...(instances === 'cells' && { window: CELL_WINDOW }) };
  return { file, sha256, ...(nuclei && { nuclei }), ...shown, perField, kept };
}
