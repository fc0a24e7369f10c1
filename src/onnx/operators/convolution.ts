/** Two-dimensional convolution (cross-correlation), and the rules of its gradient. */
import { type Operator, refuse, staticShape, type Value } from '../graph.ts';
import { type Dimension, float32 } from '../tensor.ts';
import { add, relu } from './elementwise.ts';
import { matmul } from './matmul.ts';
import { reduceSum } from './reduction.ts';
import { concat, depthToSpace, pad, reshape, slice, transpose } from './shape.ts';

const convOperator: Operator = {
  name: 'Conv',
  infer: ([x, w, b], { pads, group = 1, strides = [1, 1] }) => {
    const [n, c, h, width] = x!.shape;
    const [o, inner, kh, kw] = w!.shape as readonly number[];
    if (x!.shape.length !== 4 || w!.shape.length !== 4) refuse('an image [N, C, H, W] and weights [O, C, kH, kW]');
    if (c !== inner! * (group as number)) refuse(`weights for ${c} channels, not ${inner! * (group as number)}`);
    if (b && (b.shape.length !== 1 || b.shape[0] !== o)) refuse(`a bias of ${o} numbers`);
    const [top, left, bottom, right] = pads as readonly number[];
    const [stride] = strides as readonly number[];
    const grown = (size: Dimension, extra: number): Dimension => {
      if (typeof size === 'number' && stride! > 1 && size + extra > 0) {
        return Math.floor((size + extra - 1) / stride!) + 1;
      }
      if (extra === 0) return size;
      if (typeof size === 'string') return `${size}${extra > 0 ? '+' : ''}${extra}`;
      return size + extra > 0
        ? size + extra
        : refuse(`an image of at least ${1 - extra} pixels a side, padding included`);
    };
    return [
      { type: x!.type, shape: [n!, o!, grown(h!, top! + bottom! + 1 - kh!), grown(width!, left! + right! + 1 - kw!)] },
    ];
  },
  gradient: ({ inputs: [x, w], attributes: { pads, group = 1, strides = [1, 1] } }, dy, wanted) => {
    if (group !== 1 || String(strides) !== '1,1') refuse('a convolution of all channels that moves by 1');
    return [
      wanted[0] ? imageGradient(x!, dy, w!, (pads as readonly number[])[0]!) : undefined,
      wanted[1]
        ? weightGradient(x!, dy, staticShape(w!, 'the gradient of Conv'), (pads as readonly number[])[0]!)
        : undefined,
      wanted[2] ? reduceSum(dy, { axes: [0, 2, 3] }) : undefined,
    ];
  },
};

/** Convolution of `x [N, C, H, W]` with `weights [O, C, k, k]` and `bias [O]`; `pads` zeros on every side. */
export function conv(x: Value, weights: Value, { bias, pads = 0 }: { bias?: Value; pads?: number } = {}): Value {
  const kernel = staticShape(weights, 'Conv').slice(2);
  const inputs = bias ? [x, weights, bias] : [x, weights];
  return x.graph.apply(convOperator, inputs, { kernel_shape: kernel, pads: [pads, pads, pads, pads] })[0]!;
}

/**
 * `g` where `y` is positive and 0 where it is 0, both `[N, C, H, W]` and nowhere negative: the gradient of a ReLU
 * without a comparison. ONNX Runtime computes it in the layout of its convolutions, as two depthwise convolutions,
 * while a comparison would first move both into another layout.
 */
export function passWhere(g: Value, y: Value): Value {
  const lost = relu(add(timesNumber(y, -LARGE), g));
  return add(timesNumber(lost, -1), g);
}

/** So large that its product with any relevant activation (above some 1e-20) exceeds every gradient. */
const LARGE = 1e30;

function timesNumber(x: Value, factor: number): Value {
  const channels = x.shape[1] as number;
  const weights = x.graph.constant(float32(new Float32Array(channels).fill(factor), [channels, 1, 1, 1]));
  return x.graph.apply(convOperator, [x, weights], {
    kernel_shape: [1, 1],
    pads: [0, 0, 0, 0],
    group: channels,
  })[0]!;
}

/** Output channels that the runtime computes together, as many as a register holds; fewer take as long. */
const TOGETHER = 16;

/**
 * y[o, u] = Σ_c,d w[o, c, d] x[c, u + d - p], so dx[c, v] = Σ_o,d w[o, c, d] dy[o, v - d + p]: a convolution of dy with
 * the weights rotated by 180°, inputs and outputs exchanged, padded by k - 1 - p.
 *
 * Where x has few channels, blocks of s×s pixels are computed as s² channels each, with the weights moved to each pixel
 * of the block in a kernel of k + s - 1, and then moved to their places; for 3 channels this takes half the time.
 */
function imageGradient(x: Value, dy: Value, w: Value, pads: number): Value {
  const [, c, k] = staticShape(w, 'the gradient of Conv') as [number, number, number, number];
  const turned = k === 1 ? w : slice(w, { starts: [-1, -1], ends: [-k - 1, -k - 1], axes: [2, 3], steps: [-1, -1] });
  const weights = transpose(turned, [1, 0, 2, 3]);
  const block = Math.floor(Math.sqrt(TOGETHER / c));
  const sizes = [x.shape[2], x.shape[3], dy.shape[2], dy.shape[3]];
  if (block < 2 || k === 1 || sizes.some((size) => typeof size !== 'number'))
    return conv(dy, weights, { pads: k - 1 - pads });
  const [height, width, rows, columns] = sizes as [number, number, number, number];
  const side = k + block - 1;
  const places = Array.from({ length: block * block }, (_, i) => [Math.floor(i / block), i % block] as const);
  const moved = places.map(([row, column]) =>
    pad(weights, [0, 0, row, column], [0, 0, block - 1 - row, block - 1 - column]),
  );
  const before = k - 1 - pads;
  const after = (length: number, given: number) => (Math.ceil(length / block) - 1) * block + side - given - before;
  const [parts] = dy.graph.apply(convOperator, [dy, concat(moved, 0)], {
    kernel_shape: [side, side],
    strides: [block, block],
    pads: [before, before, after(height, rows), after(width, columns)],
  }) as [Value];
  return slice(depthToSpace(parts, block), { starts: [0, 0], ends: [height, width], axes: [2, 3] });
}

/**
 * dw[o, c, d] = Σ_n,u dy[n, o, u] x[n, c, u + d - p]: for each tap d of the kernel a matrix product of dy with x
 * shifted by d. With rows padded to one length and laid end to end, a shift is a contiguous slice.
 */
function weightGradient(x: Value, dy: Value, [o, c, k]: readonly number[], pads: number): Value {
  const [n, , h, width] = staticShape(x, 'the gradient of Conv') as [number, number, number, number];
  const [, , rows, columns] = dy.shape as [number, number, number, number];
  if (k === 1 && pads === 0) {
    const flat = (value: Value, channels: number) => reshape(value, [n, channels, rows * columns]);
    return reshape(overTheBatch(flat(dy, o!), flat(x, c!)), [o!, c!, 1, 1]);
  }
  const pitch = width + 2 * pads;
  const length = rows * pitch;
  const padded = pad(x, [0, 0, pads, pads], [0, 0, pads + 1, pads]);
  const line = reshape(padded, [n, c!, (h + 2 * pads + 1) * pitch]);
  const spread = reshape(pad(dy, [0, 0, 0, 0], [0, 0, 0, k! - 1]), [n, o!, length]);
  const shifted = Array.from({ length: k! * k! }, (_, tap) => {
    const start = Math.floor(tap / k!) * pitch + (tap % k!);
    return slice(line, { starts: [start], ends: [start + length], axes: [2] });
  });
  // Few channels make thin matrices; then one product for all taps together is faster.
  if (c! * k! * k! <= 64) {
    const together = overTheBatch(spread, concat(shifted, 1));
    return reshape(transpose(reshape(together, [o!, k! * k!, c!]), [0, 2, 1]), [o!, c!, k!, k!]);
  }
  const taps = shifted.map((part) => reshape(overTheBatch(spread, part), [o!, c!, 1]));
  return reshape(concat(taps, 2), [o!, c!, k!, k!]);
}

/** Σ_n dy[n]·x[n]ᵀ. */
function overTheBatch(dy: Value, x: Value): Value {
  const products = matmul(dy, x, { transposeB: true });
  return dy.shape[0] === 1 ? reshape(products, products.shape.slice(1)) : reduceSum(products, { axes: [0] });
}
