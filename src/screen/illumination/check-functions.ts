import type { Size } from '../../image/region.ts';
import type { ScreenAccess } from '../access.ts';
import { openField } from '../open-field.ts';
import type { Field, Screen } from '../screen.ts';
import { requireFit } from './divide.ts';
import { uncorrected } from './illuminate.ts';
import { readIlluminationFunction } from './read-function.ts';

/**
 * Makes what checks that the illumination functions of a field can be read and fit to its size, without dividing a pixel. Each
 * function is read once.
 *
 * What it gives throws what reading the field would throw because of them.
 */
export function createFunctionCheck(
  screen: Pick<Screen, 'channels' | 'usualSize'>,
  access: ScreenAccess,
): (field: Field, size: Size) => Promise<void> {
  const known = new Map<string, Promise<Size & { readonly file: string; readonly planes: number }>>();
  const sizeOf = (path: string, maxPixels: number | undefined) => {
    const found =
      known.get(path) ??
      readIlluminationFunction(path, { maxPixels }, access).then(({ planes, ...of }) => ({
        ...of,
        planes: planes.length,
      }));
    known.set(path, found);
    return found;
  };
  return async (field, size) => {
    let sizes: readonly Size[] = [size];
    for (const source of field.sources) {
      if (source.illumination === undefined) continue;
      const found = await sizeOf(source.illumination, source.maxPixels);
      // A function may be as large as another level.
      const fits = sizes.some(({ width, height }) => width === found.width && height === found.height);
      if (!fits) sizes = [size, ...(await (await openField(screen, uncorrected(field), access)).levels())];
      requireFit(found, { source, sizes });
    }
  };
}
