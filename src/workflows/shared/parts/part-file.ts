/**
 * One part as a file of lines of JSON, which is written beside its place and renamed when it is whole:
 *
 *     {"part":"Plate1 A01","number":1,"identity":"5f2c…","given":null,"fields":[{"ImageNumber":1,"Metadata":{…}},…]}
 *     {"ImageNumber":1,…}                          what was found in a field: none, one or several lines
 *     {"lost":{"imageNumber":2,"file":…,"tag":…,"message":…},"again":true}
 *     {"end":1}                                    how many lines of results there are
 */
import type { Files, OpenFile } from '../../../files/files.ts';
import type { SkippedField } from '../../../screen/skipped.ts';
import type { PlannedPart } from './plan-parts.ts';

/** A field, or cells of it, that a part lacks. */
export interface LostEntry extends SkippedField {
  /** Whether it should be tried again when the work is resumed. */
  readonly again: boolean;
}

/** Bytes of a part file. */
export interface Stretch {
  readonly offset: number;
  readonly length: number;
}

/** A part that is whole. */
export interface WholePart {
  /** Where the results of each field are, by its `ImageNumber`. */
  readonly places: ReadonlyMap<number, Stretch>;
  readonly entries: number;
  readonly lost: readonly LostEntry[];
}

/** What the first line says of a part beside its plan. */
export interface PartHeader {
  /** SHA-256 of what all parts have in common. */
  readonly identity: string;
  /** What else decided this part: where fields are normalized by plate, what was measured of its plates. */
  readonly given: string | null;
}

/** Writes one part. */
export interface PartWriter {
  /** Follows what was written before; the results of a field follow each other. */
  readonly write: (imageNumber: number, entry: object) => Promise<void>;
  /** Ends the file and puts it in its place. */
  readonly keep: (lost: readonly LostEntry[]) => Promise<WholePart>;
  readonly discard: () => Promise<void>;
}

export async function openPart(
  path: string,
  { part: { name, number, fields }, ...header }: PartHeader & { readonly part: PlannedPart },
  files: Pick<Files, 'open'>,
): Promise<PartWriter> {
  const file: OpenFile = await files.open(path);
  const encoder = new TextEncoder();
  const places = new Map<number, Stretch>();
  let [at, entries] = [0, 0];
  const put = async (line: object): Promise<number> => {
    const bytes = encoder.encode(`${JSON.stringify(line)}\n`);
    at += bytes.length;
    await file.write(bytes);
    return bytes.length;
  };
  const described = fields.map(({ imageNumber, metadata }) => ({ ImageNumber: imageNumber, Metadata: metadata }));
  await put({ part: name, number, ...header, fields: described });
  return {
    async write(imageNumber, entry) {
      const { offset, length } = places.get(imageNumber) ?? { offset: at, length: 0 };
      const added = await put({ ImageNumber: imageNumber, ...entry });
      places.set(imageNumber, { offset, length: length + added });
      entries++;
    },
    async keep(lost) {
      for (const { again, ...entry } of lost) await put({ lost: entry, again });
      await put({ end: entries });
      await file.keep();
      return { places, entries, lost };
    },
    discard: file.discard,
  };
}

/**
 * Finds out what a part holds, without reading the results themselves.
 *
 * @returns nothing where there is no such part, it is not whole, or it was made from something else
 */
export async function scanPart(
  path: string,
  { part, identity, given }: PartHeader & { readonly part: PlannedPart },
  files: Pick<Files, 'stream' | 'status'>,
): Promise<WholePart | undefined> {
  if ((await files.status(path))?.kind !== 'file') return undefined;
  const places = new Map<number, Stretch>();
  const lost: LostEntry[] = [];
  let [offset, entries, ended] = [0, 0, -1];
  let isOurs: boolean | undefined;
  for await (const { line, length } of linesOf(files.stream(path))) {
    const known = /^\{"ImageNumber":(-?\d+)[,}]/.exec(line.begins);
    if (isOurs === undefined) {
      const header = parsed(line.whole()) as Partial<PartHeader & { number: number }>;
      isOurs = header.number === part.number && header.identity === identity && header.given === given;
      if (!isOurs) return undefined;
    } else if (known) {
      const before = places.get(Number(known[1]));
      places.set(Number(known[1]), { offset: before?.offset ?? offset, length: (before?.length ?? 0) + length });
      entries++;
    } else {
      const {
        lost: entry,
        again,
        end,
      } = parsed(line.whole()) as { lost?: SkippedField; again?: boolean; end?: number };
      if (entry) lost.push({ ...entry, imageNumber: entry.imageNumber, again: again === true });
      if (end !== undefined) ended = end;
    }
    offset += length;
  }
  return ended === entries ? { places, entries, lost } : undefined;
}

/** Bytes of results that are read at once. */
const PIECE = 1 << 20;

/** The results of a field, one after the other: all of a large field may not fit into memory. */
export async function* readEntries<Entry>(
  path: string,
  { offset, length }: Stretch,
  files: Pick<Files, 'read'>,
): AsyncGenerator<Entry> {
  const decoder = new TextDecoder();
  let rest = '';
  for (let at = 0; at < length; at += PIECE) {
    const bytes = await files.read(path, { offset: offset + at, length: Math.min(PIECE, length - at) });
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line) as Entry;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) ?? {};
  } catch {
    return {};
  }
}

const NEWLINE = 10;
/** Bytes of a line that are enough to know what it is. */
const BEGINNING = 64;

/** The lines of a file with their lengths in bytes; only as much of a line becomes text as is asked for. */
async function* linesOf(pieces: AsyncIterable<Uint8Array>) {
  const decoder = new TextDecoder();
  let waiting: Uint8Array[] = [];
  const lineOf = (bytes: readonly Uint8Array[]) => {
    const join = () => decoder.decode(joined(bytes));
    const [first = new Uint8Array(0)] = bytes;
    const begins = first.length < BEGINNING ? join().slice(0, BEGINNING) : decoder.decode(first.subarray(0, BEGINNING));
    return { line: { begins, whole: join }, length: bytes.reduce((sum, piece) => sum + piece.length, 0) };
  };
  for await (const piece of pieces) {
    let from = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, from)) {
      yield lineOf([...waiting, piece.subarray(from, end + 1)]);
      waiting = [];
      from = end + 1;
    }
    if (from < piece.length) waiting.push(piece.subarray(from));
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
