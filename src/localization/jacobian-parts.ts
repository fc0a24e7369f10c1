/** What the graph of the Jacobian map and its chain have in common. */
import { POOLING_WINDOW } from '../network/architecture.ts';
import type { Forward } from '../network/forward.ts';
import { type GradientStart, propagateBack } from '../onnx/gradients.ts';
import type { Operator, Value } from '../onnx/graph.ts';
import { passWhere } from '../onnx/operators/convolution.ts';
import { mul, relu } from '../onnx/operators/elementwise.ts';
import { spreadOverWindows } from '../onnx/operators/pooling.ts';
import { reduceSum } from '../onnx/operators/reduction.ts';
import { reshape } from '../onnx/operators/shape.ts';

/**
 * The start of the backward pass, P_i · p_ij of the selected classes, and what the forward pass gives: `map`, and where
 * the bag is the image's own `probability` and `bag`.
 */
export function startOfMap(
  forward: Forward,
  { origin, selection }: { origin: 'own' | 'given'; selection: Value },
): { readonly start: Value; readonly outputs: Readonly<Record<string, Value>> } {
  const shape = selection.shape as readonly number[];
  const bag = origin === 'own' ? forward.bag.probability : selection.graph.input('bag', 'float32', shape);
  const own = { probability: forward.probability, bag };
  return {
    start: mul(forward.map, reshape(mul(bag, selection), [1, shape[1]!, 1, 1])),
    outputs: { map: forward.map, ...(origin === 'own' && own) },
  };
}

/** What flows back from a start to each of the targets: of every backward activation only what is positive. */
export function supporting(start: GradientStart, targets: readonly Value[]): Value[] {
  return propagateBack([start], targets, { arriving: positivePart, through: { Relu: reluGradient } });
}

/**
 * The maps: `total`, `jacobian` if those of the channels are asked for, and `enlarged` if fields are enlarged. `seen` is
 * what the network sees of the pixels, `means` the average pooling of that if it is the first layer, and `back` gives what arrives at a value.
 */
export function mapOutputs(
  { pixels, seen, means }: Readonly<Record<'pixels' | 'seen', Value>> & { readonly means: Value | undefined },
  {
    back,
    factor,
    channelMaps,
  }: { back: (...targets: readonly Value[]) => Value[]; factor: number; channelMaps: boolean },
): Record<string, Value> {
  if (factor === 1 && !channelMaps && means) {
    // The pixels of a window share its gradient evenly, so the channels are summed while there are a quarter as many
    // pixels.
    const [height, width] = pixels.shape.slice(2) as [number, number];
    const [atMeans] = back(means) as [Value];
    return { total: spreadOverWindows(sum(atMeans), { ...POOLING_WINDOW, height, width }) };
  }
  const [jacobian, atSeen] = back(pixels, seen) as [Value, Value];
  return {
    total: sum(jacobian),
    ...(factor > 1 && { enlarged: sum(atSeen) }),
    ...(channelMaps && { jacobian }),
  };
}

/** Over the channels. */
const sum = (of: Value) => reduceSum(of, { axes: [1], keepDims: true });

/** The ReLU of a backward activation. */
function positivePart(gradient: Value): Value {
  return NEVER_NEGATIVE.has(gradient.node?.operator.name ?? '') ? gradient : relu(gradient);
}

/**
 * The last operators of the gradients of max pooling, average pooling and enlarging. They only move or share values
 * that are already positive.
 */
const NEVER_NEGATIVE = new Set(['Transpose', 'ConvTranspose', 'SpaceToDepth']);

/** That of a ReLU, for gradients that are nowhere negative. */
const reluGradient: NonNullable<Operator['gradient']> = ({ outputs: [y] }, dy) => [passWhere(dy, y!)];
