import { stringify } from '#csv-stringify/sync';
import {
  type DetailsOf,
  type ErrorTag,
  MilscopeError,
  markedMessage,
  type NameOption,
  unmarked,
  writeOptions,
} from '../errors.ts';
import type { Files } from '../files/files.ts';
import { readRecords } from '../tables/read-records.ts';
import { counted } from '../words.ts';
import type { Field, Screen } from './screen.ts';

/** A field that could not be read, and why. */
export interface SkippedField {
  /** Not given where what was left out has none. */
  readonly imageNumber: number | undefined;
  /** The file at fault. */
  readonly file: string;
  readonly tag: ErrorTag;
  /** Its options are in marks, see `markedMessage`: whoever shows it writes them. */
  readonly message: string;
}

/** The entry of a field whose reading failed with `error`. */
export function skippedField({ imageNumber, sources }: Field, error: MilscopeError): SkippedField {
  const file = error.details.file ?? sources[0]?.file ?? '';
  return { imageNumber, file, tag: error.tag, message: markedMessage(error) };
}

/**
 * `skipped.csv`: `ImageNumber`, `File`, `Error` (the tag) and `Message`, one row for each field that was not read.
 *
 * @param nameOption writes the options in the messages
 */
export function formatSkipped(skipped: readonly SkippedField[], nameOption: NameOption): string {
  const rows = skipped.map(({ imageNumber, file, tag, message }) => [
    ...[imageNumber, file, tag],
    writeOptions(message, nameOption),
  ]);
  return stringify([['ImageNumber', 'File', 'Error', 'Message'], ...rows]);
}

/** What {@link formatSkipped} made the text of. @throws what `readRecords` throws */
export async function readSkipped(path: string, files: Files): Promise<readonly SkippedField[]> {
  const skipped: SkippedField[] = [];
  for await (const { row, cells } of readRecords(path, files, { separator: ',' })) {
    const [imageNumber, file, tag, message] = cells as [string, string, ErrorTag, string];
    if (row === 1) continue;
    skipped.push({
      imageNumber: imageNumber === '' ? undefined : Number(imageNumber),
      file,
      tag,
      message: unmarked(message),
    });
  }
  return skipped;
}

/**
 * Lets a screen pass of which at most a tenth was skipped.
 *
 * @throws TooManyUnreadable for more, or for all: with how many, and the first message of each kind.
 */
export function requireReadable(screen: Pick<Screen, 'source' | 'fields'>, skipped: readonly SkippedField[]): void {
  const total = screen.fields.length;
  if (skipped.length * 10 <= total && skipped.length < total) return;
  throw new MilscopeError('TooManyUnreadable', {
    file: screen.source,
    problem: `${skipped.length} of ${counted(total, 'field')} cannot be read`,
    reasons: kindsOf(skipped),
    expected: 'at most a tenth',
    remedy: 'mend the files, or leave their rows out of the table',
  });
}

/**
 * Lets work pass of which something came out: a table without rows is a failure, in every workflow alike.
 *
 * @param outcome how many fields or cells were done, and what was left out on the way
 * @throws TooManyUnreadable where no field could be used, and NoCell where no cell could, with the first message of each kind
 */
export function requireSome(
  { source, fields }: Pick<Screen, 'source' | 'fields'>,
  { done, skipped, cells }: { done: number; skipped: readonly SkippedField[]; cells?: number | undefined },
): void {
  if (done > 0) return;
  if (cells !== undefined && skipped.some(({ tag }) => CELL_TAGS.has(tag))) {
    throw new MilscopeError('NoCell', {
      file: source,
      problem: cells === 1 ? 'the only cell could not be used' : `none of ${cells} cells could be used`,
      reasons: kindsOf(skipped, { counted: false }),
      remedy: 'check that the cells are of this screen, and that their centres are in pixels from the top left',
    });
  }
  const problem =
    fields.length === 1 ? 'the only field cannot be read' : `none of the ${fields.length} fields can be read`;
  throw nothingRead(
    { file: source, problem, remedy: 'mend the files, or check that these are the right ones' },
    skipped,
  );
}

/** The error of something of which nothing could be read, with the first message of each kind. */
export function nothingRead(
  about: Pick<DetailsOf<'TooManyUnreadable'>, 'file' | 'option' | 'problem' | 'remedy'>,
  skipped: readonly SkippedField[],
): MilscopeError {
  const reasons = skipped.length > 0 ? kindsOf(skipped) : undefined;
  return new MilscopeError('TooManyUnreadable', { ...about, reasons });
}

/** What is wrong with a cell, and not with the image that it is in. */
const CELL_TAGS: ReadonlySet<ErrorTag> = new Set(['BadCell', 'UnknownField', 'NoCell']);

/** How often each kind of error came, and the first message of it. */
function kindsOf(skipped: readonly SkippedField[], { counted = true }: { counted?: boolean } = {}): string {
  const kinds = [...new Set(skipped.map(({ tag }) => tag))].map((tag) => {
    const alike = skipped.filter((field) => field.tag === tag);
    // An entry may speak of several cells of a field.
    const share = counted ? ` in ${alike.length} of them` : '';
    return `${tag}${share}, such as ${alike[0]?.message.replace(/\.$/, '')}`;
  });
  return kinds.join('; ');
}
