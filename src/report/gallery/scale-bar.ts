import { textSvg } from './drawing.ts';

/** All in pixels of the picture. */
const [INSET, THICKNESS, TEXT] = [10, 4, 13];
/** How long the bar is at most, as a share of the picture. */
const LONGEST = 0.3;

/**
 * SVG of a scale bar in the lower right corner of a picture, with its length over it: 1, 2 or 5 times a power of ten, in
 * nanometres, micrometres or millimetres, and at most three tenths of the picture. White on a dark ground, so that it is seen
 * on any field.
 *
 * @param pixelSize micrometres of a pixel of the picture
 */
export function scaleBarSvg({
  right,
  bottom,
  width,
  pixelSize,
}: {
  right: number;
  bottom: number;
  width: number;
  pixelSize: number;
}): string {
  const micrometres = roundLength(LONGEST * width * pixelSize);
  const length = micrometres / pixelSize;
  const [x, y] = [right - INSET - length, bottom - INSET - THICKNESS];
  const label = lengthText(micrometres);
  const ground = { width: Math.max(length, 7 * label.length) + 12, height: TEXT + THICKNESS + 13 };
  const left = right - INSET - length / 2 - ground.width / 2;
  const shifted = Math.min(0, right - 2 - (left + ground.width));
  return [
    `<rect x="${fixed(left + shifted)}" y="${fixed(y - TEXT - 7)}" width="${fixed(ground.width)}" height="${ground.height}" rx="3" fill="#000000" fill-opacity="0.6"/>`,
    `<rect x="${fixed(x + shifted)}" y="${fixed(y)}" width="${fixed(length)}" height="${THICKNESS}" fill="#ffffff"/>`,
    textSvg({ x: x + shifted + length / 2, y: y - 5, text: label, size: TEXT, anchor: 'middle', fill: '#ffffff' }),
  ].join('');
}

/** The largest of 1, 2 and 5 times a power of ten that is not above a length. */
export function roundLength(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  return power * [5, 2, 1].find((step) => step * power <= most * (1 + 1e-9))!;
}

function lengthText(micrometres: number): string {
  const [size, unit] =
    micrometres >= 1000
      ? [micrometres / 1000, 'mm']
      : micrometres < 1
        ? [micrometres * 1000, 'nm']
        : [micrometres, 'µm'];
  return `${Number(size.toPrecision(3))} ${unit}`;
}

const fixed = (value: number): string => value.toFixed(1);
