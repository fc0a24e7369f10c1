import { isThere } from '../../../files/read-text.ts';
import type { Field } from '../../../screen/screen.ts';
import type { Host } from '../../host.ts';
import { type Identity, requireSameIdentity } from './identity.ts';
import { partFile, readManifest, requireSameParts, writeManifest } from './manifest.ts';
import {
  type LostEntry,
  openPart,
  type PartHeader,
  type PartWriter,
  readEntries,
  scanPart,
  type WholePart,
} from './part-file.ts';
import { type PlannedPart, planParts } from './plan-parts.ts';

export interface PartsOptions {
  /** Where the parts are. */
  readonly folder: string;
  readonly identity: Identity;
  /** All fields of the work, in the order of the screen. */
  readonly fields: readonly Field[];
  /** Whether parts that are there already are kept, if they were made from the same; else they are replaced. */
  readonly resume: boolean;
  /** What else decides the results of these fields, such as what was measured of their plate. */
  readonly given?: (fields: readonly Field[]) => string | undefined;
}

/** Results of fields, part by part in files, from which the outputs are made in the end. */
export interface Parts<Entry extends object> {
  /** Fields that are still to be done, in the order in which their results must come: part by part. */
  readonly todo: readonly Field[];
  /** Parts that are made again, since they had lost something, or were made from something else. */
  readonly again: number;
  /** Fields that share a part have the same. */
  readonly partOf: (field: Field) => unknown;
  /** Fields of the parts that are whole, and their results. */
  readonly whole: () => { readonly fields: number; readonly entries: number };
  /** Keeps a result of a field; one that comes before another in `todo` is done then. */
  readonly write: (field: Field, entry: Entry) => Promise<void>;
  /** Says that a field is done, and all before it. */
  readonly end: (field: Field) => Promise<void>;
  /** Keeps that a field, or something of it, is lost; to be said before the field is done. */
  readonly lose: (entry: LostEntry) => void;
  /** All results, in the order of the screen; when all fields are done. */
  readonly read: () => AsyncGenerator<{ readonly field: Field; readonly entry: Entry }>;
  /** What was lost, in the order of the screen. */
  readonly lost: () => readonly LostEntry[];
  /** Closes the part that is under way and keeps those that are whole. Of a folder without any, nothing stays. */
  readonly leave: () => Promise<void>;
  /** Removes the folder. */
  readonly remove: () => Promise<void>;
}

/**
 * Begins to gather results of fields in a folder, or goes on with it. A part that lost something that may be there now is made
 * again.
 *
 * @throws ResumeMismatch when what is there was made from something else
 */
export async function openParts<Entry extends object>(
  { folder, identity, fields, resume, given = () => undefined }: PartsOptions,
  host: Pick<Host, 'files' | 'hash'>,
): Promise<Parts<Entry>> {
  const { files } = host;
  const planned = planParts(fields);
  const hash = await host.hash(JSON.stringify(identity));
  const headerOf = (part: PlannedPart): PartHeader => ({ identity: hash, given: given(part.fields) ?? null });
  const manifest = resume ? await readManifest(folder, files) : undefined;
  const whole = new Map<PlannedPart, WholePart>();
  let again = 0;
  if (manifest) {
    requireSameIdentity(identity, manifest, { file: folder });
    requireSameParts(planned, manifest, { file: folder });
    for (const part of planned) {
      const path = partFile(folder, part);
      const found = await scanPart(path, { part, ...headerOf(part) }, files);
      if (found && isWhole(found)) whole.set(part, found);
      else if (await isThere(path, files)) again++;
    }
  } else {
    await files.remove(folder);
    await writeManifest(folder, { identity, parts: planned }, files);
  }
  return gather(planned, { folder, fields, whole, again, headerOf, resumed: manifest !== undefined }, host);
}

/** Whether nothing of a part should be tried again. */
const isWhole = ({ lost }: WholePart) => !lost.some(({ again }) => again);

function add(lost: Map<number | undefined, LostEntry[]>, entry: LostEntry): void {
  lost.set(entry.imageNumber, [...(lost.get(entry.imageNumber) ?? []), entry]);
}

interface Gathering {
  readonly folder: string;
  /** In the order of the screen. */
  readonly fields: readonly Field[];
  readonly whole: Map<PlannedPart, WholePart>;
  readonly again: number;
  readonly resumed: boolean;
  readonly headerOf: (part: PlannedPart) => PartHeader;
}

function gather<Entry extends object>(
  planned: readonly PlannedPart[],
  { folder, fields: inOrder, whole, again, headerOf, resumed }: Gathering,
  { files }: Pick<Host, 'files'>,
): Parts<Entry> {
  const partOf = new Map(planned.flatMap((part) => part.fields.map((field) => [field, part] as const)));
  const waiting = planned.filter((part) => !whole.has(part));
  const todo = waiting.flatMap(({ fields }) => fields);
  const lost = new Map<number | undefined, LostEntry[]>();
  const ofFields = (fields: readonly Field[]) => fields.flatMap(({ imageNumber }) => lost.get(imageNumber) ?? []);
  let open: { readonly part: PlannedPart; readonly writer: PartWriter } | undefined;
  const begin = async (part: PlannedPart) => {
    open = { part, writer: await openPart(partFile(folder, part), { part, ...headerOf(part) }, files) };
    return open;
  };
  const close = async (part: PlannedPart): Promise<void> => {
    const { writer } = open ?? (await begin(part));
    open = undefined;
    whole.set(part, await writer.keep(ofFields(part.fields)));
  };
  /** Closes all parts before that of a field. */
  const reach = async (field: Field): Promise<PlannedPart> => {
    const part = partOf.get(field)!;
    if (part !== waiting[0] && waiting.includes(part)) while (waiting[0] !== part) await close(waiting.shift()!);
    return part;
  };
  const wholeParts = () => [...whole];
  return {
    todo,
    again,
    partOf: (field) => partOf.get(field),
    whole: () => ({
      fields: wholeParts().reduce((sum, [{ fields }]) => sum + fields.length, 0),
      entries: wholeParts().reduce((sum, [, { entries }]) => sum + entries, 0),
    }),
    async write(field, entry) {
      const part = await reach(field);
      await (open ?? (await begin(part))).writer.write(field.imageNumber, entry);
    },
    async end(field) {
      const part = await reach(field);
      if (part === waiting[0] && part.fields.at(-1) === field) await close(waiting.shift()!);
    },
    lose(entry) {
      add(lost, entry);
    },
    async *read() {
      for (const field of inOrder) {
        const part = partOf.get(field)!;
        const place = whole.get(part)!.places.get(field.imageNumber);
        if (!place) continue;
        for await (const entry of readEntries<Entry>(partFile(folder, part), place, files)) yield { field, entry };
      }
    },
    lost() {
      const all = new Map<number | undefined, LostEntry[]>();
      for (const entry of [...whole.values()].flatMap((part) => part.lost)) add(all, entry);
      return inOrder.flatMap(({ imageNumber }) => all.get(imageNumber) ?? []);
    },
    async leave() {
      await open?.writer.discard();
      open = undefined;
      // A folder that was there before is still what the next attempt goes on with.
      if (!resumed && ![...whole.values()].some(isWhole)) await files.remove(folder);
    },
    remove: () => files.remove(folder),
  };
}
