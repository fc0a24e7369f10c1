import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Of } from '../../download/checksum.ts';
import { downloadFile } from '../../download/download-file.ts';
import { isMilscopeError, MilscopeError } from '../../errors.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { joinMechanisms } from '../../screen/join/join-mechanisms.ts';
import { readTable } from '../../tables/read-table.ts';
import type { PlateJob } from './fetch-plate.ts';
import { readPlates } from './plates.ts';
import { requireSum } from './sums.ts';

type TableJob = Pick<PlateJob, 'set' | 'baseUrl' | 'folder' | 'sums' | 'record' | 'patience' | 'signal' | 'onTrouble'>;

/**
 * Downloads the tables of a set that are not there yet and lets them be read before they are put in their places, since
 * what is there stays. Gives the names of those that have come.
 *
 * @throws BadDownload, DamagedArchive for another sum than expected; a table that may be absent costs nothing.
 */
export async function fetchTables(job: TableJob): Promise<string[]> {
  const { set, folder } = job;
  const come: string[] = [];
  const fetch = async (name: string, check: (file: string) => Promise<unknown>) => {
    if (await isThere(join(folder, name))) return;
    await fetchTable(name, check, job);
    come.push(name);
  };
  await fetch(set.fieldTable, readPlates);
  await fetch(set.mechanismTable, async (file) => {
    joinMechanisms(await readTable(join(folder, set.fieldTable), nodeFiles), await readTable(file, nodeFiles));
  });
  for (const name of set.otherTables) {
    await fetch(name, (file) => readTable(file, nodeFiles)).catch((error) => {
      if (!isMilscopeError(error, 'BadDownload')) throw error;
    });
  }
  return come;
}

async function fetchTable(name: string, check: (file: string) => Promise<unknown>, job: TableJob): Promise<void> {
  const { baseUrl, folder, sums, record, patience, signal, onTrouble } = job;
  const url = new URL(name, baseUrl).href;
  const onRetry = (reason: string, pause: number) =>
    onTrouble(`${name}: ${reason}; once more in ${Math.round(pause / 1000)} s`);
  const { part, bytes, keep, discard } = await downloadFile(url, join(folder, name), { signal, patience, onRetry });
  const sha256 = await sha256Of(part, signal);
  try {
    requireSum(sums, { url, name, sha256 });
    await check(part);
  } catch (error) {
    await discard();
    if (!isMilscopeError(error) || error.tag === 'DamagedArchive') throw error;
    const problem = 'what the server gives is not this table';
    throw new MilscopeError('BadDownload', { file: url, problem, found: error.details.problem, cause: error });
  }
  await keep();
  await record.addTable(name, { url, bytes, sha256 });
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
