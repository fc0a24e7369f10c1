import { Buffer } from 'node:buffer';
import { basename, dirname, join } from 'node:path';

/** Bytes that most disks allow for the name of a file. */
const LONGEST = 255;

/** The name that a file has until it is whole: its own with an ending, shortened where the disk would not take it. */
export function besideOf(path: string, ending: string): string {
  const name = [...basename(path)];
  // A name that is too long by itself must fail as such.
  if (Buffer.byteLength(name.join('')) > LONGEST) return path + ending;
  while (Buffer.byteLength(name.join('') + ending) > LONGEST) name.pop();
  return join(dirname(path), name.join('') + ending);
}
