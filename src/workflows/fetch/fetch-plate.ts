import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Of } from '../../download/checksum.ts';
import { downloadFile } from '../../download/download-file.ts';
import type { Patience } from '../../download/request.ts';
import { isMilscopeError, MilscopeError } from '../../errors.ts';
import type { Plate } from './plates.ts';
import type { PublishedSet } from './published-set.ts';
import { countImages, type RecordKeeper } from './record.ts';
import { requireSum } from './sums.ts';
import { unpackPlate } from './unpack-plate.ts';

/** Where plates come from and go to. */
export interface PlateJob {
  readonly set: PublishedSet;
  /** Ends with `/`. */
  readonly baseUrl: string;
  readonly folder: string;
  readonly sums: ReadonlyMap<string, string>;
  readonly keepArchives: boolean;
  readonly record: RecordKeeper;
  readonly patience: Patience;
  readonly signal: AbortSignal;
  /** Told how many bytes of the archive are there. */
  readonly onBytes: (plate: Plate, bytes: number) => void;
  readonly onUnpack: (plate: Plate) => void;
  /** Told what goes wrong but is tried again. */
  readonly onTrouble: (text: string) => void;
}

/** A plate that has come. */
export interface FetchedPlate {
  readonly sha256: string;
  /** Bytes of the archive. */
  readonly bytes: number;
  /** Whether its sum was known beforehand. */
  readonly matched: boolean;
  /** Images that the table names and the archive has, and how many it has not. */
  readonly images: number;
  readonly missing: number;
}

/** An archive that is there, and what becomes of it. */
interface ArchiveFile {
  readonly path: string;
  readonly done: () => Promise<void>;
}

/** The address of the archive of a plate, and its place in the folder. */
export function archiveOf({ set, baseUrl, folder }: Pick<PlateJob, 'set' | 'baseUrl' | 'folder'>, { name }: Plate) {
  const file = set.archiveOf(name);
  return { name: file, url: new URL(encodeURIComponent(file), baseUrl).href, path: join(folder, file) };
}

/**
 * Downloads the archive of a plate, checks it, unpacks it and records that. An archive that has come damaged is
 * downloaded anew once. One that lies in the folder already is used, and stays there.
 *
 * @throws MilscopeError, with what has to be done about it; the signal's reason.
 */
export async function fetchPlate(plate: Plate, job: PlateJob): Promise<FetchedPlate> {
  const { path, name } = archiveOf(job, plate);
  const isThere = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (isThere) {
    try {
      return await useArchive(plate, { path, done: async () => {} }, job);
    } catch (error) {
      if (!isMilscopeError(error, 'DamagedArchive')) throw error;
      const remedy = 'remove it and run the same command again, and it will be downloaded';
      throw new MilscopeError('DamagedArchive', { ...error.details, file: path, remedy });
    }
  }
  try {
    return await downloadPlate(plate, job);
  } catch (error) {
    if (!isMilscopeError(error, 'DamagedArchive')) throw error;
    job.onTrouble(`${name} has come damaged and is downloaded anew: ${error.message}`);
    return downloadPlate(plate, job);
  }
}

async function downloadPlate(plate: Plate, job: PlateJob): Promise<FetchedPlate> {
  const { url, path } = archiveOf(job, plate);
  const { part, keep, discard } = await downloadFile(url, path, {
    signal: job.signal,
    patience: job.patience,
    onBytes: (bytes) => job.onBytes(plate, bytes),
    onRetry: (reason, pause) => job.onTrouble(`${plate.name}: ${reason}; once more in ${Math.round(pause / 1000)} s`),
  });
  try {
    return await useArchive(plate, { path: part, done: job.keepArchives ? keep : discard }, job);
  } catch (error) {
    // What cannot be used must not be taken up again, unless it is the disk that is at fault.
    if (isMilscopeError(error, 'DamagedArchive') || isMilscopeError(error, 'BadArchive')) {
      await discard();
      throw new MilscopeError(error.tag, { ...error.details, file: url });
    }
    throw error;
  }
}

async function useArchive(plate: Plate, { path, done }: ArchiveFile, job: PlateJob): Promise<FetchedPlate> {
  const { url, name } = archiveOf(job, plate);
  job.onUnpack(plate);
  const { size } = await stat(path);
  const sha256 = await sha256Of(path, job.signal);
  const matched = requireSum(job.sums, { url, name, sha256 });
  const { files, bytes } = await unpackPlate(path, { folder: job.folder, plate, signal: job.signal });
  const images = await countImages(job.folder, plate);
  const missing = plate.images.length - images.files;
  await job.record.addPlate(plate.name, {
    path: plate.path,
    url,
    archive: { bytes: size, sha256, matched },
    files,
    bytes,
    images: { ...images, missing },
    fetched: new Date().toISOString(),
  });
  await done();
  return { sha256, bytes: size, matched, images: images.files, missing };
}
