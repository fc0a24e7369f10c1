/**
 * Multinomial logistic regression: P(k | x) = softmax_k(W x + b). A simple classifier for baselines. Its loss is
 * convex, so the result depends on the data and on no seed.
 *
 * @example
 * const model = fitSoftmaxRegression(x, y, { features: 3, classes: 6 });
 * const k = predictClass(model, x.subarray(0, 3));
 */
export interface SoftmaxModel {
  readonly features: number;
  readonly classes: number;
  /** W row-major `[classes, features]`, then b `[classes]`. */
  readonly parameters: Float64Array;
  readonly iterations: number;
  /** Whether every partial derivative of the mean loss fell below the tolerance. */
  readonly converged: boolean;
}

/** Shapes, and the weight of the penalty l2/2 · Σ W² beside the summed loss (biases go free). */
export interface SoftmaxShape {
  readonly features: number;
  readonly classes: number;
  readonly l2?: number;
}

/**
 * Summed cross entropy of the samples `x` `[n, features]` with classes `y` `[n]`, plus the penalty, and its gradient:
 * ∂/∂(W, b)_k = Σ_i (p_ik - [y_i = k]) (x_i, 1) + l2 (W_k, 0).
 */
export function softmaxLoss(
  parameters: Float64Array,
  x: Float64Array,
  y: ArrayLike<number>,
  { features, classes, l2 = 1 }: SoftmaxShape,
): { readonly loss: number; readonly gradient: Float64Array } {
  const gradient = new Float64Array(parameters.length);
  const biases = classes * features;
  const scores = new Float64Array(classes);
  let loss = 0;
  for (let i = 0; i < y.length; i++) {
    const row = x.subarray(i * features, (i + 1) * features);
    const total = logSumExp(score(parameters, row, scores));
    loss += total - scores[y[i]!]!;
    for (let k = 0; k < classes; k++) {
      const error = Math.exp(scores[k]! - total) - (y[i] === k ? 1 : 0);
      for (let j = 0; j < features; j++) gradient[k * features + j]! += error * row[j]!;
      gradient[biases + k]! += error;
    }
  }
  for (let j = 0; j < biases; j++) {
    loss += (l2 / 2) * parameters[j]! ** 2;
    gradient[j]! += l2 * parameters[j]!;
  }
  return { loss, gradient };
}

/**
 * The parameters that minimise {@link softmaxLoss}, by L-BFGS (Liu and Nocedal 1989) from zero with halved steps until
 * Armijo's condition holds. `x` `[n, features]` should be standardised, or the penalty weighs features unequally.
 */
export function fitSoftmaxRegression(
  x: Float64Array,
  y: ArrayLike<number>,
  { tolerance = 1e-6, iterations = 500, ...shape }: SoftmaxShape & { tolerance?: number; iterations?: number },
): SoftmaxModel {
  const { features, classes } = shape;
  let parameters: Float64Array = new Float64Array(classes * (features + 1));
  let { loss, gradient } = softmaxLoss(parameters, x, y, shape);
  const memory: Step[] = [];
  const finished = () => gradient.every((slope) => Math.abs(slope) <= tolerance * y.length);
  let iteration = 0;
  for (; iteration < iterations && !finished(); iteration++) {
    const direction = descent(gradient, memory);
    const slope = dot(direction, gradient);
    // Before any curvature is known, a step of the length of the gradient would grow with the number of samples.
    let size = memory.length > 0 ? 1 : 1 / Math.sqrt(dot(gradient, gradient));
    let next = step(parameters, direction, size);
    let at = softmaxLoss(next, x, y, shape);
    for (; at.loss > loss + 1e-4 * size * slope && size > 1e-12; at = softmaxLoss(next, x, y, shape)) {
      size /= 2;
      next = step(parameters, direction, size);
    }
    if (at.loss >= loss) break; // as deep as floating point goes
    const moved = step(next, parameters, -1);
    const bent = step(at.gradient, gradient, -1);
    const curvature = dot(moved, bent);
    if (curvature > 1e-12 * dot(bent, bent)) memory.push({ moved, bent, curvature });
    if (memory.length > 10) memory.shift();
    parameters = next;
    ({ loss, gradient } = at);
  }
  return { features, classes, parameters, iterations: iteration, converged: finished() };
}

/** The class with the largest score for one sample; of equals, the first. */
export function predictClass(model: SoftmaxModel, sample: ArrayLike<number>): number {
  const scores = score(model.parameters, sample, new Float64Array(model.classes));
  return scores.indexOf(Math.max(...scores));
}

/** P(k | x) of every class for one sample, `[classes]`. */
export function classProbabilities(model: SoftmaxModel, sample: ArrayLike<number>): Float64Array {
  const scores = score(model.parameters, sample, new Float64Array(model.classes));
  const total = logSumExp(scores);
  return scores.map((value) => Math.exp(value - total));
}

interface Step {
  readonly moved: Float64Array;
  readonly bent: Float64Array;
  readonly curvature: number;
}

/** -H·gradient with the inverse curvature H that the steps remembered imply (the two-loop recursion). */
function descent(gradient: Float64Array, memory: readonly Step[]): Float64Array {
  let direction: Float64Array = gradient.map((slope) => -slope);
  const along: number[] = [];
  for (const { moved, bent, curvature } of memory.toReversed()) {
    along.unshift(dot(moved, direction) / curvature);
    direction = step(direction, bent, -along[0]!);
  }
  const last = memory.at(-1);
  if (last) {
    const scale = last.curvature / dot(last.bent, last.bent);
    direction = direction.map((value) => value * scale);
  }
  memory.forEach(({ moved, bent, curvature }, i) => {
    direction = step(direction, moved, along[i]! - dot(bent, direction) / curvature);
  });
  return direction;
}

/** W x + b into `scores`. */
function score(parameters: Float64Array, sample: ArrayLike<number>, scores: Float64Array): Float64Array {
  const features = sample.length;
  const biases = features * scores.length;
  for (let k = 0; k < scores.length; k++) {
    let total = parameters[biases + k]!;
    for (let j = 0; j < features; j++) total += parameters[k * features + j]! * sample[j]!;
    scores[k] = total;
  }
  return scores;
}

function logSumExp(values: Float64Array): number {
  const largest = Math.max(...values);
  return largest + Math.log(values.reduce((total, value) => total + Math.exp(value - largest), 0));
}

function step(from: Float64Array, direction: Float64Array, size: number): Float64Array {
  return from.map((value, i) => value + size * direction[i]!);
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}
