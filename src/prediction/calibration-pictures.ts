import { smallestField, totalStride } from '../network/architecture.ts';
import { layersOf, type ModelDescription } from '../network/model-file.ts';
import type { Pictures } from '../onnx/session-pool.ts';
import type { Image } from '../pixels/pixels.ts';
import type { Box } from '../pixels/symmetry.ts';

/** Largest side of what is shown of a field, once it is enlarged (pixels), and cells of it at most. */
const LARGEST_SIDE = 1024;
const CELLS = 64;

/**
 * What a model is shown of a field, to see how large its activations are: the middle of it, or, for a model of single cells,
 * squares of their size side by side, spread evenly over it.
 */
export function calibrationPictures(image: Image, about: ModelDescription): Pictures {
  const boxes = about.cellSize === undefined ? [middleOf(image, about)] : squaresOf(image, about.cellSize);
  const [{ height, width }] = boxes as [Box, ...Box[]];
  const views = boxes.map((box) => ({ image, box }));
  return { views, shape: [views.length, image.channels, height, width] };
}

function middleOf({ height, width }: Image, about: ModelDescription): Box {
  const layers = layersOf(about);
  const most = Math.max(smallestField(layers, about.enlarge), Math.floor(LARGEST_SIDE / (about.enlarge ?? 1)));
  const [high, wide] = [Math.min(height, most), Math.min(width, most)];
  // As far into the field as a multiple of the stride.
  const start = (length: number, shown: number) => {
    const half = Math.floor((length - shown) / 2);
    return half - (half % totalStride(layers));
  };
  return { top: start(height, high), left: start(width, wide), height: high, width: wide };
}

function squaresOf({ height, width }: Image, side: number): Box[] {
  const [rows, columns] = [Math.floor(height / side), Math.floor(width / side)];
  const count = Math.min(CELLS, rows * columns);
  return Array.from({ length: count }, (_, i) => {
    const place = Math.floor((i * rows * columns) / count);
    return { top: Math.floor(place / columns) * side, left: (place % columns) * side, height: side, width: side };
  });
}
