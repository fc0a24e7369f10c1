import type { SplitField } from '../../evaluation/splits.ts';
import type { Head } from '../../network/forward.ts';
import { type ChannelSums, sumChannels } from '../../pixels/channel-sums.ts';
import type { Image } from '../../pixels/pixels.ts';
import { type CheckedFields, checkFields } from '../../screen/check-fields.ts';
import { hashFiles, hashScreen } from '../../screen/hash-files.ts';
import { labelSetsOf } from '../../screen/label-sets.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { requireReadable } from '../../screen/skipped.ts';
import { wellKey } from '../../screen/well.ts';
import type { RunningHost } from '../host.ts';
import { beginTask } from '../task.ts';

/** What tells the classes of a screen. */
export interface LabelRequest {
  readonly label: string;
  /** With `sigmoid`, a field may have several labels. */
  readonly head: Head;
}

/** The fields of a screen that have a label. */
export interface LabelledScreen {
  readonly screen: Screen;
  readonly labelOf: ReadonlyMap<Field, string>;
  /** SHA-256 of what says which fields the whole screen has, see `hashScreen`. */
  readonly table: string;
}

/** A labelled screen of which every file has been opened once. */
export interface ExaminedScreen extends LabelledScreen {
  readonly readable: CheckedFields<ChannelSums>['readable'];
  readonly skipped: CheckedFields<ChannelSums>['skipped'];
  /** SHA-256 of the files of the readable fields; null for one that is gone. */
  readonly hashes: ReadonlyMap<string, string | null>;
}

/** Leaves out the fields without a label, and says how many they are. */
export async function readLabelled(
  screen: Screen,
  { label, head }: LabelRequest,
  host: RunningHost,
): Promise<LabelledScreen> {
  const labels = labelSetsOf(screen, label, { several: head === 'sigmoid', option: 'label' });
  const labelOf = new Map(
    screen.fields.map((field, i) => [field, labels[i]!] as const).filter(([, text]) => text !== ''),
  );
  const aside = screen.fields.length - labelOf.size;
  if (aside > 0) {
    const message = `${aside} of ${screen.fields.length} fields have no label in column ${label} and are left out`;
    host.emit({ event: 'noted', message });
  }
  return { screen: { ...screen, fields: [...labelOf.keys()] }, labelOf, table: await hashScreen(screen, host) };
}

/** Decodes every field once, measures its intensities and hashes its files. @throws TooManyUnreadable */
export async function examineScreen(labelled: LabelledScreen, host: RunningHost): Promise<ExaminedScreen> {
  const { screen } = labelled;
  const { threads } = host;
  const task = beginTask(host, { task: 'checking', total: screen.fields.length, unit: 'fields' });
  const { readable, skipped } = await checkFields(
    screen,
    { threads, measure: (_: Field, image: Image) => sumChannels(image), onProgress: (done) => task.update(done) },
    host,
  );
  task.end(skipped.length > 0 ? `${skipped.length} cannot be read and are left out` : 'all can be read');
  for (const { message } of skipped.slice(0, 5)) host.emit({ event: 'noted', message: `  ${message}` });
  if (skipped.length > 5) host.emit({ event: 'noted', message: `  … and ${skipped.length - 5} more` });
  requireReadable(screen, skipped);
  const files = [...new Set(readable.flatMap(({ field }) => field.sources.map(({ file }) => file)))];
  const hashed = await hashFiles(files, { threads, level: readable[0]?.field.sources[0]?.level }, host);
  return { ...labelled, readable, skipped, hashes: new Map(files.map((file, i) => [file, hashed[i] ?? null])) };
}

/** Fields as splits and protocols see them. */
export function splitFieldsOf(fields: readonly Field[], { labelOf }: LabelledScreen): SplitField[] {
  return fields.map((field) => ({ label: labelOf.get(field)!, well: wellKey(field), metadata: field.metadata }));
}
