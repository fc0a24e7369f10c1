/** Operators that reduce along axes. Each stands next to its gradient rule. */
import { type Attributes, type Operator, refuse, type Value, wholeNumbers } from '../graph.ts';
import { type Dimension, int64 } from '../tensor.ts';
import { div, equal, exp, mul, sub, toFloat } from './elementwise.ts';
import { expand, reshape } from './shape.ts';

/** Which axes to reduce (by default all), and whether to keep them with size 1. */
export interface ReductionOptions {
  readonly axes?: readonly number[];
  readonly keepDims?: boolean;
}

function reducedAxes(x: Value, axes: Value | undefined): number[] {
  const rank = x.shape.length;
  if (!axes) return x.shape.map((_, i) => i);
  const named = wholeNumbers(axes).map((axis) => (axis < 0 ? axis + rank : axis));
  if (named.some((axis) => axis < 0 || axis >= rank)) refuse(`axes from 0 to ${rank - 1}`);
  return named;
}

function reducedShape(x: Value, axes: Value | undefined, { keepdims }: Attributes): Dimension[] {
  const gone = new Set(reducedAxes(x, axes));
  return x.shape.flatMap((size, i) => (!gone.has(i) ? [size] : keepdims === 1 ? [1] : []));
}

/** Puts back the axes that were dropped, with size 1. */
function keepAxes(y: Value, x: Value, axes: Value | undefined): Value {
  const gone = new Set(reducedAxes(x, axes));
  const shape = x.shape.map((size, i) => (gone.has(i) ? 1 : size));
  return shape.join() === y.shape.join() ? y : reshape(y, shape as number[]);
}

function reduction(name: string, rule: (dy: Value, x: Value, y: Value, share: () => number) => Value) {
  const operator: Operator = {
    name,
    infer: ([x, axes], attributes) => [{ type: x!.type, shape: reducedShape(x!, axes, attributes) }],
    gradient: ({ inputs: [x, axes], outputs: [y] }, dy) => {
      const share = () => reducedAxes(x!, axes).reduce((product, axis) => product * (x!.shape[axis] as number), 1);
      return [rule(keepAxes(dy, x!, axes), x!, keepAxes(y!, x!, axes), share), undefined];
    },
  };
  return (x: Value, { axes, keepDims = false }: ReductionOptions = {}): Value =>
    x.graph.apply(operator, [x, axes && x.graph.constant(int64(axes))], { keepdims: keepDims ? 1 : 0 })[0]!;
}

/** Sum over axes. Every element gets the gradient of its sum. */
export const reduceSum = reduction('ReduceSum', (dy, x) => expand(dy, x.shape as number[]));
/** Mean over axes. Like the sum, divided by the number of elements. */
export const reduceMean = reduction('ReduceMean', (dy, x, _, share) => expand(div(dy, share()), x.shape as number[]));
/** Largest over axes. The gradient goes to the largest; equal ones share it. */
export const reduceMax = reduction('ReduceMax', (dy, x, y) => {
  const chosen = toFloat(equal(x, y));
  const axes = x.shape.flatMap((size, i) => (y.shape[i] === 1 && size !== 1 ? [i] : []));
  // No axes would stand for all of them.
  return axes.length === 0 ? dy : mul(chosen, div(dy, reduceSum(chosen, { axes, keepDims: true })));
});
/** ln Σ eˣ over axes, without overflow. d/dx = dy · e^(x - y). */
export const reduceLogSumExp = reduction('ReduceLogSumExp', (dy, x, y) => mul(dy, exp(sub(x, y))));

/**
 * ln of the mean of eˣ over axes, without overflow. ln n is computed as ln Σ e⁰, so that n need not be known before the
 * graph runs.
 */
export function reduceLogMeanExp(x: Value, options: ReductionOptions = {}): Value {
  return sub(reduceLogSumExp(x, options), reduceLogSumExp(mul(x, 0), options));
}

function overLastAxis(name: string, rule: (dy: Value, y: Value) => Value) {
  const operator: Operator = {
    name,
    infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
    gradient: ({ outputs: [y] }, dy) => [rule(dy, y!)],
  };
  return (x: Value): Value => x.graph.apply(operator, [x], { axis: -1 })[0]!;
}

const lastSum = (x: Value): Value => reduceSum(x, { axes: [x.shape.length - 1], keepDims: true });

/** Softmax over the last axis. dx = y · (dy - Σ dy·y). */
export const softmax = overLastAxis('Softmax', (dy, y) => mul(y, sub(dy, lastSum(mul(dy, y)))));
/** Logarithm of the softmax over the last axis. dx = dy - e^y · Σ dy. */
export const logSoftmax = overLastAxis('LogSoftmax', (dy, y) => sub(dy, mul(exp(y), lastSum(dy))));
