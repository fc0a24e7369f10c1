import { createKernels } from '../../kernels/kernels.ts';
import type { CreateSession, Tensors } from '../session.ts';
import type { Feed } from '../session-pool.ts';
import { float32, sizeOf, type Tensor } from '../tensor.ts';
import { createBackward } from './backward.ts';
import type { Chain } from './chain.ts';
import { droppingOf } from './dropping.ts';
import { createForward } from './forward.ts';
import { createHead, headNumbers } from './head.ts';
import { gradientsOf, type LayerInput, type LayerTools, setParameters, tensorAt } from './layer.ts';
import { placeLayers, stripSizes } from './places.ts';

/** A chain that is ready to run. */
export interface ChainSession {
  /**
   * Loss and gradients of some images, one after the other: `loss`, `probability [m, K]` and `d.<parameter>`, summed over
   * the images. Feeds are `image [m, C, H, W]`, `target [m, K]`, `weight [m]`, the parameters, and the masks as seeds.
   */
  run(feeds: Readonly<Record<string, Feed>>): Promise<Tensors>;
  release(): Promise<void>;
}

/** Rows of a strip: few enough for its arrays to stay near the core that works on them. */
const STRIP_ROWS = 32;

const NOTHING_DROPPED = { rate: 0, seed: [0, 0] } as const;

/** Makes the sessions of a chain and the memory that they share. Nothing is taken anew while it runs. */
export async function createChainSession(chain: Chain, createSession: CreateSession): Promise<ChainSession> {
  const { lanes, layers } = chain;
  const sizes = layers.map((layer) => stripSizes(layer, STRIP_ROWS));
  const [channels, height, width] = [layers[0]!.inputs, layers[0]!.height, layers[0]!.width];
  const placed = placeLayers(layers, sizes, headNumbers(chain));
  const inputAt = Math.ceil(placed.bytes / 64) * 64;
  const kernels = await createKernels(inputAt + 4 * (channels * height * width + 16));
  const tools = layers.map((layer, i): LayerTools => {
    return { layer, places: placed.places[i]!, strip: sizes[i]!, lanes, kernels };
  });
  const front = await createSession(chain.front, { threads: 1 });
  const head = await createHead(chain, { createSession, kernels, scratch: placed.scratch, last: tools.at(-1)! });
  const forwards = await Promise.all(tools.map((tool) => createForward(tool, { createSession })));
  const backwards = await Promise.all(
    tools.map((tool, i) => createBackward(tool, { createSession, isFirst: i === 0 })),
  );
  const inputOf = (i: number): LayerInput =>
    i === 0
      ? { at: inputAt, groups: channels, lanes: 1 }
      : { at: tools[i - 1]!.places.output, groups: layers[i]!.inputs / lanes, lanes };

  async function runImage(feeds: Readonly<Record<string, Feed>>, index: number): Promise<Tensors> {
    const image = feeds.image as Tensor;
    const numbers = sizeOf(chain.image);
    const pixels = (image.data as Float32Array).subarray(index * numbers, (index + 1) * numbers);
    const into = { x: tensorAt(kernels, inputAt, [1, channels, height, width]) };
    await front.run({ image: float32(pixels, [1, ...chain.image]) }, undefined, into);
    for (const [i, { forward }] of forwards.entries()) {
      const mask = layers[i]!.dropout?.mask;
      await forward(inputOf(i), mask === undefined ? NOTHING_DROPPED : droppingOf(feeds[mask], index));
    }
    const answer = await head.run(feeds, index);
    for (let i = backwards.length - 1; i >= 0; i--) {
      await backwards[i]!.backward(inputOf(i), tools[i - 1]?.places.slope);
    }
    return answer;
  }

  return {
    async run(feeds) {
      for (const tool of tools) {
        const [weight, bias] = ['weight', 'bias'].map((kind) => (feeds[`${tool.layer.name}.${kind}`] as Tensor).data);
        setParameters(tool, { weight: weight as Float32Array, bias: bias as Float32Array });
      }
      const sums = emptySums(chain);
      const weights = (feeds.weight as Tensor).data as Float32Array;
      for (let index = 0; index < chain.images; index++) {
        // Padding has no weight, and adds nothing.
        if (weights[index] !== 0) addAnswer(sums, await runImage(feeds, index), index);
      }
      for (const tool of tools) Object.assign(sums, gradientsOf(tool));
      return sums;
    },
    async release() {
      await Promise.all([
        front.release(),
        head.release(),
        ...[...forwards, ...backwards].map((pass) => pass.release()),
      ]);
    },
  };
}

interface Sums extends Record<string, Tensor> {
  loss: Tensor;
  probability: Tensor;
}

function emptySums({ images, classes, headParameters }: Chain): Sums {
  const zeros = (shape: readonly number[]) => float32(new Float32Array(sizeOf(shape)), shape);
  return {
    loss: zeros([]),
    probability: zeros([images, classes]),
    ...Object.fromEntries(Object.entries(headParameters).map(([name, shape]) => [`d.${name}`, zeros(shape)])),
  };
}

/** Adds what the head gave for an image. */
function addAnswer(sums: Sums, answer: Tensors, index: number): void {
  for (const [name, { data }] of Object.entries(answer)) {
    const sum = sums[name]!.data as Float32Array;
    if (name === 'probability') sum.set(data as Float32Array, index * data.length);
    else for (let i = 0; i < data.length; i++) sum[i]! += data[i] as number;
  }
}
