import { describe, expect, it } from 'vitest';
import { createChainSession } from '../onnx/blocked/chain-session.ts';
import { findLanes } from '../onnx/blocked/find-lanes.ts';
import { createNodeSession } from '../onnx/node/session.ts';
import type { Tensors } from '../onnx/session.ts';
import { float32 } from '../onnx/tensor.ts';
import { createRandom } from '../random.ts';
import { PAPER_LAYERS } from './architecture.ts';
import { CELL_WINDOW } from './cell-window.ts';
import { initialParameters } from './parameters.ts';
import { OTHER_LAYERS } from './testing/other-layers.ts';
import { createTrainingChain } from './training-chain.ts';
import { createTrainingGraph, type TrainingGraphOptions } from './training-graph.ts';

const lanes = await findLanes(createNodeSession);

const usual: TrainingGraphOptions = {
  channels: 3,
  classes: 4,
  pooling: 'noisy-and',
  sharpness: 10,
  head: 'softmax',
  normalization: { mean: [0.5, 0.4, 0.6], deviation: [0.3, 0.2, 0.25] },
  images: 2,
  height: 131,
  width: 131,
  withoutDropout: true,
};

/** Images of so many channels, which are not normalized. */
function plainly(channels: number): Pick<TrainingGraphOptions, 'channels' | 'normalization'> {
  const mean = new Array<number>(channels).fill(0);
  return { channels, normalization: { mean, deviation: mean.map(() => 1) } };
}

function feedsOf(options: TrainingGraphOptions, seed: number): Tensors {
  const { images, channels, height, width, classes } = options;
  const bags = images / (options.cells ?? 1);
  const random = createRandom(seed, 'chain');
  const parameters = initialParameters(options, 1, options.head);
  for (const { data } of Object.values(parameters))
    for (let i = 0; i < data.length; i++) data[i] = Number(data[i]) + 0.01 * random.normal();
  const image = Float32Array.from({ length: images * channels * height * width }, random.uniform);
  const target = new Float32Array(bags * classes);
  for (let i = 0; i < bags; i++) target[i * classes + (i % classes)] = 1;
  return {
    ...parameters,
    image: float32(image, [images, channels, height, width]),
    target: float32(target, [bags, classes]),
    weight: float32(
      Float32Array.from({ length: bags }, (_, i) => 1 / (i + 2)),
      [bags],
    ),
  };
}

/** Largest difference of each output, as a share of its largest number. */
async function differences(
  options: TrainingGraphOptions,
  { strip, seed }: { strip?: number | undefined; seed: number },
): Promise<Record<string, number>> {
  const feeds = feedsOf(options, seed);
  const reference = await createNodeSession(createTrainingGraph(options).model, { threads: 1 });
  const expected = await reference.run(feeds);
  await reference.release();
  const { chain } = createTrainingChain(options, lanes!)!;
  const session = await createChainSession(chain, createNodeSession, strip === undefined ? {} : { strip });
  // Twice, since memory is used again.
  await session.run(feeds);
  const found = await session.run(feeds);
  await session.release();
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
  return Object.fromEntries(
    Object.entries(expected).map(([name, { data, shape }]) => {
      expect(found[name]!.shape, name).toEqual(shape);
      const numbers = [...(data as Float32Array)];
      const largest = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const off = numbers.map((value, i) => Math.abs(value - Number(found[name]!.data[i])));
      return [name, off.reduce((most, value) => Math.max(most, value), 0) / largest];
    }),
  );
}

/**
 * Expects the gradients of the training graph. Where the two largest pixels of a window are equal but for rounding, either may
 * win, and other numbers follow: then other images decide.
 */
async function expectGradients(options: TrainingGraphOptions, strip?: number): Promise<void> {
  let found = await differences(options, { strip, seed: 7 });
  for (let seed = 8; seed < 11 && Object.values(found).some((difference) => difference >= 2e-5); seed++) {
    found = await differences(options, { strip, seed });
  }
  for (const [name, difference] of Object.entries(found)) expect(difference, name).toBeLessThan(2e-5);
}

describe('a training step as a chain', () => {
  it('is none where its memory does not suffice, by the size of images and the number of channels', () => {
    const large = (channels: number, height: number, width = height) =>
      createTrainingChain({ ...usual, ...plainly(channels), images: 1, height, width }, 16);
    expect(large(3, 5400)).toBeDefined();
    expect(large(3, 5800)).toBeUndefined();
    expect(large(14, 5000)).toBeDefined();
    expect(large(14, 5400)).toBeUndefined();
    expect(large(3, 63, 100_000)).toBeDefined();
    expect(large(3, 63, 3_000_000)).toBeUndefined();
  });

  it('is none where channels do not fill the blocks', () => {
    const layers = PAPER_LAYERS.map((layer) =>
      'name' in layer && layer.name === 'conv3' ? { ...layer, outputs: 60 } : layer,
    );
    expect(createTrainingChain({ ...usual, layers }, 16)).toBeUndefined();
    const mean = new Array<number>(16).fill(0);
    const normalization = { mean, deviation: mean.map(() => 1) };
    expect(createTrainingChain({ ...usual, channels: 16, normalization }, 16)).toBeUndefined();
    expect(createTrainingChain(usual, 8)).toBeDefined();
    for (const unlike of OTHER_LAYERS.slice(1))
      expect(createTrainingChain({ ...usual, layers: unlike }, 8)).toBeUndefined();
  });
});

describe.skipIf(lanes === undefined)('a training step as a chain, where the runtime has blocks', () => {
  it.each<[string, Partial<TrainingGraphOptions>]>([
    ['of two images', {}],
    [
      'of an odd size and one channel',
      { channels: 1, normalization: { mean: [0], deviation: [1] }, height: 140, width: 149 },
    ],
    [
      'of five channels, with sigmoids',
      { channels: 5, head: 'sigmoid', normalization: { mean: [0, 0, 0, 0, 0], deviation: [1, 1, 1, 1, 1] } },
    ],
    [
      'of enlarged fields, each normalized by itself',
      { enlarge: 2, height: 70, width: 66, normalization: { mean: [0, 0, 0], deviation: [1, 1, 1], scope: 'field' } },
    ],
    ['with attention, with as many channels as fit', { pooling: 'attention', ...plainly(lanes === 16 ? 15 : 7) }],
    ['of other layers', { layers: OTHER_LAYERS[0], height: 43, width: 38 }],
    ['of one image', { images: 1 }],
    ['of images side by side', { images: 5 }],
    ['of bags of cells', { images: 12, cells: 3, height: 64, width: 72 }],
    [
      'of bags of cells with several positions',
      { images: 8, cells: 4, height: 96, width: 128, pooling: 'generalized-mean' },
    ],
    ['of large bags', { images: 60, cells: 30, height: 63, width: 63 }],
    ['of cells behind a window', { images: 8, cells: 4, height: 64, width: 64, window: CELL_WINDOW, enlarge: 2 }],
    ['of images that do not fill the last sheet', { images: 3, height: 95, width: 560 }],
  ])('gives the gradients of the training graph: %s', async (_, more) => {
    await expectGradients({ ...usual, ...more });
  });

  it.each([2, 6, 32])('gives them however it is cut into strips: of %d rows', async (strip) => {
    await expectGradients({ ...usual, images: 3, width: 139 }, strip);
  });
});
