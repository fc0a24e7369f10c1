import { encodeModel } from '../onnx/encode.ts';
import { createGraph, type Value } from '../onnx/graph.ts';
import { buildForward, type ForwardOptions } from './forward.ts';
import { jointLoss } from './loss.ts';
import { type NetworkShape, parameterShapes } from './parameters.ts';

/**
 * The forward pass with parameters as inputs, for weights that change from run to run. Inputs: `image [N, C, H, W]` of
 * any size, `target [N, K]`, every parameter by its name. Outputs: `loss [N]` and `probability [N, K]`. With `cells: 'all'`, the
 * images are the cells of one bag: then there is one target, one loss and one probability, and `logits [1, K, N, 1]` are those of
 * the cells.
 */
export function createEvaluationGraph(
  options: NetworkShape &
    Pick<ForwardOptions, 'sharpness' | 'head' | 'normalization' | 'enlarge' | 'window' | 'withForeground'> & {
      cells?: 'all';
      /** Of the images, where that is known. */
      side?: number;
    },
): Uint8Array {
  const graph = createGraph();
  const image = graph.input('image', 'float32', ['N', options.channels, options.side ?? 'H', options.side ?? 'W']);
  const targets = graph.input('target', 'float32', [options.cells ? 1 : 'N', options.classes]);
  const parameters: Record<string, Value> = {};
  for (const [name, shape] of Object.entries(parameterShapes(options))) {
    parameters[name] = graph.input(name, 'float32', shape);
  }
  const forward = buildForward(image, { ...options, parameters });
  return encodeModel(graph, {
    outputs: {
      loss: jointLoss(forward, { targets, head: options.head }),
      probability: forward.probability,
      ...(options.cells && { logits: forward.logits }),
    },
  });
}
