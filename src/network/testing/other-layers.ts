import type { Layer } from '../architecture.ts';

const convolution = (name: string, outputs: number | 'classes', size: number): Layer => ({
  kind: 'convolution',
  name,
  outputs,
  size,
  dropout: 0,
});
const average: Layer = { kind: 'average-pooling', dropout: 0 };
const max: Layer = { kind: 'max-pooling', dropout: 0.2 };

/** Small networks unlike the paper's: other poolings, kernels, names and numbers of maps. */
export const OTHER_LAYERS = [
  // Three poolings, and instances that see their neighbours.
  [
    average,
    convolution('first', 16, 5),
    max,
    convolution('second', 16, 3),
    max,
    convolution('third', 24, 3),
    convolution('maps', 'classes', 3),
  ],
  // No average pooling in front, but one between, and two max poolings in a row.
  [
    convolution('conv1', 8, 7),
    average,
    convolution('conv2', 8, 5),
    max,
    max,
    convolution('conv3', 12, 1),
    average,
    convolution('conv4', 'classes', 1),
  ],
  // No pooling at all: an instance for every pixel.
  [convolution('conv1', 6, 3), convolution('conv2', 'classes', 1)],
] as const satisfies readonly (readonly Layer[])[];
