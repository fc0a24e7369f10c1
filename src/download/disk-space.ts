import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { MilscopeError } from '../errors.ts';

/** Bytes that are free on the disk that `folder` is on, or will be on. */
export async function freeSpace(folder: string): Promise<number> {
  for (let place = resolve(folder); ; place = dirname(place)) {
    try {
      const { bavail, bsize } = await statfs(place);
      return bavail * bsize;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if ((code !== 'ENOENT' && code !== 'ENOTDIR') || dirname(place) === place) throw error;
    }
  }
}

/** Makes sure that there is room for `needed` bytes. @throws CannotWrite */
export async function requireSpace(
  folder: string,
  needed: number,
  { free = freeSpace, remedy }: { free?: (folder: string) => Promise<number>; remedy?: string } = {},
): Promise<void> {
  const available = await free(folder);
  if (available >= needed) return;
  throw new MilscopeError('CannotWrite', {
    file: folder,
    problem: 'there is not enough room on the disk',
    found: `${formatBytes(available)} free`,
    expected: formatBytes(needed),
    remedy: remedy ?? 'make room, then run the same command again',
  });
}

/** A number of bytes as people read it, in powers of ten: `840 MB`, `1.9 GB`. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.max(0, Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, Math.abs(bytes))) / 3)));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? value.toFixed(0) : value.toPrecision(value >= 10 ? 3 : 2)} ${units[power]}`;
}
