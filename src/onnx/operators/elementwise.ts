/** Element-by-element operators, with NumPy's broadcasting. Each stands next to its gradient rule. */
import { type Graph, type Node, type Operator, refuse, type Value } from '../graph.ts';
import { type Dimension, float32, type TensorType } from '../tensor.ts';
import { reduceSum } from './reduction.ts';
import { reshape } from './shape.ts';

/** A value, or a number that becomes a float32 scalar. */
export type Operand = Value | number;

const scalar = (graph: Graph, x: Operand): Value => (typeof x === 'number' ? graph.constant(float32([x], [])) : x);

/** Sums a gradient over what broadcasting repeated: the adjoint of `Expand`. */
function unbroadcast(dy: Value, like: Value): Value {
  if (dy.shape.join() === like.shape.join()) return dy;
  const lead = dy.shape.length - like.shape.length;
  const axes = dy.shape.flatMap((size, i) => (i < lead || (like.shape[i - lead] === 1 && size !== 1) ? [i] : []));
  const summed = reduceSum(dy, { axes, keepDims: true });
  return lead === 0 ? summed : reshape(summed, like.shape as readonly number[]);
}

function broadcast(a: Value, b: Value): Dimension[] {
  const rank = Math.max(a.shape.length, b.shape.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a.shape[i - rank + a.shape.length] ?? 1;
    const y = b.shape[i - rank + b.shape.length] ?? 1;
    if (x === y || y === 1) return x;
    if (x === 1) return y;
    return refuse('shapes that are equal, or 1, in every dimension from the last');
  });
}

function sameType(a: Value, b: Value): void {
  if (a.type !== b.type) refuse('two operands of one type');
}

type BinaryGradient = (dy: Value, a: Value, b: Value, y: Value) => readonly [() => Value, () => Value];

function binary(name: string, rule?: BinaryGradient, type?: TensorType['type']) {
  const operator: Operator = {
    name,
    infer: ([a, b]) => {
      sameType(a!, b!);
      return [{ type: type ?? a!.type, shape: broadcast(a!, b!) }];
    },
    ...(rule && {
      gradient: ({ inputs: [a, b], outputs: [y] }: Node, dy: Value, wanted: readonly boolean[]) =>
        rule(dy, a!, b!, y!).map((dx, i) => (wanted[i] ? unbroadcast(dx(), i === 0 ? a! : b!) : undefined)),
    }),
  };
  return (a: Operand, b: Operand): Value => {
    const graph = (typeof a === 'number' ? (b as Value) : a).graph;
    return graph.apply(operator, [scalar(graph, a), scalar(graph, b)])[0]!;
  };
}

/** a + b. d/da = d/db = dy. */
export const add = binary('Add', (dy) => [() => dy, () => dy]);
/** a - b. d/da = dy, d/db = -dy. */
export const sub = binary('Sub', (dy) => [() => dy, () => neg(dy)]);
/** a · b. d/da = dy · b, d/db = dy · a. */
export const mul = binary('Mul', (dy, a, b) => [() => mul(dy, b), () => mul(dy, a)]);
/** a / b. d/da = dy / b, d/db = -dy · y / b. */
export const div = binary('Div', (dy, _, b, y) => [() => div(dy, b), () => neg(div(mul(dy, y), b))]);
/** a > b, as booleans. */
export const greater = binary('Greater', undefined, 'bool');
/** a = b, as booleans. */
export const equal = binary('Equal', undefined, 'bool');

function unary(name: string, rule: (dy: Value, x: Value, y: Value) => Value) {
  const operator: Operator = {
    name,
    infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
    gradient: ({ inputs: [x], outputs: [y] }, dy) => [rule(dy, x!, y!)],
  };
  return (x: Value): Value => x.graph.apply(operator, [x])[0]!;
}

/** -x. */
export const neg = unary('Neg', (dy) => neg(dy));
/** eˣ. d/dx = dy · y. */
export const exp = unary('Exp', (dy, _, y) => mul(dy, y));
/** ln x. d/dx = dy / x. */
export const log = unary('Log', (dy, x) => div(dy, x));
/** √x. d/dx = dy / 2y. */
export const sqrt = unary('Sqrt', (dy, _, y) => div(dy, mul(y, 2)));
/** 1 / (1 + e⁻ˣ). d/dx = dy · y · (1 - y). */
export const sigmoid = unary('Sigmoid', (dy, _, y) => mul(dy, mul(y, sub(1, y))));
/** ln(1 + eˣ), without overflow. d/dx = dy · sigmoid(x). */
export const softplus = unary('Softplus', (dy, x) => mul(dy, sigmoid(x)));
/** max(x, 0). d/dx = dy where y is positive, and 0 at 0. */
export const relu = unary('Relu', (dy, _, y) => mul(dy, toFloat(greater(y, 0))));

const whereOperator: Operator = {
  name: 'Where',
  infer: ([condition, a, b]) => {
    if (condition!.type !== 'bool') refuse('a condition of booleans');
    sameType(a!, b!);
    return [{ type: a!.type, shape: broadcast({ ...condition!, shape: broadcast(condition!, a!) }, b!) }];
  },
  // Each side gets the gradient where it was chosen.
  gradient: ({ inputs: [condition, a, b] }, dy, wanted) => [
    undefined,
    wanted[1] ? unbroadcast(where(condition!, dy, 0), a!) : undefined,
    wanted[2] ? unbroadcast(where(condition!, 0, dy), b!) : undefined,
  ],
};

/** `a` where `condition`, else `b`. */
export function where(condition: Value, a: Operand, b: Operand): Value {
  const { graph } = condition;
  return graph.apply(whereOperator, [condition, scalar(graph, a), scalar(graph, b)])[0]!;
}

/** max(x, least) with no gradient below: keeps logarithms finite. Differentiates as `Where`. */
export function atLeast(x: Value, least: number): Value {
  return where(greater(x, least), x, least);
}

const castOperator: Operator = {
  name: 'Cast',
  infer: ([x], { to }) => [{ type: to === 1 ? 'float32' : refuse('a cast to float32'), shape: x!.shape }],
};

/** Booleans or whole numbers as float32. */
export function toFloat(x: Value): Value {
  return x.graph.apply(castOperator, [x], { to: 1 })[0]!;
}
