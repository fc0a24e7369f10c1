import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { requireSpace } from '../../../download/disk-space.ts';
import { type ArchiveEntry, openArchive } from '../../../download/zip-archive.ts';
import { MilscopeError } from '../../../errors.ts';
import type { Plate } from '../plates.ts';

/** What came out of an archive. */
export interface UnpackedPlate {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Unpacks the archive of a plate into the plate's folder, whether its files are in a folder named after the plate, in
 * folders of week and plate, or in none. Files that systems hide in archives (`__MACOSX`, `.DS_Store`, `Thumbs.db`) are
 * left out.
 *
 * @throws BadArchive for an archive without any image of the plate, before anything is written; CannotWrite when the disk
 *   has no room for it; and as `openArchive`
 */
export async function unpackPlate(
  archive: string,
  { folder, plate, signal }: { folder: string; plate: Plate; signal: AbortSignal },
): Promise<UnpackedPlate> {
  const zip = await openArchive(archive);
  try {
    const files = zip.entries.flatMap((entry) => {
      const inside = placeOf(entry, plate);
      return inside === undefined ? [] : [{ entry, inside, to: join(folder, plate.path, inside) }];
    });
    const images = new Set(plate.images);
    if (!files.some(({ inside }) => images.has(inside))) {
      throw new MilscopeError('BadArchive', {
        file: archive,
        problem: `the archive has no image of plate ${plate.name}`,
        found: zip.entries[0]?.name ?? 'no file at all',
        expected: `${plate.name}/${plate.images[0]}`,
      });
    }
    await requireSpace(folder, await bytesToWrite(files));
    for (const { entry, to } of files) await zip.unpack(entry, to, signal);
    return { files: files.length, bytes: files.reduce((sum, { entry }) => sum + entry.bytes, 0) };
  } finally {
    zip.close();
  }
}

/** The path of a file in the folder of the plate; undefined for what is not unpacked. */
function placeOf({ name }: ArchiveEntry, { path }: Plate): string | undefined {
  const parts = name.split('/').filter((part) => part !== '');
  if (parts.some((part) => part.startsWith('.') || part === '__MACOSX' || part === 'Thumbs.db')) return undefined;
  const folders = path.split('/');
  for (let from = 0; from < folders.length; from++) {
    const leading = folders.slice(from);
    if (leading.every((folder, i) => parts[i] === folder)) return parts.slice(leading.length).join('/') || undefined;
  }
  return parts.join('/');
}

/** A file of the right length counts as there. */
async function bytesToWrite(files: readonly { entry: ArchiveEntry; to: string }[]): Promise<number> {
  let bytes = 0;
  for (const { entry, to } of files) {
    const there = await stat(to).catch(() => undefined);
    if (there?.size !== entry.bytes) bytes += entry.bytes;
  }
  return bytes;
}
