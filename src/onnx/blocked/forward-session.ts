import type { Tensors } from '../session.ts';
import { float32, sizeOf, type Tensor } from '../tensor.ts';
import { createBody } from './body.ts';
import type { ForwardChain } from './chain.ts';
import { NOTHING_DROPPED } from './dropping.ts';
import { createHead, placeHead } from './head.ts';
import { setParameters } from './layer.ts';
import type { ChainSession, ChainSessionOptions } from './running.ts';
import { imagesOfSheet } from './sheet-images.ts';

/** The outputs of a network for any number of images, `image [N, C, H, W]`, some side by side at a time. */
export async function createForwardSession(
  chain: ForwardChain,
  { createSession, strip }: ChainSessionOptions,
): Promise<ChainSession> {
  const { together, layers, headOutputs, headFeeds } = chain;
  const wanted = 'outputs';
  const body = await createBody(chain, {
    createSession,
    wanted,
    strip,
    between: (placing) => placeHead(chain, placing, wanted),
    // Only a sheet that is not full is filled up.
    kept: (placing) => ({ image: placing.take(together === 1 ? 0 : sizeOf([together, ...chain.image])) }),
  });
  const { kernels, tools, at } = body;
  const head = await createHead(chain, { createSession, kernels, at, last: tools.at(-1)! });
  for (const tool of tools) setParameters(tool, chain.parameters);
  const droppings = layers.map(() => NOTHING_DROPPED);
  return {
    async run(feeds) {
      const all = feeds.image as Tensor;
      const images = all.shape[0]!;
      const own: Record<string, Tensor> = {};
      for (const name of headFeeds) own[name] = feeds[name] as Tensor;
      const answers = Object.entries(headOutputs).map(([name, [, ...shape]]) => {
        return { name, shape, size: sizeOf(shape), data: new Float32Array(images * sizeOf(shape)) };
      });
      for (let first = 0; first < images; first += together) {
        await body.forward(imagesOfSheet(all, { first, chain, kernels, at: at.image! }), droppings);
        const found: Tensors = await head.run(own);
        for (const { name, size, data } of answers) {
          const numbers = found[name]!.data as Float32Array;
          data.set(numbers.subarray(0, Math.min(together, images - first) * size), first * size);
        }
      }
      return Object.fromEntries(answers.map(({ name, shape, data }) => [name, float32(data, [images, ...shape])]));
    },
    async release() {
      await Promise.all([head.release(), body.release()]);
    },
  };
}
