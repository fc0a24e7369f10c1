import { type MilscopeError, named } from '../../errors.ts';
import type { SplitField } from '../../evaluation/splits.ts';
import type { Head } from '../../network/forward.ts';
import { fieldMeasure } from '../../pixels/channel-quantiles.ts';
import type { ChannelSums } from '../../pixels/channel-sums.ts';
import type { NormalizationScope } from '../../pixels/normalization.ts';
import type { Image } from '../../pixels/pixels.ts';
import { type CheckedFields, checkFields } from '../../screen/check-fields.ts';
import { requireSide } from '../../screen/field-source.ts';
import { hashFiles, hashScreen } from '../../screen/hash-files.ts';
import { labelSetsOf } from '../../screen/label-sets.ts';
import { noLabelWords } from '../../screen/labels.ts';
import { findControls } from '../../screen/plates/control-wells.ts';
import {
  decideNormalization,
  fewFieldsWords,
  type NormalizationRequest,
  normalizationWords,
} from '../../screen/plates/decide-normalization.ts';
import { type Field, filesOf, type Screen } from '../../screen/screen.ts';
import { requireReadable, type SkippedField, skippedField } from '../../screen/skipped.ts';
import { wellKey } from '../../screen/well.ts';
import type { RunningHost } from '../host.ts';
import { beginTask } from '../task.ts';

/** What tells the classes of a screen. */
export interface LabelRequest extends NormalizationRequest {
  readonly label: string;
  /** With `sigmoid`, a field may have several labels. */
  readonly head: Head;
}

/** The fields of a screen that have a label, and the others. */
export interface LabelledScreen {
  /** With the labelled fields alone. */
  readonly screen: Screen;
  /** With all its fields. Those without a label count where plates are measured. */
  readonly whole: Screen;
  readonly labelOf: ReadonlyMap<Field, string>;
  /** SHA-256 of what says which fields the whole screen has, see `hashScreen`. */
  readonly table: string;
}

/** A labelled screen of which every file that matters has been opened once. */
export interface ExaminedScreen extends LabelledScreen {
  /** The labelled fields that can be read. */
  readonly readable: CheckedFields<ChannelSums>['readable'];
  /** All fields that were measured, in the order of the screen: also those without a label where plates are measured. */
  readonly measured: readonly (readonly [Field, ChannelSums])[];
  /** What could not be read, labelled or not. */
  readonly skipped: CheckedFields<ChannelSums>['skipped'];
  /** SHA-256 of the files of the readable fields; null for one that is gone. */
  readonly hashes: ReadonlyMap<string, string | null>;
}

/**
 * Sets the fields without a label aside, and says how many they are. Where the normalization is left open, says which it is.
 *
 * @throws what `decideNormalization` throws, among others
 */
export async function readLabelled(whole: Screen, request: LabelRequest, host: RunningHost): Promise<LabelledScreen> {
  const { label, head } = request;
  const labels = labelSetsOf(whole, label, { several: head === 'sigmoid', option: 'label' });
  const labelOf = new Map(
    whole.fields.map((field, i) => [field, labels[i]!] as const).filter(([, text]) => text !== ''),
  );
  const aside = whole.fields.length - labelOf.size;
  const decided = decideNormalization(whole, request);
  const { scope } = decided;
  host.emit({ event: 'noted', message: normalizationWords(decided) });
  const few = fewFieldsWords(whole, decided);
  if (few !== undefined) host.emit({ event: 'warned', message: `${few}; ${otherScopes(scope)}` });
  if (aside > 0) {
    const which = scope === 'plate' ? 'they' : scope === 'controls' ? 'those of control wells' : undefined;
    const measured = which === undefined ? '' : `; ${which} still count where plates are measured`;
    const message = `${noLabelWords(aside, { total: whole.fields.length, column: label })}${measured}`;
    host.emit({ event: 'noted', message });
  }
  const screen = { ...whole, fields: [...labelOf.keys()] };
  return { screen, whole, labelOf, table: await hashScreen(whole, host) };
}

/** What else there is where few fields describe a plate. */
function otherScopes(scope: NormalizationScope): string {
  const normalization = named('normalization');
  return scope === 'controls'
    ? `${normalization} plate measures all fields of a plate`
    : `${normalization} screen leaves plates as they are`;
}

/** The fields of a labelled screen that are measured: those with a label, and others by which plates are made alike. */
export function measuredFields({ whole, labelOf }: Omit<LabelledScreen, 'table'>, request: NormalizationRequest) {
  const { scope, controls } = decideNormalization(whole, request);
  if (scope === 'plate') return whole.fields;
  const isControl = controls ? findControls(whole, controls) : () => false;
  return whole.fields.filter((field) => labelOf.has(field) || isControl(field));
}

/**
 * Decodes every labelled field once, measures its intensities and hashes its files; where plates are made alike it also
 * measures fields without a label, as `predict` will. Of these, any number may be unreadable. A few fields that are smaller than
 * `leastSide` are left out like those that cannot be read.
 *
 * @throws TooManyUnreadable
 */
export async function examineScreen(
  labelled: LabelledScreen,
  request: NormalizationRequest & { readonly leastSide?: number },
  host: RunningHost,
): Promise<ExaminedScreen> {
  const { screen, labelOf } = labelled;
  const { threads } = host;
  const { measure } = decideNormalization(labelled.whole, request);
  const looked = { ...labelled.whole, fields: measuredFields(labelled, request) };
  const task = beginTask(host, { task: 'checking', total: looked.fields.length, unit: 'fields' });
  const checked = await checkFields(
    looked,
    {
      threads,
      measure: (_: Field, size: Omit<Image, 'data'>) => fieldMeasure(size, measure),
      // A training decodes them whole.
      wholePixels: Number.POSITIVE_INFINITY,
      onProgress: (done) => task.update(done),
    },
    host,
  );
  const small = tooSmall(
    checked.readable.filter(({ field }) => labelOf.has(field)),
    request,
  );
  const skipped = [...checked.skipped, ...small.values()].toSorted((a, b) => a.imageNumber! - b.imageNumber!);
  const readable = checked.readable.filter(({ field }) => labelOf.has(field) && !small.has(field));
  task.end(
    skipped.length > 0
      ? `${skipped.length} ${small.size > 0 ? 'cannot be used' : 'cannot be read'} and are left out`
      : 'all can be read',
  );
  for (const { message } of skipped.slice(0, 5)) host.emit({ event: 'noted', message: `  ${message}` });
  if (skipped.length > 5) host.emit({ event: 'noted', message: `  … and ${skipped.length - 5} more` });
  const labelledNumbers = new Set(screen.fields.map(({ imageNumber }) => imageNumber));
  requireReadable(
    screen,
    skipped.filter(({ imageNumber }) => labelledNumbers.has(imageNumber!)),
  );
  const files = [...new Set(readable.flatMap(({ field }) => filesOf(field)))];
  const hashed = await hashFiles(files, { threads, level: readable[0]?.field.sources[0]?.level }, host);
  return {
    ...labelled,
    readable,
    measured: checked.readable.map(({ field, measured }) => [field, measured]),
    skipped,
    hashes: new Map(files.map((file, i) => [file, hashed[i] ?? null])),
  };
}

/** The fields that are smaller than what the network is shown, as long as a tenth of all at most are: else something is asked wrongly. */
function tooSmall(
  readable: ExaminedScreen['readable'],
  { leastSide = 1 }: { readonly leastSide?: number },
): ReadonlyMap<Field, SkippedField> {
  const small = readable.flatMap((of): [Field, SkippedField][] => {
    try {
      requireSide(of, { field: of.field, leastSide });
      return [];
    } catch (error) {
      return [[of.field, skippedField(of.field, error as MilscopeError)]];
    }
  });
  return new Map(small.length * 10 > readable.length ? [] : small);
}

/** Fields as splits and protocols see them. */
export function splitFieldsOf(fields: readonly Field[], { labelOf }: LabelledScreen): SplitField[] {
  return fields.map((field) => ({ label: labelOf.get(field)!, well: wellKey(field), metadata: field.metadata }));
}
