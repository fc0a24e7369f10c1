import { isMilscopeError } from '../../errors.ts';
import type { InstanceMap } from '../../localization/class-probability-map.ts';
import type { DrawJacobianMap } from '../../localization/jacobian-map.ts';
import { overlapOf } from '../../localization/overlap.ts';
import type { ClassifiedCell } from '../../localization/regions/classify-by-cells.ts';
import { readWhole, type WindowedImage } from '../../pixels/windows/windowed-image.ts';
import type { FieldPrediction } from '../../prediction/average-predictions.ts';
import type { FieldSource } from '../../screen/field-source.ts';
import type { Field } from '../../screen/screen.ts';
import { type SkippedField, skippedField } from '../../screen/skipped.ts';
import { mapInOrder } from '../../threads/map-in-order.ts';
import type { RunningHost } from '../host.ts';
import type { Measured } from './field-files.ts';
import {
  type LargeFieldOptions,
  type LargeSegmentation,
  overlapOfLarge,
  segmentLargeField,
} from './large/segment-large-field.ts';
import type { Reference, ReferenceRows } from './references.ts';
import type { SeeCells } from './see-cells.ts';
import { type DrawnField, type FieldSegmentation, type SegmentFieldOptions, segmentField } from './segment-field.ts';

/** What fields are segmented with. */
export interface SegmentFieldsOptions extends SegmentFieldOptions, Omit<LargeFieldOptions, keyof SegmentFieldOptions> {
  readonly draw: DrawJacobianMap;
  /** Says which cells a field has, where the instances of the model are cells that can be found. */
  readonly seeCells?: SeeCells | undefined;
  /** Fields whose maps are drawn at once. */
  readonly atOnce: number;
  readonly source: FieldSource;
  /** Whether a field of this size is segmented in parts, since in one pass it would need too much memory. */
  readonly isLarge: (size: Pick<WindowedImage, 'height' | 'width'>) => boolean;
  readonly reference: Reference | undefined;
  /** Hears of a reference that cannot be read. */
  readonly onLostReference: (entry: SkippedField) => void;
}

/** A field and what came of it; nothing where it cannot be read. */
export interface SegmentedOne extends Measured {
  readonly field: Field;
  readonly segmentation: FieldSegmentation | undefined;
  /** In place of it, of a field that may be larger than memory, and its reference; to be released. */
  readonly large?: LargeSegmentation | undefined;
  readonly reference?: ReferenceRows | undefined;
}

/** Segments fields one after the other, in their order; memory does not grow with their number. */
export async function* segmentFields(
  fields: readonly Field[],
  options: SegmentFieldsOptions,
  host: RunningHost,
): AsyncGenerator<SegmentedOne> {
  const draw = async (field: Field) => ({ field, ...(await drawField(field, options)) });
  for await (const { field, drawn, windows } of mapInOrder(fields, options.atOnce, draw)) {
    host.signal.throwIfAborted();
    if (windows) {
      yield await segmentLarge(field, windows, options, host);
      continue;
    }
    if (!drawn) {
      yield { field, segmentation: undefined };
      continue;
    }
    const segmentation = segmentField(drawn, options);
    const truth = await unlessReferenceLost(field, options, async () => options.reference?.read(field, drawn.image));
    const { height, width } = drawn.image;
    const overlap = truth && overlapOf({ data: segmentation.found.labels, height, width }, truth);
    yield { field, segmentation, truth, overlap };
  }
}

/** The maps of a field, or the field itself where it is large; nothing when it cannot be read. */
async function drawField(
  field: Field,
  { source, adjust, selections, draw, seeCells, isLarge }: SegmentFieldsOptions,
): Promise<{ readonly drawn?: DrawnField; readonly windows?: WindowedImage }> {
  const windows = await source.open(field);
  if (!windows) return {};
  if (isLarge(windows)) return { windows };
  const image = await source.unlessLost(field, () => readWhole(windows));
  if (!image) return {};
  const pixels = adjust ? adjust(field, image) : image;
  const maps = await Promise.all(selections.map(({ classes }) => draw(pixels, classes)));
  if (!seeCells) return { drawn: { field, image, maps } };
  const { cells, field: together } = await seeCells(image, pixels);
  const own = maps.map((map) => ({ ...map, ...together, ...instancesOf(cells, together) }));
  return { drawn: { field, image, cells, maps: own } };
}

/** Errors after which the next field would fare no better. */
const NOT_OF_THE_FIELD: ReadonlySet<string> = new Set(['CannotWrite', 'ChannelMismatch', 'Interrupted']);

/** A large field and what came of it; nothing where it turns out that it cannot be read. */
async function segmentLarge(
  field: Field,
  windows: WindowedImage,
  options: SegmentFieldsOptions,
  host: RunningHost,
): Promise<SegmentedOne> {
  let failure: unknown;
  const large = await options.source.unlessLost(field, async () => {
    try {
      return await segmentLargeField(field, windows, options, host);
    } catch (error) {
      if (isMilscopeError(error) && !NOT_OF_THE_FIELD.has(error.tag)) throw error;
      failure = error;
      return undefined;
    }
  });
  if (failure !== undefined) throw failure;
  if (!large) return { field, segmentation: undefined };
  try {
    const measured = await unlessReferenceLost(field, options, async () => {
      const reference = await options.reference?.open(field, windows);
      return reference && { reference, overlap: await overlapOfLarge(large, reference) };
    });
    return { field, segmentation: undefined, large, ...measured };
  } catch (error) {
    await large.release();
    throw error;
  }
}

/** Cells as the instances of a field, one beside the other, `[K, 1, cells]`. */
function instancesOf(cells: readonly ClassifiedCell[], { bag }: FieldPrediction): InstanceMap {
  const map = new Float32Array(bag.length * cells.length);
  for (const [i, { probability }] of cells.entries())
    for (let k = 0; k < bag.length; k++) map[k * cells.length + i] = probability[k]!;
  return { map, rows: 1, columns: cells.length };
}

/** What some work on the reference of a field gives; nothing when it cannot be read. */
async function unlessReferenceLost<T>(
  field: Field,
  { onLostReference }: SegmentFieldsOptions,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isMilscopeError(error)) throw error;
    onLostReference(skippedField(field, error));
    return undefined;
  }
}
