import { labelColumns } from '../../screen/doubtful-labels.ts';
import { advise } from './advice.ts';
import { summarizeChannels } from './channel-summary.ts';
import { describeClasses } from './classes.ts';
import { describeControls, type NamedControls } from './controls.ts';
import { type Flag, type FlagKind, flagFields, flagKinds } from './flags.ts';
import type { InspectedField } from './inspected-field.ts';
import type { Inspection, PlateSummary } from './inspection.ts';
import { describeLayout } from './layout.ts';
import { median, mostFrequent } from './robust.ts';
import { describeSplit } from './split.ts';

export interface InspectionOptions {
  /** Columns of the table, as it names them. */
  readonly label?: string | undefined;
  readonly holdout?: readonly string[];
  /** The control wells, where they are named. */
  readonly controls?: NamedControls | undefined;
  /** The channel in which nuclei were measured. */
  readonly nucleiChannel?: string | undefined;
  readonly seed?: number;
}

/**
 * Judges the fields of a screen, once all have been looked at.
 *
 * @throws MissingColumn and BadOption for a holdout, or controls, that name no column or no field.
 */
export function inspectFields(
  screen: Inspection['screen'],
  fields: readonly InspectedField[],
  { label, holdout = [], controls, nucleiChannel, seed = 1 }: InspectionOptions = {},
): Inspection {
  const readable = fields.flatMap(({ quality }) => quality ?? []);
  const channels = summarizeChannels(screen.channels, readable);
  const flags = flagFields(fields, channels);
  const layout = describeLayout(fields);
  const sizes = mostFrequent(readable.map(({ width, height }) => `${width} × ${height}`));
  const diameters = readable.flatMap(({ diameter }) => diameter ?? []);
  const found: Omit<Inspection, 'advice'> = {
    screen,
    fields,
    flags,
    counts: countKinds(flags),
    good: flags.filter((own) => own.length === 0).length,
    size: sizes ? { usual: sizes.value, others: readable.length - Math.round(sizes.share * readable.length) } : null,
    channels,
    plates: layout.plates.map((plate) => summarizePlate(plate, { fields, flags, channels: screen.channels.length })),
    layout,
    classes:
      label === undefined ? null : describeClasses(fields, { column: label, columns: screen.columns, layout, seed }),
    labelColumns: labelColumns(
      screen.columns,
      fields.map(({ field, place }) => ({ metadata: field.metadata, well: place.key })),
    ),
    split: label === undefined && holdout.length === 0 ? null : describeSplit(fields, { label, holdout, screen, seed }),
    controls: controls === undefined ? null : describeControls(fields, { ...controls, screen }),
    nuclei:
      nucleiChannel === undefined || diameters.length === 0
        ? null
        : { channel: nucleiChannel, diameter: median(diameters), fields: diameters.length },
  };
  return { ...found, advice: advise(found) };
}

function summarizePlate(
  plate: string,
  {
    fields,
    flags,
    channels,
  }: { fields: readonly InspectedField[]; flags: readonly (readonly Flag[])[]; channels: number },
): PlateSummary {
  const own = fields.flatMap((field, i) => (field.place.plate === plate ? [{ ...field, flags: flags[i]! }] : []));
  const typical = (pick: (channel: { mean: number; detail: number }) => number) =>
    Array.from({ length: channels }, (_, c) =>
      median(own.flatMap(({ quality }) => (quality ? [pick(quality.channels[c]!)] : []))),
    );
  return {
    plate,
    fields: own.length,
    wells: new Set(own.map(({ place }) => place.key)).size,
    flagged: own.filter((one) => one.flags.length > 0).length,
    counts: countKinds(own.map((one) => one.flags)),
    brightness: typical(({ mean }) => mean),
    detail: typical(({ detail }) => detail),
  };
}

function countKinds(flags: readonly (readonly Flag[])[]): Record<FlagKind, number> {
  const count = (kind: FlagKind) => flags.filter((own) => own.some((flag) => flag.kind === kind)).length;
  return Object.fromEntries(flagKinds.map((kind) => [kind, count(kind)])) as Record<FlagKind, number>;
}
