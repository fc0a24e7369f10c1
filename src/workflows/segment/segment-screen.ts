import { isMilscopeError } from '../../errors.ts';
import { join } from '../../files/paths.ts';
import type { DrawJacobianMap } from '../../localization/jacobian-map.ts';
import { type MaskLike, overlapOf } from '../../localization/overlap.ts';
import type { FieldSource } from '../../screen/field-source.ts';
import type { AdjustField } from '../../screen/plates.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { requireSome, type SkippedField, skippedField } from '../../screen/skipped.ts';
import { mapInOrder } from '../../threads/map-in-order.ts';
import type { RunningHost } from '../host.ts';
import { beginTask, tellLost } from '../task.ts';
import { type FieldOverlap, formatOverlap } from './overlap-table.ts';
import type { Reference } from './references.ts';
import { type DrawnField, type SegmentFieldOptions, segmentField } from './segment-field.ts';
import { openSegmentOutputs, type SegmentOutputs, type SegmentOutputsOptions } from './segment-outputs.ts';
import { createTally, type Tally } from './tally.ts';

/** What a screen is segmented with. */
export interface SegmentScreenOptions extends SegmentFieldOptions, Omit<SegmentOutputsOptions, 'classes' | 'channels'> {
  readonly draw: DrawJacobianMap;
  /** Fields whose maps are drawn at once. */
  readonly atOnce: number;
  readonly source: FieldSource;
  readonly adjust: AdjustField | undefined;
  readonly reference: Reference | undefined;
}

/** What came of a screen. */
export interface SegmentedScreen extends ReturnType<Tally['counts']> {
  readonly overlaps: readonly FieldOverlap[];
  /** References that could not be read. */
  readonly lostReferences: readonly SkippedField[];
  readonly galleries: readonly string[];
}

/** Segments a screen field by field and writes what it finds; memory does not grow with the number of fields. */
export async function segmentScreen(
  screen: Screen,
  options: SegmentScreenOptions,
  host: RunningHost,
): Promise<SegmentedScreen> {
  const { out, reference } = options;
  const { classes, channels } = options.about;
  const found = { tally: createTally(classes), overlaps: [] as FieldOverlap[], lostReferences: [] as SkippedField[] };
  const outputs = await openSegmentOutputs(screen, { ...options, classes, channels }, host);
  try {
    await segmentFields(screen.fields, { ...options, ...found, outputs }, host);
    requireSome(screen, { done: found.tally.counts().fields, skipped: options.source.skipped() });
    await outputs.keep();
  } catch (error) {
    await outputs.discard();
    throw error;
  }
  const { tally, overlaps, lostReferences } = found;
  if (reference) await host.files.write(join(out, 'overlap.csv'), formatOverlap(screen, overlaps));
  return { ...tally.counts(), overlaps, lostReferences, galleries: await outputs.writeGalleries() };
}

interface SegmentFieldsOptions extends SegmentScreenOptions {
  readonly outputs: SegmentOutputs;
  readonly tally: Tally;
  readonly overlaps: FieldOverlap[];
  readonly lostReferences: SkippedField[];
}

async function segmentFields(
  fields: readonly Field[],
  options: SegmentFieldsOptions,
  host: RunningHost,
): Promise<void> {
  const { atOnce, outputs, tally, overlaps } = options;
  const task = beginTask(host, { task: 'segmenting', total: fields.length, unit: 'fields' });
  let seen = 0;
  for await (const drawn of mapInOrder(fields, atOnce, (field) => drawField(field, options))) {
    task.update(++seen);
    if (!drawn) continue;
    const segmentation = segmentField(drawn, options);
    const truth = await readReference(drawn, options, host);
    const { height, width } = drawn.image;
    const overlap = truth && overlapOf({ data: segmentation.found.labels, height, width }, truth);
    if (overlap) overlaps.push({ field: drawn.field, ...overlap });
    await outputs.add(segmentation, { truth, overlap });
    tally.add(segmentation);
  }
  task.end();
}

/** The maps of a field; nothing when it cannot be read. */
async function drawField(
  field: Field,
  { source, adjust, selections, draw }: SegmentScreenOptions,
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
  { reference, lostReferences }: SegmentFieldsOptions,
  host: RunningHost,
): Promise<MaskLike | undefined> {
  try {
    return await reference?.read(field, image);
  } catch (error) {
    if (!isMilscopeError(error)) throw error;
    const entry = skippedField(field, error);
    lostReferences.push(entry);
    tellLost(host, entry);
    return undefined;
  }
}
