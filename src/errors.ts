/** What can be wrong. */
export const ERROR_TAGS = [
  'BadArchive', // an archive that is not unpacked, since it is not safe or not understood
  'BadCell', // a cell whose centre is not in its field
  'BadDownload', // a file that a server does not give
  'BadImage', // a file that is no image, is truncated, or has pixels that cannot be used
  'BadLabel', // a label that is empty, NaN, or unknown
  'BadModel', // a model file that is no ONNX, or not one of milscope's
  'BadOption', // an option or argument with a value that makes no sense
  'BadShape', // shapes that do not fit an operator
  'BadTable', // a table that cannot be parsed or used
  'CannotRead', // a file or folder that is there but cannot be read
  'CannotWrite', // a disk that is full, a folder that must not be written to
  'ChannelMismatch', // a field with other channels than the screen or the model
  'DamagedArchive', // an archive that has not come as it was sent
  'DuplicateField', // one image listed twice
  'EmptyTable', // a table without rows
  'InUse', // a place where another process is writing
  'Interrupted', // work that was stopped by whoever asked for it
  'MissingColumn',
  'MissingFile',
  'NoCell', // a field without any cell, where cells are asked for
  'OutputExists', // something would be overwritten
  'ResumeMismatch', // a run cannot go on with what it is given
  'TooManyUnreadable', // more fields lost than a run may lose
  'TooSmall', // a field smaller than the network can see
  'UnknownField', // cells of a field that is not in the screen
] as const;

export type ErrorTag = (typeof ERROR_TAGS)[number];

/** What a {@link MilscopeError} knows. Rows count from 1, the header being row 1, as a spreadsheet shows them. */
export interface ErrorDetails {
  readonly problem: string;
  readonly file?: string | undefined;
  readonly row?: number | undefined;
  readonly column?: string | undefined;
  /** The field of the request, such as `cellSize`; several with ` and ` between them. */
  readonly option?: string | undefined;
  /** As it was found: nothing in it is taken for an option. */
  readonly found?: string | undefined;
  /** In place of `found`, messages of other errors, made by {@link markedMessage}. */
  readonly reasons?: string | undefined;
  readonly expected?: string | undefined;
  readonly remedy?: string | undefined;
  readonly cause?: unknown;
}

/** What errors of a tag always name. */
interface Known {
  readonly BadImage: 'file';
  readonly DuplicateField: 'file';
  readonly EmptyTable: 'file';
  readonly InUse: 'file';
  readonly MissingColumn: 'file';
  readonly MissingFile: 'file';
  readonly OutputExists: 'file';
  readonly TooManyUnreadable: 'file';
}

/** The details of an error of a tag. */
export type DetailsOf<Tag extends ErrorTag> = ErrorDetails &
  (Tag extends keyof Known ? { readonly [Name in Known[Tag]]: string } : unknown);

/**
 * The one error that milscope throws on purpose. It says where (file, row, column, option), what was expected, what was
 * found and how to mend it. Anything else that escapes is a bug.
 *
 * An option is the name of a field of a request, such as `cellSize`. Whoever throws puts it into a sentence in the marks of
 * {@link named}. The message and the details of the error have the plain name; the command line writes `--cell-size` by
 * {@link messageOf}.
 *
 * @example
 * throw new MilscopeError('MissingColumn', {
 *   file: 'fields.csv',
 *   column: 'Metadata_MOA',
 *   option: 'label',
 *   problem: 'the table has no column for the label',
 *   found: 'Metadata_Plate, Metadata_Well',
 *   remedy: `with ${named('label')}, name one of these columns`,
 * });
 */
export class MilscopeError<Tag extends ErrorTag = ErrorTag> extends Error {
  override readonly name = 'MilscopeError';
  readonly tag: Tag;
  readonly details: DetailsOf<Tag>;
  /** The details as they were given, with options in marks: to make another error of, or to write them for a face. */
  declare readonly marked: DetailsOf<Tag>;

  constructor(tag: Tag, details: DetailsOf<Tag>) {
    super(describe(details), details.cause === undefined ? undefined : { cause: details.cause });
    this.tag = tag;
    this.details = writeDetails(details) as DetailsOf<Tag>;
    Object.defineProperty(this, 'marked', { value: details, enumerable: false });
  }
}

/** An error of each tag: `tag` tells them apart, and with it what `details` has for sure. */
export type AnyMilscopeError = { [Tag in ErrorTag]: MilscopeError<Tag> }[ErrorTag];

/**
 * True for a {@link MilscopeError}, of the given tag if one is given.
 *
 * @example
 * if (isMilscopeError(error, 'MissingFile')) console.log(error.details.file);
 */
export function isMilscopeError(error: unknown): error is AnyMilscopeError;
export function isMilscopeError<Tag extends ErrorTag>(error: unknown, tag: Tag): error is MilscopeError<Tag>;
export function isMilscopeError(error: unknown, tag?: ErrorTag): error is AnyMilscopeError {
  return error instanceof MilscopeError && (tag === undefined || error.tag === tag);
}

/** Writes the name of an option, such as `cellSize`, as the users of a face know it. */
export type NameOption = (option: string) => string;

/** Marks an option in a sentence, so that {@link writeOptions} finds it. */
export function named(option: string): string {
  return `‹${option}›`;
}

/** A sentence with its options written by `name`; as they are unless given. */
export function writeOptions(text: string, name: NameOption = (option) => option): string {
  return text.replaceAll(/‹‹|‹([A-Za-z]+)›/g, (_, option?: string) => (option === undefined ? '‹' : name(option)));
}

/** A text in which {@link writeOptions} finds no option, whatever a user may have named so: it gives the text back. */
export function unmarked(text: string): string {
  return text.replaceAll('‹', '‹‹');
}

/** The message of an error, its options written by `name`. */
export function messageOf({ marked }: MilscopeError, name: NameOption): string {
  return describe(marked, name);
}

/** The message of an error with its options in marks, for {@link writeOptions}. */
export function markedMessage({ marked }: MilscopeError): string {
  const raw = ['file', 'column', 'option', 'found'] as const;
  const names = raw.flatMap((name) => (marked[name] === undefined ? [] : [[name, unmarked(marked[name])] as const]));
  const inSentence = ({ reasons, ...details }: ErrorDetails): ErrorDetails =>
    reasons === undefined ? details : { ...details, found: reasons };
  return describe(inSentence({ ...marked, ...Object.fromEntries(names) }), named);
}

/** Details with their options written by `name`, as they are unless given. */
export function writeDetails({ reasons, ...details }: ErrorDetails, name?: NameOption): ErrorDetails {
  const sentences = { problem: details.problem, found: reasons, expected: details.expected, remedy: details.remedy };
  const written = Object.entries(sentences).flatMap(([key, text]) =>
    text === undefined ? [] : [[key, writeOptions(text, name)] as const],
  );
  return { ...details, ...Object.fromEntries(written) };
}

function describe(details: ErrorDetails, name?: NameOption): string {
  const { file, row, column, option, problem, found, reasons, expected, remedy } = details;
  const place = [
    file,
    row === undefined ? undefined : `row ${row}`,
    column === undefined ? undefined : `column ${column}`,
    option === undefined ? undefined : optionText(option, name),
  ].filter((part) => part !== undefined);
  const foundText = reasons === undefined ? found : writeOptions(reasons, name);
  const facts = [
    foundText === undefined ? undefined : `found ${foundText}`,
    expected === undefined ? undefined : `expected ${writeOptions(expected, name)}`,
  ].filter((part) => part !== undefined);
  const what = writeOptions(problem, name);
  const head = place.length > 0 ? `${place.join(', ')}: ${what}` : what;
  const body = facts.length > 0 ? `${head} (${facts.join('; ')})` : head;
  return remedy === undefined ? `${body}.` : `${body}. ${sentence(writeOptions(remedy, name))}`;
}

/** `cellSize`, `crop and cells`, or `holdout` with its value behind it. */
function optionText(option: string, name: NameOption = (plain) => plain): string {
  const names = /^[A-Za-z]+(?: and [A-Za-z]+)+$/.test(option) ? option.split(' and ') : [option];
  return names.map((part) => part.replace(/^[A-Za-z]+/, name)).join(' and ');
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
