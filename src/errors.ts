/**
 * The one error that milscope throws on purpose. It says where (file, row, column, option), what was expected, what was
 * found and how to mend it; the command line turns it into one message. Anything else that escapes is a bug.
 *
 * @example
 * throw new MilscopeError('MissingColumn', {
 *   file: 'fields.csv',
 *   column: 'Metadata_MOA',
 *   problem: 'the table has no column for the label',
 *   found: 'Metadata_Plate, Metadata_Well',
 *   remedy: 'name one of the columns found with --label',
 * });
 */
export type ErrorTag =
  | 'BadArchive' // an archive that is not unpacked, since it is not safe or not understood
  | 'BadCell' // a cell whose centre is not in its field
  | 'BadDownload' // a file that a server does not give
  | 'BadImage' // a file that is no image, is truncated, or has pixels that cannot be used
  | 'BadLabel' // a label that is empty, NaN, or unknown
  | 'BadModel' // a model file that is no ONNX, or not one of milscope's
  | 'BadOption' // an option or argument with a value that makes no sense
  | 'BadShape' // shapes that do not fit an operator
  | 'BadTable' // a table that cannot be parsed or used
  | 'CannotWrite' // a disk that is full, a folder that must not be written to
  | 'ChannelMismatch' // a field with other channels than the screen or the model
  | 'DamagedArchive' // an archive that has not come as it was sent
  | 'DuplicateField' // one image listed twice
  | 'EmptyTable' // a table without rows
  | 'MissingColumn'
  | 'MissingFile'
  | 'NoCell' // a field without any cell, where cells are asked for
  | 'OutputExists' // something would be overwritten
  | 'ResumeMismatch' // a run cannot go on with what it is given
  | 'TooManyUnreadable' // more fields lost than a run may lose
  | 'TooSmall' // a field smaller than the network can see
  | 'UnknownField'; // cells of a field that is not in the screen

/** What a {@link MilscopeError} knows. Rows count from 1, the header being row 1, as a spreadsheet shows them. */
export interface ErrorDetails {
  readonly problem: string;
  readonly file?: string | undefined;
  readonly row?: number | undefined;
  readonly column?: string | undefined;
  readonly option?: string | undefined;
  readonly found?: string | undefined;
  readonly expected?: string | undefined;
  readonly remedy?: string | undefined;
  readonly cause?: unknown;
}

export class MilscopeError extends Error {
  override readonly name = 'MilscopeError';
  readonly tag: ErrorTag;
  readonly details: ErrorDetails;

  constructor(tag: ErrorTag, details: ErrorDetails) {
    super(describe(details), details.cause === undefined ? undefined : { cause: details.cause });
    this.tag = tag;
    this.details = details;
  }
}

/** True for a {@link MilscopeError}, of the given tag if one is given. */
export function isMilscopeError(error: unknown, tag?: ErrorTag): error is MilscopeError {
  return error instanceof MilscopeError && (tag === undefined || error.tag === tag);
}

function describe(details: ErrorDetails): string {
  const { file, row, column, option, problem, found, expected, remedy } = details;
  const place = [
    file,
    row === undefined ? undefined : `row ${row}`,
    column === undefined ? undefined : `column ${column}`,
    option,
  ].filter((part) => part !== undefined);
  const facts = [
    found === undefined ? undefined : `found ${found}`,
    expected === undefined ? undefined : `expected ${expected}`,
  ].filter((part) => part !== undefined);
  const head = place.length > 0 ? `${place.join(', ')}: ${problem}` : problem;
  const body = facts.length > 0 ? `${head} (${facts.join('; ')})` : head;
  return remedy === undefined ? `${body}.` : `${body}. ${sentence(remedy)}`;
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
