import type { Console } from '../../cli/console.ts';
import { createProgress } from '../../cli/progress.ts';
import type { Head } from '../../network/forward.ts';
import { type ChannelSums, sumChannels } from '../../pixels/channel-sums.ts';
import type { Image } from '../../pixels/pixels.ts';
import { type CheckedFields, checkFields } from '../../screen/check-fields.ts';
import { hashFiles, hashScreen } from '../../screen/hash-files.ts';
import { labelSetsOf } from '../../screen/label-sets.ts';
import { nodeAccess } from '../../screen/node/access.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { requireReadable } from '../../screen/skipped.ts';

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

/** Leaves the fields without a label aside, of which one line says how many they are. */
export async function readLabelled(
  screen: Screen,
  { label, head }: LabelRequest,
  console: Console,
): Promise<LabelledScreen> {
  const labels = labelSetsOf(screen, label, { several: head === 'sigmoid' });
  const labelOf = new Map(
    screen.fields.map((field, i) => [field, labels[i]!] as const).filter(([, text]) => text !== ''),
  );
  const aside = screen.fields.length - labelOf.size;
  if (aside > 0) {
    console.err(`${aside} of ${screen.fields.length} fields have no label in column ${label} and are left aside\n`);
  }
  return { screen: { ...screen, fields: [...labelOf.keys()] }, labelOf, table: await hashScreen(screen, nodeAccess) };
}

/** Decodes every field once, measures its intensities and hashes its files. Throws when not a single one can be read. */
export async function examineScreen(
  labelled: LabelledScreen,
  { threads, console }: { threads: number; console: Console },
): Promise<ExaminedScreen> {
  const { screen } = labelled;
  const total = screen.fields.length;
  const progress = createProgress(console, { label: 'checking', total, unit: 'fields' });
  const { readable, skipped } = await checkFields(
    screen,
    {
      threads,
      measure: (_: Field, image: Image) => sumChannels(image),
      onProgress: (done) => progress.update(done),
    },
    nodeAccess,
  );
  progress.finish(skipped.length > 0 ? `${skipped.length} cannot be read and are left out` : 'all can be read');
  for (const { message } of skipped.slice(0, 5)) console.err(`  ${message}\n`);
  if (skipped.length > 5) console.err(`  … and ${skipped.length - 5} more\n`);
  requireReadable(screen, skipped);
  const files = [...new Set(readable.flatMap(({ field }) => field.sources.map(({ file }) => file)))];
  const hashed = await hashFiles(files, { threads, level: readable[0]?.field.sources[0]?.level }, nodeAccess);
  return { ...labelled, readable, skipped, hashes: new Map(files.map((file, i) => [file, hashed[i] ?? null])) };
}
