import { columnsOf } from '../../kernels/kernels.ts';
import type { Tensors } from '../session.ts';
import { float32, type Tensor } from '../tensor.ts';
import { createBody } from './body.ts';
import type { MapChain } from './chain.ts';
import { NOTHING_DROPPED } from './dropping.ts';
import { createHead, placeHead } from './head.ts';
import { setParameters, tensorAt } from './layer.ts';
import type { ChainSession, ChainSessionOptions } from './running.ts';

/** What flows back to the pixels of one image: the results of the head and of the tail. */
export async function createMapSession(
  chain: MapChain,
  { createSession, strip }: ChainSessionOptions,
): Promise<ChainSession> {
  const [first] = chain.layers as [MapChain['layers'][number]];
  // Channels are moved four at a time.
  const channels = Math.ceil(first.inputs / 4) * 4;
  const body = await createBody(chain, {
    createSession,
    wanted: 'input',
    strip,
    between: (placing) => placeHead(chain, placing, 'input'),
    to: ({ slope }) => ({ at: slope!, inBlocks: false }),
    kept: (placing) => ({ slope: placing.take(channels * first.height * first.width) }),
  });
  const { kernels, tools, at } = body;
  const head = await createHead(chain, { createSession, kernels, at, last: tools.at(-1)! });
  const tail = await createSession(chain.tail);
  const slope = tensorAt(kernels, at.slope!, [1, first.inputs, first.height, columnsOf(tools[0]!.sheets.input)]);
  for (const tool of tools) setParameters(tool, chain.parameters);
  return {
    async run(feeds) {
      await body.forward(
        feeds.image as Tensor,
        chain.layers.map(() => NOTHING_DROPPED),
      );
      const own: Record<string, Tensor> = {};
      for (const name of chain.headFeeds) own[name] = feeds[name] as Tensor;
      const found = copyAll(await head.run(own));
      await body.backward();
      return { ...found, ...(await tail.run({ 'd.x': slope })) };
    },
    async release() {
      await Promise.all([head, tail, body].map((each) => each.release()));
    },
  };
}

function copyAll(tensors: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { data, shape }]) => [name, float32((data as Float32Array).slice(), shape)]),
  );
}
