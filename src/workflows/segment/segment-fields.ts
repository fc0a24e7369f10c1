import { isMilscopeError } from '../../errors.ts';
import type { DrawJacobianMap } from '../../localization/jacobian-map.ts';
import { overlapOf } from '../../localization/overlap.ts';
import type { FieldSource } from '../../screen/field-source.ts';
import type { AdjustField } from '../../screen/plates/plates.ts';
import type { Field } from '../../screen/screen.ts';
import { type SkippedField, skippedField } from '../../screen/skipped.ts';
import { mapInOrder } from '../../threads/map-in-order.ts';
import type { RunningHost } from '../host.ts';
import type { Measured } from './field-files.ts';
import type { Reference } from './references.ts';
import { type DrawnField, type FieldSegmentation, type SegmentFieldOptions, segmentField } from './segment-field.ts';

/** What fields are segmented with. */
export interface SegmentFieldsOptions extends SegmentFieldOptions {
  readonly draw: DrawJacobianMap;
  /** Fields whose maps are drawn at once. */
  readonly atOnce: number;
  readonly source: FieldSource;
  readonly adjust: AdjustField | undefined;
  readonly reference: Reference | undefined;
  /** Hears of a reference that cannot be read. */
  readonly onLostReference: (entry: SkippedField) => void;
}

/** A field and what came of it; nothing where it cannot be read. */
export interface SegmentedOne extends Measured {
  readonly field: Field;
  readonly segmentation: FieldSegmentation | undefined;
}

/** Segments fields one after the other, in their order; memory does not grow with their number. */
export async function* segmentFields(
  fields: readonly Field[],
  options: SegmentFieldsOptions,
  { signal }: Pick<RunningHost, 'signal'>,
): AsyncGenerator<SegmentedOne> {
  const draw = async (field: Field) => ({ field, drawn: await drawField(field, options) });
  for await (const { field, drawn } of mapInOrder(fields, options.atOnce, draw)) {
    signal.throwIfAborted();
    if (!drawn) {
      yield { field, segmentation: undefined };
      continue;
    }
    const segmentation = segmentField(drawn, options);
    const truth = await readReference(drawn, options);
    const { height, width } = drawn.image;
    const overlap = truth && overlapOf({ data: segmentation.found.labels, height, width }, truth);
    yield { field, segmentation, truth, overlap };
  }
}

/** The maps of a field; nothing when it cannot be read. */
async function drawField(
  field: Field,
  { source, adjust, selections, draw }: SegmentFieldsOptions,
): Promise<DrawnField | undefined> {
  const image = await source.read(field);
  if (!image) return undefined;
  const pixels = adjust ? adjust(field, image) : image;
  const maps = await Promise.all(selections.map(({ classes }) => draw(pixels, classes)));
  return { field, image, maps };
}

/** The reference of a field; nothing where it has none, or when it cannot be read. */
async function readReference(
  { field, image }: DrawnField,
  { reference, onLostReference }: SegmentFieldsOptions,
): Promise<Measured['truth']> {
  try {
    return await reference?.read(field, image);
  } catch (error) {
    if (!isMilscopeError(error)) throw error;
    onLostReference(skippedField(field, error));
    return undefined;
  }
}
