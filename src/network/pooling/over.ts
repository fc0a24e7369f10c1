import type { Value } from '../../onnx/graph.ts';
import { add, atLeast, div, log, mul, sub } from '../../onnx/operators/elementwise.ts';
import { reduceLogMeanExp, reduceLogSumExp, reduceMax, reduceMean, reduceSum } from '../../onnx/operators/reduction.ts';
import type { Instances } from './pooling.ts';

/** Which instances a reduction is over: those that are kept, or all. */
type Kept = Pick<Instances, 'kept'>;

const OVER = { axes: [2, 3] };

/** What instances that are not kept are lowered by: e⁻¹⁰⁰⁰⁰ is 0 in float32, and all logarithms stay finite. */
const HIDDEN = 1e4;

/** Sums over the kept instances, `[N, K]` of `x [N, K, h, w]`. */
export function sumOver(x: Value, { kept }: Kept): Value {
  return reduceSum(kept ? mul(x, kept) : x, OVER);
}

/** Means over the kept instances. */
export function meanOver(x: Value, { kept }: Kept): Value {
  return kept ? div(sumOver(x, { kept }), countOf(kept)) : reduceMean(x, OVER);
}

/** The largest of the kept instances. */
export function maxOver(x: Value, of: Kept): Value {
  return reduceMax(lowered(x, of), OVER);
}

/** ln Σ eˣ over the kept instances. */
export function logSumExpOver(x: Value, of: Kept): Value {
  return reduceLogSumExp(lowered(x, of), OVER);
}

/** ln (1/n) Σ eˣ over the kept instances. */
export function logMeanExpOver(x: Value, { kept }: Kept): Value {
  return kept ? sub(logSumExpOver(x, { kept }), log(countOf(kept))) : reduceLogMeanExp(x, OVER);
}

/** How many instances are kept, `[N, 1]`; at least 1, so that an image that only fills up a batch has finite numbers. */
function countOf(kept: Value): Value {
  return atLeast(reduceSum(kept, OVER), 1);
}

/** Adds 0 to the kept instances, and lowers the others. */
function lowered(x: Value, { kept }: Kept): Value {
  return kept ? add(x, mul(sub(kept, 1), HIDDEN)) : x;
}
