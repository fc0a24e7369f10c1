import { describe, expect, it } from 'vitest';
import { createChainSession } from '../onnx/blocked/chain-session.ts';
import { findLanes } from '../onnx/blocked/find-lanes.ts';
import { createNodeSession } from '../onnx/node/session.ts';
import { float32 } from '../onnx/tensor.ts';
import { createRandom } from '../random.ts';
import { PAPER_LAYERS } from './architecture.ts';
import { buildBags } from './forward.ts';
import { createForwardChain } from './forward-chain.ts';
import type { ModelDescription } from './model-file.ts';
import { createProfileGraph, PROFILE_OUTPUT, poolFeatures } from './profile-graph.ts';
import { OTHER_LAYERS } from './testing/other-layers.ts';
import { formulaModel } from './testing/simulate.ts';

const lanes = await findLanes(createNodeSession);

/** The chain of a model for so many images of a size, with the outputs of its profile graph. */
function chainOf(
  model: ReturnType<typeof formulaModel>,
  { images = 1, height, width, lanes }: { images?: number; height: number; width: number; lanes: 8 | 16 },
) {
  const { about } = model;
  return createForwardChain(model, {
    ...{ images, height, width, lanes, normalization: about.normalization },
    outputs: (instances, { parameters }) => {
      const { probability, bag } = buildBags(instances, { ...about, parameters });
      return { probability, bag: bag.probability, [PROFILE_OUTPUT]: poolFeatures(instances.features) };
    },
  });
}

describe('a forward pass as a chain', () => {
  it('is none where channels do not fill the blocks, or its memory does not suffice', () => {
    const layers = PAPER_LAYERS.map((layer) =>
      'name' in layer && layer.name === 'conv3' ? { ...layer, outputs: 60 } : layer,
    );
    const size = { height: 100, width: 100, lanes: 16 } as const;
    expect(chainOf(formulaModel(), size)).toBeDefined();
    expect(chainOf(formulaModel({ layers }), size)).toBeUndefined();
    expect(chainOf(formulaModel(), { ...size, height: 30_000, width: 30_000 })).toBeUndefined();
  });
});

describe.skipIf(lanes === undefined)('a forward pass as a chain, where the runtime has blocks', () => {
  const ownScale: ModelDescription['normalization'] = { mean: [0, 0], deviation: [1, 1], scope: 'field' };
  it.each<[string, Partial<ModelDescription>, { count: number; images?: number; height: number; width: number }]>([
    ['of one field', {}, { count: 1, height: 140, width: 211 }],
    ['of a large field, in strips', {}, { count: 1, height: 601, width: 460 }],
    ['of the smallest field', {}, { count: 1, height: 63, width: 63 }],
    ['of cells side by side', {}, { count: 20, images: 20, height: 64, width: 72 }],
    ['of fewer cells than a sheet has', {}, { count: 3, images: 32, height: 64, width: 96 }],
    [
      'of cells, each normalized by itself',
      { normalization: ownScale },
      { count: 7, images: 16, height: 66, width: 64 },
    ],
    ['of an enlarged field', { enlarge: 2 }, { count: 1, height: 71, width: 66 }],
    [
      'with attention and sigmoids',
      { pooling: 'attention', head: 'sigmoid' },
      { count: 5, images: 5, height: 80, width: 64 },
    ],
    ['with the maximum', { pooling: 'max' }, { count: 2, images: 2, height: 99, width: 100 }],
    ['of other layers', { layers: OTHER_LAYERS[0] }, { count: 4, images: 4, height: 43, width: 38 }],
  ])('has the numbers of the graph: %s', async (_, changes, { count, images, height, width }) => {
    const model = formulaModel(changes);
    const random = createRandom(4, 'forward');
    const data = Float32Array.from({ length: count * 2 * height * width }, () => 600 + 200 * random.normal());
    const image = float32(data, [count, 2, height, width]);
    const graph = await createNodeSession(createProfileGraph(model), { threads: 1 });
    const expected = await graph.run({ image });
    await graph.release();
    const chain = chainOf(model, { height, width, lanes: lanes!, ...(images && { images }) })!;
    const session = await createChainSession(chain, createNodeSession);
    // Twice, since memory is used again.
    await session.run({
      image: float32(
        data.map((value) => 2 * value),
        image.shape,
      ),
    });
    const found = await session.run({ image });
    await session.release();
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, { data: numbers, shape }] of Object.entries(expected)) {
      expect(found[name]!.shape, name).toEqual(shape);
      const largest = Math.max(...[...(numbers as Float32Array)].map(Math.abs));
      const off = [...(numbers as Float32Array)].map((value, i) => Math.abs(value - Number(found[name]!.data[i])));
      expect(Math.max(...off) / largest, name).toBeLessThan(2e-5);
    }
  });
});
