import type { Image } from './pixels.ts';
import type { Box } from './symmetry.ts';

/**
 * A part of an image, rotated counter-clockwise by `angle` (radians) about its middle, as float32. Between pixels, intensities are
 * interpolated linearly. What comes into the part from outside of it has the intensity of the nearest pixel inside, so that
 * without it only the largest circle inside the part is all there.
 */
export function rotate({ data, channels, height, width }: Image, box: Box, angle: number): Image {
  const { top, left, height: rows, width: columns } = box;
  const size = rows * columns;
  const rotated = new Float32Array(channels * size);
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const [middleY, middleX] = [(rows - 1) / 2, (columns - 1) / 2];
  for (let y = 0, at = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++, at++) {
      const [right, down] = [x - middleX, y - middleY];
      const fromX = Math.min(columns - 1, Math.max(0, middleX + cosine * right - sine * down));
      const fromY = Math.min(rows - 1, Math.max(0, middleY + sine * right + cosine * down));
      const [x0, y0] = [Math.floor(fromX), Math.floor(fromY)];
      const [beside, below] = [fromX - x0, fromY - y0];
      const first = (top + y0) * width + left + x0;
      const [toRight, toBelow] = [x0 + 1 < columns ? 1 : 0, y0 + 1 < rows ? width : 0];
      for (let channel = 0; channel < channels; channel++) {
        const from = channel * height * width + first;
        const above = data[from]! + beside * (data[from + toRight]! - data[from]!);
        const under = data[from + toBelow]! + beside * (data[from + toBelow + toRight]! - data[from + toBelow]!);
        rotated[channel * size + at] = above + below * (under - above);
      }
    }
  }
  return { data: rotated, channels, height: rows, width: columns };
}
