import { MilscopeError } from '../errors.ts';
import { decodeModel } from '../onnx/decode.ts';
import { float32 } from '../onnx/tensor.ts';
import { type Layer, lastConvolution, PAPER_LAYERS } from './architecture.ts';
import type { Head } from './forward.ts';
import { describeModel, layersOf } from './model-file.ts';
import { initialParameters, type NetworkShape, type Parameters } from './parameters.ts';

/** The earlier network, and the names of its classes and channels, in order. */
export interface FineTuningTarget {
  readonly network: NetworkShape;
  readonly head: Head;
  readonly classes: readonly string[];
  readonly channels: readonly string[];
  readonly seed: number;
}

/** Initial values for a training, and which of them were learned before. */
export interface FineTuning {
  readonly parameters: Parameters;
  /** Classes and channels that the earlier model knows, by name. */
  readonly classes: readonly string[];
  readonly channels: readonly string[];
}

/**
 * First values from an earlier `model.onnx`, whose classes, channels and pooling may differ: feature maps are kept, and
 * the parameters of a class or channel follow its name. New classes and channels begin as in {@link initialParameters},
 * and so do the biases of the last layer if the earlier model has the other head, since those of a softmax have a
 * meaning only by their differences. Throws `BadModel`, naming `file`, when the model was not written by milscope or
 * its layers differ.
 */
export function fineTune(target: FineTuningTarget, { bytes, file }: { bytes: Uint8Array; file: string }): FineTuning {
  const { network, head, classes, channels, seed } = target;
  const about = describeModel(bytes, file);
  const { layers = PAPER_LAYERS } = network;
  requireLayers(file, { found: layersOf(about), expected: layers });
  const { initializers } = decodeModel(bytes, file);
  const input = layers.find((layer) => layer.kind === 'convolution');
  const output = lastConvolution(layers);
  // The index of each class and channel in the earlier model; -1 for a new one.
  const places = (wanted: readonly string[], known: readonly string[]) => wanted.map((name) => known.indexOf(name));
  const ofClass = places(classes, about.classes);
  const ofChannel = places(channels, about.channels);
  const parameters = Object.entries(initialParameters(network, seed, head)).map(([name, first]) => {
    const learned = initializers[name];
    if (!learned || (name === 'fc.bias' && about.head !== head)) return [name, first] as const;
    const axes = first.shape.map((size, axis) => {
      if (name === `${input?.name}.weight` && axis === 1) return ofChannel;
      const byClass = BY_CLASS.has(name) || name === `${output?.name}.weight` || name === `${output?.name}.bias`;
      if (byClass && (axis === 0 || name === 'fc.weight')) return ofClass;
      if (learned.shape[axis] !== size) refuse(file, { name, found: learned.shape, expected: first.shape });
      return undefined;
    });
    const data = Float32Array.from(first.data as Float32Array, (value, i) => {
      const from = sourceIndex(i, { shape: first.shape, source: learned.shape, axes });
      return from === undefined ? value : (learned.data as Float32Array)[from]!;
    });
    return [name, float32(data, first.shape)] as const;
  });
  const common = (wanted: readonly string[], known: readonly string[]) => wanted.filter((name) => known.includes(name));
  return {
    parameters: Object.fromEntries(parameters),
    classes: common(classes, about.classes),
    channels: common(channels, about.channels),
  };
}

/** Parameters whose first axis is the classes, beside those of the last convolution. */
const BY_CLASS: ReadonlySet<string> = new Set(['fc.weight', 'fc.bias', 'b', 'attention.score.weight']);

/** The index of element `index` of a parameter in the earlier model; undefined if that has no such class or channel. */
function sourceIndex(
  index: number,
  {
    shape,
    source,
    axes,
  }: {
    shape: readonly number[];
    source: readonly number[];
    /** For an axis of names, the index of each in the source, or -1. */
    axes: readonly (readonly number[] | undefined)[];
  },
): number | undefined {
  let [from, stride, rest] = [0, 1, index];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const place = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
    const there = axes[axis]?.[place] ?? place;
    if (there < 0) return undefined;
    from += there * stride;
    stride *= source[axis]!;
  }
  return from;
}

function requireLayers(file: string, { found, expected }: Record<'found' | 'expected', readonly Layer[]>): void {
  const shapes = (layers: readonly Layer[]) =>
    layers.map((layer) => (layer.kind === 'convolution' ? `${layer.name} ${layer.size}×${layer.size}` : layer.kind));
  if (shapes(found).join() === shapes(expected).join()) return;
  throw new MilscopeError('BadModel', {
    file,
    problem: 'the layers of this model are others than those of the network that is trained',
    found: shapes(found).join(', '),
    expected: shapes(expected).join(', '),
    remedy: 'fine-tune a model with these layers',
  });
}

function refuse(
  file: string,
  { name, found, expected }: Record<'found' | 'expected', readonly number[]> & { name: string },
) {
  throw new MilscopeError('BadModel', {
    file,
    problem: `the layers of this model are others: ${name} does not fit`,
    found: `[${found.join(', ')}]`,
    expected: `[${expected.join(', ')}]`,
    remedy: 'fine-tune a model that this version of milscope trained',
  });
}
