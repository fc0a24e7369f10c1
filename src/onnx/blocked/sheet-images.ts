import type { Kernels } from '../../kernels/kernels.ts';
import { float32, sizeOf, type Tensor } from '../tensor.ts';
import type { ChainParts } from './chain.ts';
import { tensorAt } from './layer.ts';

/**
 * The images of a sheet, from the `first` of `all [images, C, H, W]` on: a view of these, or, where fewer are left than a
 * sheet has, a copy at an address, followed by zeros.
 */
export function imagesOfSheet(
  all: Tensor,
  { first, chain, kernels, at }: { first: number; chain: ChainParts; kernels: Kernels; at: number },
): Tensor {
  const { together, image } = chain;
  const size = sizeOf(image);
  const shape = [together, ...image];
  const own = (all.data as Float32Array).subarray(first * size, (first + together) * size);
  if (own.length === together * size) return float32(own, shape);
  const room = tensorAt(kernels, at, shape);
  const data = room.data as Float32Array;
  data.set(own);
  data.fill(0, own.length);
  return room;
}
