/** Matrix products over the last two axes. Each stands next to its gradient rule. */
import { type Node, type Operator, refuse, type Value } from '../graph.ts';
import type { Dimension } from '../tensor.ts';
import { reduceSum } from './reduction.ts';
import { reshape, transpose } from './shape.ts';

function productShape(a: readonly Dimension[], b: readonly Dimension[]): Dimension[] {
  if (a.length < 2 || b.length < 2) refuse('matrices, or stacks of them');
  if (a.at(-1) !== b.at(-2)) refuse(`as many columns on the left (${a.at(-1)}) as rows on the right (${b.at(-2)})`);
  const [left, right] = [a.slice(0, -2), b.slice(0, -2)];
  if (left.length > 0 && right.length > 0 && left.join() !== right.join()) {
    refuse('stacks of equal shape, or one matrix for the whole stack');
  }
  return [...(left.length > 0 ? left : right), a.at(-2)!, b.at(-1)!];
}

const swapped = (shape: readonly Dimension[]): Dimension[] => [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!];

/** y = a·b: da = dy·bᵀ, db = aᵀ·dy, summed over the stack if one matrix was used for all of it. */
function gradient({ inputs: [a, b] }: Node, dy: Value, wanted: readonly boolean[]): (Value | undefined)[] {
  return [
    wanted[0] ? unstack(matmul(dy, b!, { transposeB: true }), a!) : undefined,
    wanted[1] ? unstack(matmul(a!, dy, { transposeA: true }), b!) : undefined,
  ];
}

function unstack(dx: Value, like: Value): Value {
  const extra = dx.shape.length - like.shape.length;
  if (extra === 0) return dx;
  return reduceSum(dx, { axes: Array.from({ length: extra }, (_, i) => i) });
}

const matmulOperator: Operator = {
  name: 'MatMul',
  infer: ([a, b]) => [{ type: a!.type, shape: productShape(a!.shape, b!.shape) }],
  gradient,
};

const fusedOperator: Operator = {
  name: 'FusedMatMul',
  domain: 'com.microsoft',
  infer: ([a, b], { transA, transB }) => {
    const left = transA ? swapped(a!.shape) : a!.shape;
    return [{ type: a!.type, shape: productShape(left, transB ? swapped(b!.shape) : b!.shape) }];
  },
  // With a transposed: da is the transpose of what it would be; the same for b.
  gradient: ({ inputs: [a, b], attributes: { transA, transB } }, dy, wanted) => {
    const da = () =>
      transA
        ? matmul(b!, dy, { transposeA: Boolean(transB), transposeB: true })
        : matmul(dy, b!, { transposeB: !transB });
    const db = () =>
      transB
        ? matmul(dy, a!, { transposeA: true, transposeB: Boolean(transA) })
        : matmul(a!, dy, { transposeA: !transA });
    return [wanted[0] ? unstack(da(), a!) : undefined, wanted[1] ? unstack(db(), b!) : undefined];
  },
};

/** Which operand is taken with its last two axes exchanged. */
export interface MatmulOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** Matrix product of the last two axes, `[…, M, K]·[…, K, N]`, with either side transposed if asked. */
export function matmul(a: Value, b: Value, { transposeA = false, transposeB = false }: MatmulOptions = {}): Value {
  const { graph } = a;
  if (graph.microsoft && (transposeA || transposeB)) {
    const flags = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
    return graph.apply(fusedOperator, [a, b], flags)[0]!;
  }
  return graph.apply(matmulOperator, [transposeA ? exchange(a) : a, transposeB ? exchange(b) : b])[0]!;
}

function exchange(x: Value): Value {
  const rank = x.shape.length;
  if (rank < 2) return reshape(x, [1, -1]);
  return transpose(x, [...x.shape.map((_, i) => i).slice(0, -2), rank - 1, rank - 2]);
}
