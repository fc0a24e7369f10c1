import type { Value } from '../../onnx/graph.ts';

/** The instances of a batch of images, or of a tile of them. */
export interface Instances {
  /** Their logits `z [N, K, h, w]`: an instance's probability is p = σ(z). */
  readonly logits: Value;
  /** The feature maps that the logits were computed from, `[N, F, h, w]`. */
  readonly features: Value;
  /** Which instances are pooled, `[N, 1, h, w]`: 1 for these and 0 for the others; all of them by default. */
  readonly kept?: Value | undefined;
}

/** What a pooling function needs besides the instances. */
export interface PoolingOptions {
  /** The paper's a or r. */
  readonly sharpness: number;
  /** The numbers that it learns, by the names of {@link Pooling.parameterShapes}. */
  readonly parameters: Readonly<Record<string, Value>>;
}

/**
 * How the parts of a summary are combined when a field is computed in tiles: `mean` and `log-mean-exp` weigh each tile
 * by its number of instances.
 */
export type Merge = 'sum' | 'max' | 'mean' | 'log-sum-exp' | 'log-mean-exp';

/**
 * A global pooling function: turns the instances of a class into the probability of the bag (section 2 of the paper).
 * It is a sum (or maximum) over instances, the summary, followed by a function of the summary, so that a field can be
 * computed in tiles: summarize each, merge, finish.
 */
export interface Pooling {
  readonly name: string;
  /** Name of the sharpness in the literature (`a` or `r`); undefined if there is none. */
  readonly sharpness?: 'a' | 'r';
  /** Shapes of the numbers that it learns; `features` is the number of feature maps F. */
  parameterShapes(network: { classes: number; features: number }): Readonly<Record<string, readonly number[]>>;
  /** How each part of the summary is merged. */
  readonly merge: readonly Merge[];
  /** The summary of the instances of a tile: `[N, K]` each, one for every entry of `merge`. */
  summary(instances: Instances, options: PoolingOptions): readonly Value[];
  /** Probability of the bag from the summary of all its instances. */
  finish(summary: readonly Value[], options: PoolingOptions): BagProbability;
}

/** Probability of every class for every bag, `[N, K]`, with the logarithms that the loss needs, finite in float32. */
export interface BagProbability {
  readonly probability: Value;
  /** ln P. */
  readonly log: Value;
  /** ln(1 - P). */
  readonly logComplement: Value;
}

/** For a pooling function that learns nothing. */
export const noParameters = (): Readonly<Record<string, readonly number[]>> => ({});
