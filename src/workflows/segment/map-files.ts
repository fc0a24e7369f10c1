import { join } from '../../files/paths.ts';
import type { Plane } from '../../localization/plane.ts';
import type { Host } from '../host.ts';
import { fileNames } from './file-names.ts';

type PictureHost = Pick<Host, 'files' | 'pictures'>;

const BRIGHTEST = 65535;

/**
 * Writes a map as a 16-bit grey PNG in which its largest value is 65535, and gives that value: what a pixel holds is
 * grey · largest / 65535.
 */
export async function writeMap(path: string, plane: Plane, host: PictureHost): Promise<number> {
  const largest = largestOf(plane.data);
  await writeScaled(path, plane, { largest, host });
  return largest;
}

/** Of which channels of a field there are maps, and where they go. */
export interface ChannelMaps {
  /** `[channels, height, width]`. */
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
  /** Names of the channels. */
  readonly channels: readonly string[];
  /** Name of the field. */
  readonly field: string;
}

/**
 * Writes the maps of the channels of a field, `<channel>/<field>.png` each, on one scale, so that they can be compared, and
 * gives the value that is 65535 in all of them.
 */
export async function writeChannelMaps(folder: string, maps: ChannelMaps, host: PictureHost): Promise<number> {
  const { data, height, width, channels, field } = maps;
  const largest = largestOf(data);
  const size = height * width;
  for (const [i, channel] of fileNames(channels, 'channel').entries()) {
    const own = data.subarray(i * size, (i + 1) * size);
    await writeScaled(join(folder, channel, `${field}.png`), { data: own, height, width }, { largest, host });
  }
  return largest;
}

function largestOf(data: Plane['data']): number {
  let largest = 0;
  for (const value of data) if (value > largest) largest = value;
  return largest;
}

async function writeScaled(
  path: string,
  { data, height, width }: Plane,
  { largest, host: { files, pictures } }: { largest: number; host: PictureHost },
): Promise<void> {
  const grey = greyOf(data, largest);
  await files.write(path, await pictures.png({ data: grey, channels: 1, height, width }, path));
}

/** The grey levels of a map in which `largest` is the brightest. */
export function greyOf(data: Plane['data'], largest: number): Uint16Array {
  const grey = new Uint16Array(data.length);
  if (largest > 0) for (let i = 0; i < grey.length; i++) grey[i] = Math.round((data[i]! / largest) * BRIGHTEST);
  return grey;
}

/** Where the maps of a selection are: in `maps` or `channel-maps`, or a folder in it where there are several selections. */
export function mapFolder(
  out: string,
  { kind, file, alone }: { kind: 'maps' | 'channel-maps'; file: string; alone: boolean },
): string {
  return alone ? join(out, kind) : join(out, kind, file);
}
