import { isMilscopeError } from '../../errors.ts';
import type { InstanceMap } from '../../localization/class-probability-map.ts';
import type { DrawJacobianMap } from '../../localization/jacobian-map.ts';
import { overlapOf } from '../../localization/overlap.ts';
import type { ClassifiedCell } from '../../localization/regions/classify-by-cells.ts';
import type { FieldPrediction } from '../../prediction/average-predictions.ts';
import type { FieldSource } from '../../screen/field-source.ts';
import type { AdjustField } from '../../screen/plates/plates.ts';
import type { Field } from '../../screen/screen.ts';
import { type SkippedField, skippedField } from '../../screen/skipped.ts';
import { mapInOrder } from '../../threads/map-in-order.ts';
import type { RunningHost } from '../host.ts';
import type { Measured } from './field-files.ts';
import type { Reference } from './references.ts';
import type { SeeCells } from './see-cells.ts';
import { type DrawnField, type FieldSegmentation, type SegmentFieldOptions, segmentField } from './segment-field.ts';

/** What fields are segmented with. */
export interface SegmentFieldsOptions extends SegmentFieldOptions {
  readonly draw: DrawJacobianMap;
  /** Says which cells a field has, where the instances of the model are cells that can be found. */
  readonly seeCells?: SeeCells | undefined;
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
  { source, adjust, selections, draw, seeCells }: SegmentFieldsOptions,
): Promise<DrawnField | undefined> {
  const image = await source.read(field);
  if (!image) return undefined;
  const pixels = adjust ? adjust(field, image) : image;
  const maps = await Promise.all(selections.map(({ classes }) => draw(pixels, classes)));
  if (!seeCells) return { field, image, maps };
  const { cells, field: together } = await seeCells(image, pixels);
  return { field, image, cells, maps: maps.map((map) => ({ ...map, ...together, ...instancesOf(cells, together) })) };
}

/** Cells as the instances of a field, one beside the other, `[K, 1, cells]`. */
function instancesOf(cells: readonly ClassifiedCell[], { bag }: FieldPrediction): InstanceMap {
  const map = new Float32Array(bag.length * cells.length);
  for (const [i, { probability }] of cells.entries())
    for (let k = 0; k < bag.length; k++) map[k * cells.length + i] = probability[k]!;
  return { map, rows: 1, columns: cells.length };
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
