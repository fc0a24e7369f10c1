import { describe, expect, it } from 'vitest';
import { fineTune } from './fine-tuning.ts';
import { encodeModelFile, type ModelDescription } from './model-file.ts';
import { initialParameters, type NetworkShape, type Parameters } from './parameters.ts';

const network: NetworkShape = { channels: 2, classes: 3, pooling: 'noisy-and' };
const about: ModelDescription = {
  version: '1.2.3',
  classes: ['a', 'b', 'c'],
  channels: ['DNA', 'Actin'],
  pooling: 'noisy-and',
  sharpness: 10,
  head: 'softmax',
  label: 'MOA',
  normalization: { mean: [1, 2], deviation: [3, 4] },
  run: 'abc',
};

/** Like initial values, but all different and none 0. */
const learned: Parameters = Object.fromEntries(
  Object.entries(initialParameters(network, 5)).map(([name, { shape, data }]) => [
    name,
    { type: 'float32' as const, shape, data: Float32Array.from(data as Float32Array, (_, i) => 1 + i / 7) },
  ]),
);
const earlier = { bytes: encodeModelFile(learned, about), file: 'old.onnx' };
const numbers = (parameters: Parameters, name: string) => [...(parameters[name]!.data as Float32Array)];

describe('fine-tuning', () => {
  it('of the same classes and channels begins with the very weights of the earlier model', () => {
    const { parameters, classes, channels } = fineTune(
      { network, classes: about.classes, channels: about.channels, seed: 9, head: 'softmax' },
      earlier,
    );
    expect({ classes, channels }).toEqual({ classes: about.classes, channels: about.channels });
    for (const name of Object.keys(learned)) expect(numbers(parameters, name), name).toEqual(numbers(learned, name));
  });

  it('finds classes and channels by name, and begins anew with those that the earlier model does not know', () => {
    const shape: NetworkShape = { channels: 3, classes: 2, pooling: 'noisy-and' };
    const fresh = initialParameters(shape, 9);
    const target = {
      network: shape,
      classes: ['c', 'x'],
      channels: ['Actin', 'Tubulin', 'DNA'],
      seed: 9,
      head: 'softmax' as const,
    };
    const { parameters, classes, channels } = fineTune(target, earlier);
    expect({ classes, channels }).toEqual({ classes: ['c'], channels: ['Actin', 'DNA'] });
    for (const name of ['conv1.bias', 'conv4.weight', 'conv6.weight']) {
      expect(numbers(parameters, name), name).toEqual(numbers(learned, name));
    }
    const [before, after, first] = [learned, parameters, fresh].map((of) => numbers(of, 'conv1.weight')) as [
      number[],
      number[],
      number[],
    ];
    // conv1.weight [32, channels, 3, 3]: the second map's kernels.
    const kernel = (of: number[], channels: number, channel: number) =>
      of.slice((channels + channel) * 9, (channels + channel + 1) * 9);
    expect(kernel(after, 3, 0)).toEqual(kernel(before, 2, 1));
    expect(kernel(after, 3, 1)).toEqual(kernel(first, 3, 1));
    expect(kernel(after, 3, 2)).toEqual(kernel(before, 2, 0));
    expect(numbers(parameters, 'conv7.weight').slice(0, 1000)).toEqual(numbers(learned, 'conv7.weight').slice(2000));
    expect(numbers(parameters, 'conv7.weight').slice(1000)).toEqual(numbers(fresh, 'conv7.weight').slice(1000));
    expect(numbers(parameters, 'fc.weight')).toEqual([numbers(learned, 'fc.weight')[8], 0, 0, 4]);
    expect(numbers(parameters, 'b')).toEqual([numbers(learned, 'b')[2], 0.5]);
  });

  it('takes the feature maps along to another pooling function', () => {
    const shape: NetworkShape = { ...network, pooling: 'attention' };
    const { parameters } = fineTune(
      { network: shape, classes: about.classes, channels: about.channels, seed: 9, head: 'softmax' },
      earlier,
    );
    expect(Object.keys(parameters)).toEqual(Object.keys(initialParameters(shape, 9)));
    expect(numbers(parameters, 'conv5.weight')).toEqual(numbers(learned, 'conv5.weight'));
  });

  it('to the other head keeps the weights of the last layer, and begins its biases anew', () => {
    const same = { network, classes: about.classes, channels: about.channels, seed: 9 };
    const { parameters } = fineTune({ ...same, head: 'sigmoid' }, earlier);
    expect(numbers(parameters, 'fc.bias')).toEqual([-2, -2, -2]);
    for (const name of Object.keys(learned).filter((of) => of !== 'fc.bias')) {
      expect(numbers(parameters, name), name).toEqual(numbers(learned, name));
    }
    const several = { bytes: encodeModelFile(learned, { ...about, head: 'sigmoid' }), file: 'several.onnx' };
    const back = fineTune({ ...same, head: 'softmax' }, several).parameters;
    expect(numbers(back, 'fc.bias')).toEqual([0, 0, 0]);
    expect(numbers(back, 'fc.weight')).toEqual(numbers(learned, 'fc.weight'));
  });

  it('refuses what is no model of milscope, naming the file', () => {
    const target = { network, classes: about.classes, channels: about.channels, seed: 9, head: 'softmax' as const };
    expect(() => fineTune(target, { bytes: new Uint8Array([1, 2, 3]), file: 'x.onnx' })).toThrow(/x\.onnx/);
  });
});
