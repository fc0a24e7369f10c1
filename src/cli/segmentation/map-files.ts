import { join } from 'node:path';
import { writePng } from '../../image/write.ts';
import type { Plane } from '../../localization/plane.ts';

const BRIGHTEST = 65535;

/**
 * Writes a map as a 16-bit grey PNG in which its largest value is 65535, and gives that value: what a pixel holds is
 * grey · largest / 65535.
 */
export async function writeMap(path: string, { data, height, width }: Plane): Promise<number> {
  let largest = 0;
  for (const value of data) if (value > largest) largest = value;
  const grey = new Uint16Array(data.length);
  if (largest > 0) for (let i = 0; i < grey.length; i++) grey[i] = Math.round((data[i]! / largest) * BRIGHTEST);
  await writePng(path, { data: grey, channels: 1, height, width });
  return largest;
}

/** Where the maps of a selection are: `maps`, or a folder in it where there are several selections. */
export function mapFolder(out: string, { file, alone }: { file: string; alone: boolean }): string {
  return alone ? join(out, 'maps') : join(out, 'maps', file);
}
