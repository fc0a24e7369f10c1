import { element } from '../dom/element.ts';

/** Share of the picture that a bar has at most. */
const MOST = 0.3;

/** A bar of a round number of micrometres over the corner of a picture; null where the size of a pixel is not known. */
export function scaleBar({ width, pixelSize }: { width: number; pixelSize: number | null }): HTMLElement | null {
  if (pixelSize === null || !(pixelSize > 0)) return null;
  const length = roundLength(MOST * width * pixelSize);
  const style = { width: `${((100 * length) / (width * pixelSize)).toFixed(2)}%` };
  return element('span', { class: 'scale-bar', 'data-length': `${length} µm`, style });
}

/** The largest of 1, 2 or 5 times a power of ten that is no larger. */
export function roundLength(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [5, 2, 1].find((one) => one * power <= most) ?? 1;
  return Number((step * power).toPrecision(1));
}
