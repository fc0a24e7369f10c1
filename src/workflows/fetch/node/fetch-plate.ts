import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Of } from '../../../download/checksum.ts';
import { downloadFile } from '../../../download/download-file.ts';
import type { Patience } from '../../../download/request.ts';
import { isMilscopeError, MilscopeError } from '../../../errors.ts';
import type { Plate } from '../plates.ts';
import type { PublishedSet } from '../published-set.ts';
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
  readonly now: () => Date;
  /** Called with the bytes of the archive that have arrived. */
  readonly onBytes: (plate: Plate, bytes: number) => void;
  readonly onUnpack: (plate: Plate) => void;
  /** Called with what went wrong and is tried again. */
  readonly onTrouble: (text: string) => void;
}

/** A plate that was fetched. */
export interface FetchedPlate {
  readonly sha256: string;
  /** Bytes of the archive. */
  readonly bytes: number;
  /** Whether its sum was in the list of sums. */
  readonly matched: boolean;
  /** Images of the table that are in the archive, and how many are not. */
  readonly images: number;
  readonly missing: number;
}

/** An archive on the disk, and what to do when it has been used. */
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
 * Downloads the archive of a plate, checks it, unpacks it and records it. A damaged archive is downloaded once more. An
 * archive that is in the folder already is used, and stays there.
 *
 * @throws MilscopeError with what to do about it; the signal's reason
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
      const remedy = 'remove it and run the same command again to download it';
      throw new MilscopeError('DamagedArchive', { ...error.marked, file: path, remedy });
    }
  }
  try {
    return await downloadPlate(plate, job);
  } catch (error) {
    if (!isMilscopeError(error, 'DamagedArchive')) throw error;
    job.onTrouble(`${name} arrived damaged and is downloaded again: ${error.message}`);
    return downloadPlate(plate, job);
  }
}

async function downloadPlate(plate: Plate, job: PlateJob): Promise<FetchedPlate> {
  const { url, path } = archiveOf(job, plate);
  const { part, keep, discard } = await downloadFile(url, path, {
    signal: job.signal,
    patience: job.patience,
    onBytes: (bytes) => job.onBytes(plate, bytes),
    onRetry: (reason, pause) => job.onTrouble(`${plate.name}: ${reason}; retrying in ${Math.round(pause / 1000)} s`),
  });
  try {
    return await useArchive(plate, { path: part, done: job.keepArchives ? keep : discard }, job);
  } catch (error) {
    // An archive that cannot be used must not be resumed, unless the disk is at fault.
    if (isMilscopeError(error, 'DamagedArchive') || isMilscopeError(error, 'BadArchive')) {
      await discard();
      throw new MilscopeError(error.tag, { ...error.marked, file: url });
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
    fetched: job.now().toISOString(),
  });
  await done();
  return { sha256, bytes: size, matched, images: images.files, missing };
}
