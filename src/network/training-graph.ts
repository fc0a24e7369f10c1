import { encodeModel } from '../onnx/encode.ts';
import { gradients } from '../onnx/gradients.ts';
import { createGraph, type Value } from '../onnx/graph.ts';
import { mul } from '../onnx/operators/elementwise.ts';
import { reduceSum } from '../onnx/operators/reduction.ts';
import { buildForward, type Forward, type ForwardOptions, type Head } from './forward.ts';
import { jointLoss } from './loss.ts';
import { type NetworkShape, parameterShapes } from './parameters.ts';

/** One micro-batch of a training step, with crops of equal size. */
export interface TrainingGraphOptions
  extends NetworkShape,
    Pick<ForwardOptions, 'sharpness' | 'head' | 'normalization' | 'enlarge' | 'window' | 'withForeground'> {
  /** Images of the micro-batch. */
  readonly images: number;
  /** Images that are a bag: cells, of which each is an instance. By default each image is a bag. */
  readonly cells?: number | undefined;
  readonly height: number;
  readonly width: number;
  /** Omit dropout, for measurements and comparisons. */
  readonly withoutDropout?: boolean;
  /** Give the gradient of the image too, as `d.image`. */
  readonly withImageGradient?: boolean;
  /** Give `bag [m, K]` and `logits [m, K, h, w]` too. */
  readonly withForward?: boolean;
  /** Use operators of ONNX Runtime's own domain. */
  readonly microsoft?: boolean;
}

/** A mask by which an activation is multiplied: 0 with probability `rate`, otherwise 1 / (1 - rate). */
export interface DropoutMask {
  readonly input: string;
  readonly shape: readonly number[];
  readonly rate: number;
}

/** A graph that gives the gradient of the weighted loss of a micro-batch. */
export interface TrainingGraph {
  readonly model: Uint8Array;
  /** Inputs to fill with random masks at every step. */
  readonly masks: readonly DropoutMask[];
}

/**
 * The gradient graph. Inputs: `image [m, C, H, W]`, where only some positions are pooled `foreground [m, 1, h, w]`, `target [n, K]`, `weight [n]` (1 / batch for each bag of the batch, 0
 * for padding), every parameter by its name, and the masks. Outputs: `loss` (the weighted sum of the joint loss),
 * `probability [n, K]`, and `d.<parameter>`: the sums over micro-batches are those of the batch.
 */
export function createTrainingGraph(options: TrainingGraphOptions): TrainingGraph {
  const { images, channels, classes, height, width, withoutDropout = false, microsoft = true } = options;
  const graph = createGraph({ microsoft });
  const image = graph.input('image', 'float32', [images, channels, height, width]);
  const bags = images / (options.cells ?? 1);
  const targets = graph.input('target', 'float32', [bags, classes]);
  const weights = graph.input('weight', 'float32', [bags]);
  const parameters: Record<string, Value> = {};
  for (const [name, shape] of Object.entries(parameterShapes(options))) {
    parameters[name] = graph.input(name, 'float32', shape);
  }
  const masks: DropoutMask[] = [];
  const dropout = dropBy(masks, (name) => name);
  const forward = buildForward(image, {
    ...options,
    parameters,
    training: true,
    ...(withoutDropout ? {} : { dropout }),
  });
  const wanted = options.withImageGradient ? { ...parameters, image } : parameters;
  const inside: Record<string, Value> = options.withForward
    ? { bag: forward.bag.probability, logits: forward.logits }
    : {};
  const outputs = lossOutputs(forward, { targets, weights, head: options.head, wanted });
  return { model: encodeModel(graph, { outputs: { ...outputs, ...inside } }), masks };
}

/** Dropout by masks that are inputs of the graph, and are added to a list; `rename` gives the layers their names there. */
export function dropBy(masks: DropoutMask[], rename: (layer: string) => string): Required<ForwardOptions>['dropout'] {
  return (x, rate, name) => {
    const mask = { input: `mask.${rename(name)}`, shape: x.shape as readonly number[], rate };
    masks.push(mask);
    return mul(x, x.graph.input(mask.input, 'float32', mask.shape));
  };
}

/** The outputs of a training graph: `loss`, `probability`, and `d.<name>` of everything that is wanted. */
export function lossOutputs(
  forward: Forward,
  { targets, weights, head, wanted }: { targets: Value; weights: Value; head: Head; wanted: Record<string, Value> },
): Record<string, Value> {
  const loss = reduceSum(mul(jointLoss(forward, { targets, head }), weights));
  const slopes = gradients(loss, Object.values(wanted));
  const named = Object.keys(wanted).map((name, i) => [`d.${name}`, slopes[i]!]);
  return { loss, probability: forward.probability, ...Object.fromEntries(named) };
}
