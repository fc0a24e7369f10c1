import { encodeModel } from '../onnx/encode.ts';
import { gradients } from '../onnx/gradients.ts';
import { createGraph, type Value } from '../onnx/graph.ts';
import { add, exp, mul } from '../onnx/operators/elementwise.ts';
import { reduceSum } from '../onnx/operators/reduction.ts';
import { reshape } from '../onnx/operators/shape.ts';
import { buildBags, type ForwardOptions } from './forward.ts';
import { jointLoss } from './loss.ts';
import { type NetworkShape, parameterShapes } from './parameters.ts';

/** Natural logarithm of the factor of each class's logits, and what is added to them: `[K]`. */
export const SCALE = 'scale';
export const OFFSET = 'offset';

/** Names of the parameters that a settling changes: those after the class-specific map, the scale and the offset. */
export function settledNames(shape: NetworkShape): readonly string[] {
  const isLast = (name: string) => name.startsWith('fc.') || !/\.(weight|bias)$/.test(name);
  return [...Object.keys(parameterShapes(shape)).filter(isLast), SCALE, OFFSET];
}

/**
 * What follows the class-specific map, on bags whose logits are known. Inputs: `logits [bags, K, cells, 1]`, `kept
 * [bags, 1, cells, 1]`, 1 for a cell and 0 where a bag has fewer, `target [bags, K]`, `weight [bags]`, and each parameter of
 * {@link settledNames}. Logits are multiplied by the exponential of `scale`, and `offset` is added. Outputs: `loss`, the weighted
 * sum of the joint loss, and `d.<name>` of each parameter.
 */
export function createSettlingGraph(
  options: NetworkShape &
    Pick<ForwardOptions, 'sharpness' | 'head'> & { readonly bags: number; readonly cells: number },
): Uint8Array {
  const { bags, cells, classes, head } = options;
  const graph = createGraph();
  const given = graph.input('logits', 'float32', [bags, classes, cells, 1]);
  const kept = graph.input('kept', 'float32', [bags, 1, cells, 1]);
  const targets = graph.input('target', 'float32', [bags, classes]);
  const weights = graph.input('weight', 'float32', [bags]);
  const shapes = parameterShapes(options);
  const parameters: Record<string, Value> = Object.fromEntries(
    settledNames(options).map((name) => [name, graph.input(name, 'float32', shapes[name] ?? [classes])]),
  );
  const perClass = (of: Value) => reshape(of, [1, classes, 1, 1]);
  const logits = add(mul(given, perClass(exp(parameters[SCALE]!))), perClass(parameters[OFFSET]!));
  // The pooling functions that see features, too, are not settled.
  const forward = buildBags({ logits, features: logits, kept }, { ...options, parameters });
  const loss = reduceSum(mul(jointLoss(forward, { targets, head }), weights));
  const slopes = gradients(loss, Object.values(parameters));
  const named = Object.keys(parameters).map((name, i) => [`d.${name}`, slopes[i]!]);
  return encodeModel(graph, { outputs: { loss, ...Object.fromEntries(named) } });
}
