import type { Kernels } from '../../kernels/kernels.ts';
import type { CreateSession, Session, Tensors } from '../session.ts';
import type { Feed } from '../session-pool.ts';
import { float32, sizeOf, type Tensor } from '../tensor.ts';
import { type Chain, outputSize } from './chain.ts';
import { droppingOf } from './dropping.ts';
import { type LayerTools, tensorAt } from './layer.ts';

/** The graph at the end of a chain: loss and gradients of one image, of which that of its input goes to the last layer. */
export interface Head {
  readonly run: (feeds: Readonly<Record<string, Feed>>, index: number) => Promise<Tensors>;
  readonly release: Session['release'];
}

/** How many numbers the head keeps in the memory of the chain: its input and its masks. */
export function headNumbers({ layers, headMasks }: Pick<Chain, 'layers' | 'headMasks'>): number {
  const last = layers.at(-1)!;
  const shapes = [[last.outputs, ...outputSize(last)], ...Object.values(headMasks)];
  return shapes.reduce((sum, shape) => sum + sizeOf(shape) + PADDING / 4, 0);
}

/** Bytes that a loop may write beyond an array. */
const PADDING = 64;

/** Makes the session of the head; `scratch` is memory that nobody uses between the two passes. */
export async function createHead(
  { head, classes, headParameters, headMasks, lanes }: Chain,
  {
    createSession,
    kernels,
    scratch,
    last: { layer, places },
  }: { createSession: CreateSession; kernels: Kernels; scratch: number; last: LayerTools },
): Promise<Head> {
  const session = await createSession(head, { threads: 1 });
  const [height, width] = outputSize(layer);
  const pixels = height * width;
  const blocks = { blocks: layer.outputs / lanes, lanes };
  const x = tensorAt(kernels, scratch, [1, layer.outputs, height, width]);
  let next = scratch + 4 * sizeOf(x.shape) + PADDING;
  const masks = Object.entries(headMasks).map(([name, shape]) => {
    const at = next;
    next += 4 * sizeOf(shape) + PADDING;
    return { name, at, mask: tensorAt(kernels, at, shape) };
  });
  return {
    release: () => session.release(),
    async run(feeds, index) {
      const own: Record<string, Tensor> = { x };
      for (const name of Object.keys(headParameters)) own[name] = feeds[name] as Tensor;
      for (const [name, size] of [
        ['target', classes],
        ['weight', 1],
      ] as const) {
        const all = (feeds[name] as Tensor).data as Float32Array;
        own[name] = float32(all.subarray(index * size, (index + 1) * size), name === 'weight' ? [1] : [1, size]);
      }
      for (const { name, at, mask } of masks) {
        kernels.drawMask(at, sizeOf(mask.shape), droppingOf(feeds[name], index));
        own[name] = mask;
      }
      const plane = { plane: pixels, pitch: pixels };
      kernels.unblock({ x: places.output, y: scratch }, { ...blocks, stride: pixels, rows: 1, w: pixels }, plane);
      const { 'd.x': slope, ...answer } = await session.run(own);
      kernels.floats.set(slope!.data as Float32Array, scratch / 4);
      kernels.block({ y: scratch, x: places.slope }, { ...blocks, pixels });
      return answer;
    },
  };
}
