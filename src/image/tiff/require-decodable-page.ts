import type { Window } from '../region.ts';
import { type DecodeLimits, requireDecodable } from '../require-decodable.ts';
import { givenBits } from './decode-page.ts';
import type { TiffPage } from './page.ts';
import { coverWindow } from './segments.ts';

/**
 * Lets a window of a page pass that may be decoded: with the strips or tiles that it touches, of which a single one may be far
 * larger than the page, and with the planes that are read of the file beside it.
 *
 * @throws BadImage
 */
export function requireDecodablePage(
  file: string,
  { page, window, planes }: { readonly page: TiffPage; readonly window: Window; readonly planes: number },
  limits: DecodeLimits,
): void {
  const { segment, stored } = page;
  const sample = givenBits(page) / 8;
  const { area, chosen } = coverWindow(page, window);
  const [width, height] = segment;
  const bytes = Math.max(stored, planes) * sample;
  requireDecodable(file, { ...area, bytes }, limits);
  requireDecodable(file, { width, height, bytes: stored * sample * chosen.length }, limits);
}
