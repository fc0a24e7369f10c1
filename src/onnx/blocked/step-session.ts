import type { Kernels } from '../../kernels/kernels.ts';
import type { Tensors } from '../session.ts';
import type { Feed } from '../session-pool.ts';
import { float32, sizeOf, type Tensor } from '../tensor.ts';
import { createBody } from './body.ts';
import type { StepChain } from './chain.ts';
import { droppingOf, NOTHING_DROPPED } from './dropping.ts';
import { createHead, placeHead } from './head.ts';
import { copyTo, gradientsOf, setParameters, tensorAt } from './layer.ts';
import type { ChainSession, ChainSessionOptions } from './running.ts';
import { imagesOfSheet } from './sheet-images.ts';

/**
 * Loss and gradients of some images: `loss`, `probability [m, K]` and `d.<parameter>`, summed over the m bags of these. Feeds
 * are `image [images, C, H, W]`, `target [m, K]`, `weight [m]`, `headImages [images, …]`, the parameters, and the masks as seeds.
 */
export async function createStepSession(
  chain: StepChain,
  { createSession, strip }: ChainSessionOptions,
): Promise<ChainSession> {
  const { layers, together, images, bag, classes, headMasks, headOutputs } = chain;
  const [bags, bagsTogether] = [images / bag, together / bag];
  const maskNames = Object.keys(headMasks);
  const body = await createBody(chain, {
    createSession,
    wanted: 'parameters',
    strip,
    between: (placing) => {
      const head = placeHead(chain, placing, 'parameters');
      const masks = Object.entries(headMasks).map(([name, shape]) => [name, placing.take(sizeOf(shape))] as const);
      return { ...head, ...Object.fromEntries(masks) };
    },
    kept: (placing) => {
      const sums = slopesOf(headOutputs).map(([name, shape]) => [`sum ${name}`, placing.take(sizeOf(shape))] as const);
      // Only a last sheet that is not full is filled up.
      const image = images % together === 0 ? 0 : sizeOf([together, ...chain.image]);
      return { ...Object.fromEntries(sums), image: placing.take(image) };
    },
  });
  const { kernels, tools, at } = body;
  const head = await createHead(chain, { createSession, kernels, at, last: tools.at(-1)! });
  const masks = maskNames.map((name) => [name, tensorAt(kernels, at[name]!, headMasks[name]!)] as const);
  const sums = slopesOf(headOutputs).map(([name, shape]) => {
    return { name, sum: tensorAt(kernels, at[`sum ${name}`]!, shape) };
  });

  async function runSheet(feeds: Readonly<Record<string, Feed>>, sheet: number): Promise<Tensors> {
    const shown = bagsOf(feeds, { first: sheet * bagsTogether, chain, kernels, at: at.image! });
    const droppings = layers.map(({ dropout }) => (dropout ? droppingOf(feeds[dropout.mask], sheet) : NOTHING_DROPPED));
    await body.forward(shown.image, droppings);
    const own: Record<string, Tensor> = { target: shown.target, weight: shown.weight, ...shown.others };
    for (const name of chain.headParameters) own[name] = feeds[name] as Tensor;
    for (const [name, mask] of masks) {
      kernels.drawMask(at[name]!, sizeOf(mask.shape), droppingOf(feeds[name], sheet));
      own[name] = mask;
    }
    const found = await head.run(own);
    for (const { name, sum } of sums) {
      kernels.add({ a: at[`sum ${name}`]!, b: at[name]! }, sizeOf(sum.shape));
    }
    const answer = { loss: copyTo(undefined, found.loss!), probability: copyTo(undefined, found.probability!) };
    await body.backward();
    return answer;
  }

  return {
    async run(feeds, _, into = {}) {
      for (const tool of tools) setParameters(tool, feeds);
      for (const { sum } of sums) (sum.data as Float32Array).fill(0);
      const weights = (feeds.weight as Tensor).data as Float32Array;
      const probability = new Float32Array(bags * classes);
      let loss = 0;
      for (let sheet = 0; sheet * bagsTogether < bags; sheet++) {
        const first = sheet * bagsTogether;
        // Padding has no weight, and adds nothing.
        if (weights.subarray(first, first + bagsTogether).every((weight) => weight === 0)) continue;
        const found = await runSheet(feeds, sheet);
        loss += found.loss!.data[0] as number;
        const rows = Math.min(bagsTogether, bags - first) * classes;
        probability.set((found.probability!.data as Float32Array).subarray(0, rows), first * classes);
      }
      return {
        loss: float32([loss], []),
        probability: float32(probability, [bags, classes]),
        ...Object.fromEntries(sums.map(({ name, sum }) => [name, copyTo(into[name], sum)])),
        ...Object.assign({}, ...tools.map((tool) => gradientsOf(tool, into))),
      };
    },
    async release() {
      await Promise.all([head.release(), body.release()]);
    },
  };
}

/** The outputs of the head that are summed over the images. */
function slopesOf(outputs: StepChain['headOutputs']): [string, readonly number[]][] {
  return Object.entries(outputs).filter(([name]) => name.startsWith('d.'));
}

/** Bags from the `first` on, with their targets and weights; where too few are left, zeros without weight follow. */
function bagsOf(
  feeds: Readonly<Record<string, Feed>>,
  { first, chain, kernels, at }: { first: number; chain: StepChain; kernels: Kernels; at: number },
): {
  readonly image: Tensor;
  readonly target: Tensor;
  readonly weight: Tensor;
  readonly others: Readonly<Record<string, Tensor>>;
} {
  const { together, images, bag, classes } = chain;
  const most = together / bag;
  const count = Math.min(most, images / bag - first);
  const numbers = (name: string, size: number) =>
    ((feeds[name] as Tensor).data as Float32Array).subarray(first * size, (first + count) * size);
  const filled = (name: string, size: number) => {
    const own = new Float32Array(most * size);
    own.set(numbers(name, size));
    return own;
  };
  const others = chain.headImages.map((name) => {
    const [, ...shape] = (feeds[name] as Tensor).shape;
    return [name, float32(filled(name, bag * sizeOf(shape)), [together, ...shape])] as const;
  });
  return {
    others: Object.fromEntries(others),
    image: imagesOfSheet(feeds.image as Tensor, { first: first * bag, chain, kernels, at }),
    target: float32(filled('target', classes), [most, classes]),
    weight: float32(filled('weight', 1), [most]),
  };
}
