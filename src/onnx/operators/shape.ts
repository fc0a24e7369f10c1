/** Operators that move elements without changing them. Each stands next to its gradient rule. */
import { type Operator, refuse, type Value, wholeNumbers } from '../graph.ts';
import { type Dimension, int64 } from '../tensor.ts';
import { reduceSum } from './reduction.ts';

const reshapeOperator: Operator = {
  name: 'Reshape',
  infer: ([x, target]) => [{ type: x!.type, shape: reshapedTo(x!, wholeNumbers(target!)) }],
  gradient: ({ inputs: [x] }, dy) => [reshape(dy, x!.shape), undefined],
};

function reshapedTo(x: Value, target: readonly number[]): Dimension[] {
  const shape: Dimension[] = target.map((size, i) => (size === 0 ? (x.shape[i] ?? refuse('a size to keep')) : size));
  const product = (sizes: readonly Dimension[]) => {
    const symbols = sizes.filter((size) => typeof size === 'string').sort();
    const known = sizes.reduce((total: number, size) => (typeof size === 'number' ? total * size : total), 1);
    return { symbols: symbols.join(), known };
  };
  const open = shape.indexOf(-1);
  const from = product(x.shape);
  const to = product(shape.filter((size) => size !== -1));
  if (open >= 0) {
    if (from.symbols === to.symbols && from.known % to.known === 0) shape[open] = from.known / to.known;
    else if (from.symbols !== to.symbols) shape[open] = `(${x.shape.join('*')})/(${to.known})`;
    else refuse(`a shape that ${x.shape.join('×')} elements fill`);
  } else if (from.known !== to.known || from.symbols !== to.symbols) {
    refuse(`as many elements as ${x.shape.join('×')}, not ${shape.join('×')}`);
  }
  return shape;
}

/** The same elements in another shape; -1 stands for the remaining size; a named size must stay in its place. */
export function reshape(x: Value, shape: readonly Dimension[]): Value {
  const target = shape.map((size, i) => {
    if (typeof size === 'number') return size;
    return x.shape[i] === size ? 0 : -1;
  });
  return x.graph.apply(reshapeOperator, [x, x.graph.constant(int64(target))])[0]!;
}

const transposeOperator: Operator = {
  name: 'Transpose',
  infer: ([x], { perm }) => {
    const order = perm as readonly number[];
    if ([...order].sort((a, b) => a - b).join() !== x!.shape.map((_, i) => i).join()) {
      refuse(`a permutation of ${x!.shape.length} axes, not ${order.join()}`);
    }
    return [{ type: x!.type, shape: order.map((axis) => x!.shape[axis]!) }];
  },
  gradient: ({ attributes }, dy) => {
    const order = attributes.perm as readonly number[];
    return [
      transpose(
        dy,
        order.map((_, i) => order.indexOf(i)),
      ),
    ];
  },
};

/** Axes in the order `order`. The gradient goes back by the inverse order. */
export function transpose(x: Value, order: readonly number[]): Value {
  return x.graph.apply(transposeOperator, [x], { perm: order })[0]!;
}

const expandOperator: Operator = {
  name: 'Expand',
  infer: ([x, target]) => {
    const shape = wholeNumbers(target!);
    const lead = shape.length - x!.shape.length;
    if (lead < 0 || x!.shape.some((size, i) => size !== 1 && size !== shape[i + lead])) {
      refuse(`sizes that are 1 or equal to ${shape.join('×')}`);
    }
    return [{ type: x!.type, shape }];
  },
  gradient: ({ inputs: [x] }, dy) => {
    const axes = dy.shape.flatMap((size, i) => {
      const from = x!.shape[i - dy.shape.length + x!.shape.length];
      return from === undefined || (from === 1 && size !== 1) ? [i] : [];
    });
    return [reshape(reduceSum(dy, { axes, keepDims: true }), x!.shape), undefined];
  },
};

/** Repeats sizes of 1 to the sizes of `shape`. */
export function expand(x: Value, shape: readonly number[]): Value {
  return x.graph.apply(expandOperator, [x, x.graph.constant(int64(shape))])[0]!;
}

/** Where a slice begins and ends on each of `axes`, and its steps. Ends are exclusive, as in ONNX. */
export interface SliceOptions {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly axes: readonly number[];
  readonly steps?: readonly number[];
}

const sliceOperator: Operator = {
  name: 'Slice',
  infer: ([x, starts, ends, axes, steps]) => {
    const shape = [...x!.shape];
    const last = wholeNumbers(ends!);
    const stride = wholeNumbers(steps!);
    const first = wholeNumbers(starts!);
    for (const [i, axis] of wholeNumbers(axes!).entries()) {
      const size = x!.shape[axis];
      if (typeof size !== 'number') return refuse(`a known size on axis ${axis}`);
      shape[axis] = sliceLength(size, first[i]!, last[i]!, stride[i]!);
    }
    return [{ type: x!.type, shape }];
  },
};

function sliceLength(size: number, start: number, end: number, step: number): number {
  const from = start < 0 ? start + size : start;
  const to = end < -size ? -1 : end < 0 ? end + size : Math.min(end, size);
  const length = Math.max(0, Math.ceil((to - from) / step));
  if (from < 0 || from >= size || length === 0) refuse(`a slice ${start}:${end}:${step} within ${size}`);
  return length;
}

/** A part of a value. Negative steps go backwards (an end below -size includes the first element). */
export function slice(x: Value, { starts, ends, axes, steps = axes.map(() => 1) }: SliceOptions): Value {
  const numbers = (values: readonly number[]) => x.graph.constant(int64(values));
  return x.graph.apply(sliceOperator, [x, numbers(starts), numbers(ends), numbers(axes), numbers(steps)])[0]!;
}

const cropOperator: Operator = {
  name: 'Slice',
  infer: ([x, from, to]) => {
    if (x!.shape.length !== 4) refuse('an image [N, C, H, W]');
    const [n, c] = x!.shape;
    return [
      { type: x!.type, shape: [n!, c!, ...['rows', 'columns'].map((side) => `${side} ${from!.name}…${to!.name}`)] },
    ];
  },
};

/**
 * Rows and columns `from` … `to` (exclusive) of an image `[N, C, H, W]`, int64 `[2]` each, which need not be known
 * before the graph runs. It has no gradient.
 */
export function crop(x: Value, { from, to }: { from: Value; to: Value }): Value {
  return x.graph.apply(cropOperator, [x, from, to, x.graph.constant(int64([2, 3]))])[0]!;
}

const padOperator: Operator = {
  name: 'Pad',
  infer: ([x, pads]) => {
    const amount = wholeNumbers(pads!);
    const rank = x!.shape.length;
    if (amount.length !== 2 * rank) refuse(`${2 * rank} amounts`);
    const shape = x!.shape.map((size, i) => {
      const extra = amount[i]! + amount[i + rank]!;
      return typeof size === 'number' ? size + extra : extra === 0 ? size : `${size}+${extra}`;
    });
    return [{ type: x!.type, shape }];
  },
  gradient: ({ inputs: [x, pads] }, dy) => {
    const amount = wholeNumbers(pads!);
    const axes = x!.shape.flatMap((_, i) => (amount[i] || amount[i + x!.shape.length] ? [i] : []));
    const starts = axes.map((i) => amount[i]!);
    const ends = axes.map((i) => amount[i]! + (x!.shape[i] as number));
    return [axes.length > 0 ? slice(dy, { starts, ends, axes }) : dy, undefined];
  },
};

/** Zeros around a value: `before[i]` and `after[i]` of them on axis i. The gradient is the inner part. */
export function pad(x: Value, before: readonly number[], after: readonly number[]): Value {
  return x.graph.apply(padOperator, [x, x.graph.constant(int64([...before, ...after]))])[0]!;
}

const concatOperator: Operator = {
  name: 'Concat',
  infer: (inputs, { axis }) => {
    const [first, ...rest] = inputs as readonly Value[];
    const at = axis as number;
    const shape = [...first!.shape];
    for (const { shape: other } of rest) {
      if (other.length !== shape.length || other.some((size, i) => i !== at && size !== shape[i])) {
        refuse(`shapes that differ on axis ${at} only`);
      }
      const [a, b] = [shape[at]!, other[at]!];
      shape[at] = typeof a === 'number' && typeof b === 'number' ? a + b : `${a}+${b}`;
    }
    return [{ type: first!.type, shape }];
  },
  gradient: ({ inputs, attributes }, dy) => {
    const axis = attributes.axis as number;
    let start = 0;
    return inputs.map((input) => {
      const end = start + (input!.shape[axis] as number);
      const part = slice(dy, { starts: [start], ends: [end], axes: [axis] });
      start = end;
      return part;
    });
  },
};

/** Concatenates values along `axis`. Each gets its part of the gradient. */
export function concat(values: readonly Value[], axis: number): Value {
  return values[0]!.graph.apply(concatOperator, values, { axis })[0]!;
}

const blocks = (name: 'DepthToSpace' | 'SpaceToDepth'): Operator => ({
  name,
  infer: ([x], { blocksize }) => {
    const block = blocksize as number;
    const [n, c, h, w] = x!.shape;
    if (x!.shape.length !== 4 || typeof c !== 'number') refuse('an image [N, C, H, W]');
    if (name === 'DepthToSpace') {
      if (c % block ** 2 !== 0) refuse(`channels in groups of ${block ** 2}, not ${c}`);
      return [{ type: x!.type, shape: [n!, c / block ** 2, times(h!, block), times(w!, block)] }];
    }
    return [{ type: x!.type, shape: [n!, c * block ** 2, parts(h!, block), parts(w!, block)] }];
  },
  gradient: ({ attributes }, dy) => [
    (name === 'DepthToSpace' ? spaceToDepth : depthToSpace)(dy, attributes.blocksize as number),
  ],
});
const depthToSpaceOperator = blocks('DepthToSpace');
const spaceToDepthOperator = blocks('SpaceToDepth');

function times(size: Dimension, factor: number): Dimension {
  return typeof size === 'number' ? size * factor : `${size}*${factor}`;
}

function parts(size: Dimension, factor: number): Dimension {
  if (typeof size === 'string') return `${size}/${factor}`;
  return size % factor === 0 ? size / factor : refuse(`sides of a multiple of ${factor} pixels, not ${size}`);
}

/**
 * `x [N, b²·C, H, W]` as `[N, C, b·H, b·W]`: channel `(b·row + column)·C + c` has the pixels at `row` and `column` of every
 * block of channel `c`. The gradient goes back by {@link spaceToDepth}.
 */
export function depthToSpace(x: Value, block: number): Value {
  return x.graph.apply(depthToSpaceOperator, [x], { blocksize: block })[0]!;
}

/** The inverse of {@link depthToSpace}. */
export function spaceToDepth(x: Value, block: number): Value {
  return x.graph.apply(spaceToDepthOperator, [x], { blocksize: block })[0]!;
}
