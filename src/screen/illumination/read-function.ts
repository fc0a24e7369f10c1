import { MilscopeError, named } from '../../errors.ts';
import { extname } from '../../files/paths.ts';
import type { ImageAccess } from '../../image/access.ts';
import { isNpy, readNpy } from '../../image/npy/read-npy.ts';
import { readImage } from '../../image/read.ts';
import type { Size } from '../../image/region.ts';
import type { Pixels } from '../../pixels/pixels.ts';

/** By what the pixels of a field are divided: a plane `[height, width]` for each channel, or one for all of them. */
export interface IlluminationFunction extends Size {
  readonly file: string;
  readonly planes: readonly Float32Array[];
}

/** What ends an error: pixels can always be read as they are. */
const OR_NONE = `or read pixels as they are, with ${named('illumination')} none`;

/**
 * Reads an illumination function: an array of NumPy (`.npy`, as CellProfiler saves them) or an image. Numbers are taken as they
 * are; those of images of 8 and 16 bits are shares of the largest that such images can have, as CellProfiler reads them.
 *
 * @throws MissingFile, and BadImage for a file that is neither, or that has a number that nothing can be divided by
 */
export async function readIlluminationFunction(
  file: string,
  { maxPixels }: { maxPixels?: number | undefined },
  access: ImageAccess,
): Promise<IlluminationFunction> {
  const { files } = access;
  const about = await files.status(file);
  if (about === undefined) {
    throw new MilscopeError('MissingFile', {
      file,
      problem: 'the illumination function does not exist',
      remedy: `copy it there, ${OR_NONE}`,
    });
  }
  if (extname(file).toLowerCase() === '.mat') {
    throw new MilscopeError('BadImage', {
      file,
      problem: 'this illumination function is a file of MATLAB, as early versions of CellProfiler wrote them',
      expected: '.npy or an image',
      remedy: `save it as .npy (in Python: numpy.save("function.npy", scipy.io.loadmat("function.mat")["Image"])), ${OR_NONE}`,
    });
  }
  const isArray = about.kind === 'file' && isNpy(await files.read(file, { offset: 0, length: 6 }));
  const read = isArray ? await planeOfArray(file, { maxPixels }, access) : await planesOfImage(file, maxPixels, access);
  requireDivisors(read);
  return read;
}

async function planeOfArray(file: string, { maxPixels }: { maxPixels: number | undefined }, access: ImageAccess) {
  const { data, height, width } = await readNpy(file, { maxPixels, memory: access.memory }, access.files);
  return { file, height, width, planes: [data] };
}

async function planesOfImage(file: string, maxPixels: number | undefined, access: ImageAccess) {
  const { data, channels, height, width } = await readImage(file, { maxPixels }, access);
  const [most, length] = [largestOf(data), height * width];
  const shares = Float32Array.from(data, (value) => value / most);
  const planes = Array.from({ length: channels }, (_, c) => shares.subarray(c * length, (c + 1) * length));
  return { file, height, width, planes };
}

/** The largest number that pixels of a type can have; 1 for floats, which are what they are. */
function largestOf(data: Pixels): number {
  return data instanceof Float32Array ? 1 : 2 ** (8 * data.BYTES_PER_ELEMENT) - 1;
}

function requireDivisors({ file, planes }: IlluminationFunction): void {
  for (const plane of planes) {
    const bad = plane.findIndex((value) => !(value > 0 && value < Number.POSITIVE_INFINITY));
    if (bad < 0) continue;
    throw new MilscopeError('BadImage', {
      file,
      problem: 'pixels cannot be divided by this illumination function',
      found: `${plane[bad]} in it`,
      expected: 'numbers above 0',
      remedy: `make the function anew, ${OR_NONE}`,
    });
  }
}
