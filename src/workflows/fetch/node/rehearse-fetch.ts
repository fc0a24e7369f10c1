import { join } from 'node:path';
import { formatBytes, freeSpace, requireSpace } from '../../../download/disk-space.ts';
import { request, Transient, usualPatience } from '../../../download/request.ts';
import { MilscopeError, named } from '../../../errors.ts';
import { readsOf, writesOf } from '../../rehearsal/describe-files.ts';
import type { Rehearsal, TimeRange } from '../../rehearsal/document.ts';
import { rateOf, times } from '../../rehearsal/estimate.ts';
import { fieldWords } from '../../rehearsal/rehearse-screen.ts';
import type { RehearsingHost } from '../../rehearsal/rehearsing-host.ts';
import { requireWritable } from '../../shared/require-writable.ts';
import { choosePlates, readPlates } from '../plates.ts';
import { archiveOf } from './fetch-plate.ts';
import { type Load, measureLoads, pendingPlates, roomFor, type SetRequest } from './fetch-set.ts';
import { keepRecord } from './record.ts';

/** How long a download is watched (ms). */
const PATIENCE = 3000;

/**
 * Says what a download would do: reads the tables, asks the server for the sizes of the archives, and downloads a little.
 *
 * @throws BadOption for an unknown plate, BadDownload for the table of fields, CannotWrite where there is not enough room
 */
export async function rehearseFetch(
  { set, folder, baseUrl, plates: wanted, connections, keepArchives, sums }: SetRequest,
  host: RehearsingHost,
): Promise<Rehearsal> {
  const { signal } = host;
  await requireWritable(folder, host, { folder: true });
  const record = await keepRecord(folder, set, host.about);
  const tables = [set.fieldTable, set.mechanismTable, ...set.otherTables].map((name) => join(folder, name));
  const table = join(folder, set.fieldTable);
  const isThere = (await host.before.status(table)) !== undefined;
  if (!isThere) await host.files.write(table, await download(new URL(set.fieldTable, baseUrl).href, host));
  const plates = choosePlates(await readPlates(table, host.files), wanted);
  const pending = await pendingPlates(plates, { folder, record });
  const place = { set, baseUrl, folder, sums, record, patience: usualPatience, signal };
  const loads = await measureLoads(pending, { ...place, connections });
  const left = loads.reduce((sum, { size, start }) => sum + size - start, 0);
  const needed = roomFor(loads, { set, keepArchives, connections });
  const remedy = `make room, or name fewer plates with ${named('plates')}`;
  await requireSpace(folder, needed, { free: freeSpace, remedy });
  const [first] = loads;
  const pace = first && (await timeDownload(archiveOf(place, first.plate).url, host));
  return {
    command: 'fetch',
    reads: { files: isThere ? await readsOf([table], host) : [], screen: null },
    does: describeLoads(loads, { left, needed, kept: plates.length - pending.length }),
    writes: await writesOf(
      [
        ...tables,
        record.file,
        ...pending.map(({ path, images }) => ({ path: join(folder, path), files: images.length })),
      ],
      { resume: true },
      host,
    ),
    seconds: first === undefined ? { low: 0, high: 0 } : pace && left > 0 ? times(pace, left) : null,
    how: pace
      ? 'the speed of the first archive was measured; the time to unpack is not included'
      : 'nothing was downloaded',
  };
}

function describeLoads(
  loads: readonly Load[],
  { left, needed, kept }: { left: number; needed: number; kept: number },
): string[] {
  const fields = loads.reduce((sum, { plate }) => sum + plate.fields, 0);
  const unknown = loads.filter(({ size }) => size === 0).length;
  return [
    `Downloads ${loads.length} ${loads.length === 1 ? 'plate' : 'plates'} with ${fieldWords(fields)}: ${formatBytes(left)}` +
      `${unknown > 0 ? ` and ${unknown} of unknown size` : ''}. Unpacked they need about ${formatBytes(needed)}.`,
    ...(kept > 0 ? [`Keeps ${kept} ${kept === 1 ? 'plate that is' : 'plates that are'} there already.`] : []),
  ];
}

/** @throws BadDownload when the server does not give the file; a rehearsal tries once */
async function download(url: string, { signal }: RehearsingHost): Promise<Uint8Array> {
  try {
    const { pieces } = await request(url, { stall: usualPatience.stall, signal });
    const all: Uint8Array[] = [];
    for await (const piece of pieces) all.push(piece);
    return Buffer.concat(all);
  } catch (error) {
    if (!(error instanceof Transient)) throw error;
    throw new MilscopeError('BadDownload', {
      file: url,
      problem: 'the file could not be downloaded',
      found: error.message,
      remedy: `check the connection to the network and try again, or name a mirror with ${named('baseUrl')}`,
      cause: error,
    });
  }
}

/** Seconds that a byte takes; undefined where the server does not give one. */
async function timeDownload(url: string, { signal, clock }: RehearsingHost): Promise<TimeRange | undefined> {
  const began = clock.milliseconds();
  let bytes = 0;
  try {
    const { pieces, leave } = await request(url, { stall: PATIENCE, signal });
    for await (const { length } of pieces) {
      bytes += length;
      if (clock.milliseconds() - began > PATIENCE) break;
    }
    await leave();
  } catch {
    signal.throwIfAborted();
  }
  return bytes > 0 ? rateOf((clock.milliseconds() - began) / 1000, bytes) : undefined;
}
