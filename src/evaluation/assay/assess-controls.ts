import { type NameOption, writeOptions } from '../../errors.ts';
import { controlWellsOf, positiveAlone } from '../../screen/plates/decide-normalization.ts';
import type { PredictionTable } from '../prediction-table.ts';
import { type ReferenceField, usesOfRows } from '../training-use.ts';
import type { Assay } from './assay.ts';
import { type AssayRequest, assessAssay } from './assess.ts';

/** What is asked of an assay where controls may be named or not. */
export interface MaybeControlled extends Partial<Omit<AssayRequest, 'uses'>> {
  /** The fields that the model was trained on, where they are known. */
  readonly reference?: readonly ReferenceField[] | undefined;
}

/**
 * The assay of a table whose controls are named; undefined where they are not.
 *
 * @throws BadOption where only some of it is said, and what `assessAssay` throws
 */
export function assessControls(table: PredictionTable, { reference, ...request }: MaybeControlled): Assay | undefined {
  const controls = controlWellsOf(request);
  if (controls === undefined) {
    if (request.positive !== undefined) throw positiveAlone();
    return undefined;
  }
  const { column: controlColumn, values: negative } = controls;
  const uses = reference && usesOfRows(table, reference);
  return assessAssay(table, { ...request, controlColumn, negative, uses });
}

/** What the figures of an evaluation have of an assay: all but its wells. */
export function withoutWells({ wells: _, ...assay }: Assay): Omit<Assay, 'wells'> {
  return assay;
}

/** An assay with the options in its notes written by `nameOption`. */
export function writeNotes(assay: Assay, nameOption: NameOption): Assay {
  return { ...assay, notes: assay.notes.map((note) => writeOptions(note, nameOption)) };
}
