import { isMilscopeError } from '../../errors.ts';
import { readImageHeader } from '../../image/header.ts';
import type { Screen } from '../../screen/screen.ts';

/** Files that are asked. */
const ASKED = 5;

/**
 * Side of a pixel (µm), as the first image says whose header can be read; undefined where it says nothing, or says that
 * pixels are no squares.
 */
export function pixelSizeOf({ fields }: Screen): number | undefined {
  for (const { sources } of fields.slice(0, ASKED)) {
    const [{ file = '', level } = {}] = sources;
    if (file === '') continue;
    try {
      const { pixelSize } = readImageHeader(file, { level });
      if (pixelSize === undefined) return undefined;
      const { x, y } = pixelSize;
      return Math.abs(x - y) <= 0.001 * x ? x : undefined;
    } catch (error) {
      if (!isMilscopeError(error)) throw error;
    }
  }
  return undefined;
}
