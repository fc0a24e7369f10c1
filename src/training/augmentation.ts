import type { Image } from '../pixels/pixels.ts';
import type { Box, Symmetry } from '../pixels/symmetry.ts';
import type { Random } from '../random.ts';

/** A random crop of `side` pixels, turned and reflected at random: every place and symmetry equally likely. */
export function drawCrop(
  field: Pick<Image, 'height' | 'width'>,
  { side, random }: { side: number; random: Random },
): { readonly box: Box; readonly symmetry: Symmetry } {
  const top = random.integer(field.height - side + 1);
  const left = random.integer(field.width - side + 1);
  const turns = random.integer(4);
  return { box: { top, left, height: side, width: side }, symmetry: { turns, reflected: random.integer(2) === 1 } };
}
