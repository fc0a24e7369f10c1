import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes, freeSpace, requireSpace } from '../../../download/disk-space.ts';
import { readPart } from '../../../download/part-file.ts';
import { type Patience, remoteSize, usualPatience } from '../../../download/request.ts';
import { isMilscopeError, named } from '../../../errors.ts';
import { makeFolder } from '../../../files/make-folder.ts';
import { mapInOrder } from '../../../threads/map-in-order.ts';
import { counted } from '../../../words.ts';
import type { RunningHost } from '../../host.ts';
import { requireWritable } from '../../shared/require-writable.ts';
import { beginTask } from '../../task.ts';
import { choosePlates, type Plate, readPlates } from '../plates.ts';
import type { PublishedSet } from '../published-set.ts';
import { archiveOf, type FetchedPlate, fetchPlate, type PlateJob } from './fetch-plate.ts';
import { fetchTables } from './fetch-tables.ts';
import { isPlateThere, keepRecord, type RecordKeeper } from './record.ts';

export interface SetRequest {
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

export interface SetResult {
  readonly set: string;
  readonly source: string;
  readonly out: string;
  /** What was fetched, and how it was checked. */
  readonly record: string;
  /** Tables that were downloaded in this run. */
  readonly tables: readonly string[];
  readonly plates: readonly PlateResult[];
}

/** How downloads wait, and what the disk has room for: replaced in tests. */
export interface FetchWorld {
  readonly patience?: Patience;
  readonly free?: (folder: string) => Promise<number>;
}

type Place = Pick<PlateJob, 'set' | 'baseUrl' | 'folder' | 'sums' | 'record' | 'patience' | 'signal'>;

/**
 * Fetches the tables of a set, then the archives of plates, and unpacks them to where the image table says they are.
 * Whole files that are there already are kept. A plate that cannot be fetched does not stop the others.
 *
 * @throws BadOption for an unknown plate, BadDownload and DamagedArchive for a table, CannotWrite when there is not enough
 *   room, the signal's reason
 */
export async function fetchSet(
  { set, folder, baseUrl, plates: wanted, connections, keepArchives, sums }: SetRequest,
  host: RunningHost,
  { patience = usualPatience, free = freeSpace }: FetchWorld = {},
): Promise<SetResult> {
  const { signal, emit, files } = host;
  const note = (message: string) => emit({ event: 'noted', message });
  await requireWritable(folder, host, { folder: true });
  await makeFolder(folder);
  const record = await keepRecord(folder, set, host.about);
  const place: Place = { set, folder, baseUrl, sums, record, patience, signal };
  const tables = await fetchTables({ ...place, onTrouble: note });
  const plates = choosePlates(await readPlates(join(folder, set.fieldTable), files), wanted);
  const about = { set: set.name, source: baseUrl, out: folder, record: record.file, tables };
  const pending = await pendingPlates(plates, { folder, record });
  if (pending.length === 0) return { ...about, plates: plates.map(present) };

  const loads = await measureLoads(pending, { ...place, connections });
  const needed = roomFor(loads, { set, keepArchives, connections });
  note(announce(loads, { needed, free: await free(folder) }));
  const remedy = `make room, or name fewer plates with ${named('plates')}`;
  await requireSpace(folder, needed, { free, remedy });
  const done = await fetchPlates(loads, { place, keepArchives, connections }, host);
  signal.throwIfAborted();
  return { ...about, plates: plates.map((plate) => done.get(plate) ?? present(plate)) };
}

/** Fetches plates, some at once, and tells how many bytes have arrived. Gives what became of each that was not stopped. */
async function fetchPlates(
  loads: readonly Load[],
  { place, keepArchives, connections }: { place: Place; keepArchives: boolean; connections: number },
  host: RunningHost,
): Promise<ReadonlyMap<Plate, PlateResult>> {
  const bytes = new Map(loads.map(({ plate, start }) => [plate, start]));
  const sum = () => [...bytes.values()].reduce((all, one) => all + one, 0);
  const total = loads.reduce((all, { size }) => all + size, 0);
  const task = beginTask(host, { task: 'fetching', total, unit: 'bytes', start: sum() });
  const done = new Map<Plate, PlateResult>();
  const job: PlateJob = {
    ...place,
    keepArchives,
    now: host.clock.now,
    onBytes: (plate, at) => task.update(bytes.set(plate, at) && sum(), plate.name),
    onUnpack: (plate) => task.update(sum(), `unpacking ${plate.name}`),
    onTrouble: (message) => host.emit({ event: 'noted', message }),
  };
  const outcomes = mapInOrder(loads, connections, async ({ plate }) => ({ plate, result: await tryPlate(plate, job) }));
  for await (const { plate, result } of outcomes) {
    if (result !== undefined) done.set(plate, result);
    if (result?.status !== 'failed') continue;
    host.emit({ event: 'warned', message: `${plate.name} failed: ${result.problem}` });
  }
  task.end(`${done.size} of ${counted(loads.length, 'plate')}`);
  return done;
}

const present = ({ name, fields }: Plate): PlateResult => ({ plate: name, fields, status: 'present' });

/** Fetches a plate and says what became of it; undefined when it was stopped. */
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

export async function pendingPlates(
  plates: readonly Plate[],
  { folder, record }: { folder: string; record: RecordKeeper },
): Promise<Plate[]> {
  const pending: Plate[] = [];
  for (const plate of plates) if (!(await isPlateThere(folder, { record, plate }))) pending.push(plate);
  return pending;
}

/** The archive of a plate to fetch. */
export interface Load {
  readonly plate: Plate;
  /** Its bytes; 0 where the server does not say. */
  readonly size: number;
  /** Bytes that are on the disk already. */
  readonly start: number;
}

export async function measureLoads(
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

/** Estimates how many more bytes the disk must hold at most. */
export function roomFor(
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
    ...(unknown > 0 ? [` and ${unknown} of unknown size`] : []),
    `; unpacked they need about ${formatBytes(needed)}, and ${formatBytes(free)} are free`,
  ].join('');
}
