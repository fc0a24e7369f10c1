import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Console } from '../../cli/console.ts';
import { createProgress } from '../../cli/progress.ts';
import { cannotWrite } from '../../download/cannot-write.ts';
import { formatBytes, freeSpace, requireSpace } from '../../download/disk-space.ts';
import { readPart } from '../../download/part-file.ts';
import { type Patience, remoteSize, usualPatience } from '../../download/request.ts';
import { isMilscopeError } from '../../errors.ts';
import { mapInOrder } from '../../threads/map-in-order.ts';
import { archiveOf, type FetchedPlate, fetchPlate, type PlateJob } from './fetch-plate.ts';
import { fetchTables } from './fetch-tables.ts';
import { choosePlates, type Plate, readPlates } from './plates.ts';
import type { PublishedSet } from './published-set.ts';
import { isPlateThere, keepRecord, type RecordKeeper } from './record.ts';

export interface FetchRequest {
  readonly set: PublishedSet;
  readonly folder: string;
  /** Ends with `/`. */
  readonly baseUrl: string;
  /** As `choosePlates` takes it. */
  readonly plates: string;
  readonly connections: number;
  readonly keepArchives: boolean;
  readonly sums: ReadonlyMap<string, string>;
}

/** What became of a plate. */
export type PlateResult = { readonly plate: string; readonly fields: number } & (
  | ({ readonly status: 'fetched' } & FetchedPlate)
  | { readonly status: 'present' }
  | { readonly status: 'failed'; readonly problem: string }
);

export interface FetchResult {
  readonly set: string;
  readonly source: string;
  readonly out: string;
  /** What was fetched, and how it was checked. */
  readonly record: string;
  /** Tables that came with this run. */
  readonly tables: readonly string[];
  readonly plates: readonly PlateResult[];
}

/** What comes from outside, so that tests need not wait. */
export interface FetchWorld {
  readonly console: Console;
  readonly signal: AbortSignal;
  readonly patience?: Patience;
  readonly free?: (folder: string) => Promise<number>;
}

/**
 * Fetches the tables of a set, then the archives of plates, and unpacks them to where the image table says they are. What
 * is there and whole is left alone. A plate that cannot be fetched does not keep the others from coming.
 *
 * @throws BadOption for an unknown plate, BadDownload and DamagedArchive for a table, CannotWrite where there is not room
 *   enough, the signal's reason.
 */
export async function fetchSet(
  { set, folder, baseUrl, plates: wanted, connections, keepArchives, sums }: FetchRequest,
  { console, signal, patience = usualPatience, free = freeSpace }: FetchWorld,
): Promise<FetchResult> {
  await mkdir(folder, { recursive: true }).catch((error) => Promise.reject(cannotWrite(error, folder)));
  const record = await keepRecord(folder, set);
  const say = (line: string) => console.err(`${line}\n`);
  const place = { set, folder, baseUrl, sums, record, patience, signal };
  const tables = await fetchTables({ ...place, onTrouble: say });
  const plates = choosePlates(await readPlates(join(folder, set.fieldTable)), wanted);
  const pending = await pendingPlates(plates, { folder, record });
  if (pending.length === 0) {
    return { ...resultOf({ set, baseUrl, folder, record }), tables, plates: plates.map(present) };
  }

  const loads = await measureLoads(pending, { ...place, connections });
  const needed = roomFor(loads, { set, keepArchives, connections });
  say(announce(loads, { needed, free: await free(folder) }));
  await requireSpace(folder, needed, { free, remedy: 'make room, or name fewer plates with --plates' });

  const bytes = new Map(loads.map(({ plate, start }) => [plate, start]));
  const sum = () => [...bytes.values()].reduce((all, one) => all + one, 0);
  const total = loads.reduce((all, { size }) => all + size, 0);
  const label = 'fetching';
  const progress = createProgress(console, { label, total, unit: 'bytes', start: sum(), amount: formatBytes });
  const done = new Map<Plate, PlateResult>();
  const job: PlateJob = {
    ...place,
    keepArchives,
    onBytes: (plate, at) => progress.update(bytes.set(plate, at) && sum(), plate.name),
    onUnpack: (plate) => progress.update(sum(), `unpacking ${plate.name}`),
    onTrouble: progress.note,
  };
  const outcomes = mapInOrder(pending, connections, async (plate) => ({ plate, result: await tryPlate(plate, job) }));
  for await (const { plate, result } of outcomes) {
    if (result !== undefined) done.set(plate, result);
    if (result?.status === 'failed') progress.note(`${plate.name} failed: ${result.problem}`);
  }
  progress.finish(`${done.size} of ${pending.length} plates`);
  signal.throwIfAborted();
  const results = plates.map((plate) => done.get(plate) ?? present(plate));
  return { ...resultOf({ set, baseUrl, folder, record }), tables, plates: results };
}

const present = ({ name, fields }: Plate): PlateResult => ({ plate: name, fields, status: 'present' });

function resultOf({ set, baseUrl, folder, record }: Pick<PlateJob, 'set' | 'baseUrl' | 'folder' | 'record'>) {
  return { set: set.name, source: baseUrl, out: folder, record: record.file };
}

/** What becomes of a plate; undefined when it was broken off. */
async function tryPlate(plate: Plate, job: PlateJob): Promise<PlateResult | undefined> {
  const { name, fields } = plate;
  try {
    job.signal.throwIfAborted();
    return { plate: name, fields, status: 'fetched', ...(await fetchPlate(plate, job)) };
  } catch (error) {
    if (job.signal.aborted) return undefined;
    if (!isMilscopeError(error)) throw error;
    return { plate: name, fields, status: 'failed', problem: error.message };
  }
}

async function pendingPlates(
  plates: readonly Plate[],
  { folder, record }: { folder: string; record: RecordKeeper },
): Promise<Plate[]> {
  const pending: Plate[] = [];
  for (const plate of plates) if (!(await isPlateThere(folder, { record, plate }))) pending.push(plate);
  return pending;
}

/** The archive of a plate that is to come. */
interface Load {
  readonly plate: Plate;
  /** Its bytes; 0 where the server does not say. */
  readonly size: number;
  /** Bytes that are there. */
  readonly start: number;
}

async function measureLoads(
  plates: readonly Plate[],
  {
    connections,
    patience,
    signal,
    ...place
  }: Pick<PlateJob, 'set' | 'baseUrl' | 'folder' | 'patience' | 'signal'> & {
    readonly connections: number;
  },
): Promise<Load[]> {
  const measure = async (plate: Plate): Promise<Load> => {
    const { url, path } = archiveOf(place, plate);
    const there = await stat(path).catch(() => undefined);
    if (there?.isFile()) return { plate, size: there.size, start: there.size };
    const begun = await readPart(path);
    const start = begun?.url === url ? begun.size : 0;
    return { plate, start, size: (await remoteSize(url, { stall: patience.stall, signal })) ?? start };
  };
  const loads: Load[] = [];
  for await (const load of mapInOrder(plates, 2 * connections, measure)) loads.push(load);
  return loads;
}

/** About how many bytes more will be on the disk at worst. */
function roomFor(
  loads: readonly Load[],
  { set, keepArchives, connections }: { set: PublishedSet; keepArchives: boolean; connections: number },
): number {
  const sum = (sizes: readonly number[]) => sizes.reduce((all, size) => all + size, 0);
  const largestFirst = loads.map(({ size }) => size).sort((a, b) => b - a);
  const archives = sum(keepArchives ? largestFirst : largestFirst.slice(0, connections));
  const begun = sum(loads.map(({ start }) => start));
  return Math.max(0, archives - begun) + set.unpacked * sum(largestFirst);
}

function announce(loads: readonly Load[], { needed, free }: { needed: number; free: number }): string {
  const left = loads.reduce((all, { size, start }) => all + size - start, 0);
  const unknown = loads.filter(({ size }) => size === 0).length;
  return [
    `${loads.length} plate${loads.length === 1 ? '' : 's'} to fetch, ${formatBytes(left)}`,
    ...(unknown > 0 ? [` and ${unknown} of a size that the server does not say`] : []),
    `; unpacked they need about ${formatBytes(needed)}, and ${formatBytes(free)} are free`,
  ].join('');
}
