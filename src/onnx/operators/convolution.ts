/** Two-dimensional convolution (cross-correlation) with stride 1, and the rules of its gradient. */
import { type Operator, refuse, staticShape, type Value } from '../graph.ts';
import type { Dimension } from '../tensor.ts';
import { matmul } from './matmul.ts';
import { reduceSum } from './reduction.ts';
import { concat, pad, reshape, slice, transpose } from './shape.ts';

const convOperator: Operator = {
  name: 'Conv',
  infer: ([x, w, b], { pads }) => {
    const [n, c, h, width] = x!.shape;
    const [o, inner, kh, kw] = w!.shape as readonly number[];
    if (x!.shape.length !== 4 || w!.shape.length !== 4) refuse('an image [N, C, H, W] and weights [O, C, kH, kW]');
    if (c !== inner) refuse(`weights for ${c} channels, not ${inner}`);
    if (b && (b.shape.length !== 1 || b.shape[0] !== o)) refuse(`a bias of ${o} numbers`);
    const [top, left, bottom, right] = pads as readonly number[];
    const grown = (size: Dimension, extra: number): Dimension => {
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
  gradient: ({ inputs: [x, w], attributes: { pads } }, dy, wanted) => [
    wanted[0] ? imageGradient(dy, w!, (pads as readonly number[])[0]!) : undefined,
    wanted[1]
      ? weightGradient(x!, dy, staticShape(w!, 'the gradient of Conv'), (pads as readonly number[])[0]!)
      : undefined,
    wanted[2] ? reduceSum(dy, { axes: [0, 2, 3] }) : undefined,
  ],
};

/** Convolution of `x [N, C, H, W]` with `weights [O, C, k, k]` and `bias [O]`; `pads` zeros on every side. */
export function conv(x: Value, weights: Value, { bias, pads = 0 }: { bias?: Value; pads?: number } = {}): Value {
  const kernel = staticShape(weights, 'Conv').slice(2);
  const inputs = bias ? [x, weights, bias] : [x, weights];
  return x.graph.apply(convOperator, inputs, { kernel_shape: kernel, pads: [pads, pads, pads, pads] })[0]!;
}

/**
 * y[o, u] = Σ_c,d w[o, c, d] x[c, u + d - p], so dx[c, v] = Σ_o,d w[o, c, d] dy[o, v - d + p]: a convolution of dy with
 * the weights turned by half a turn, inputs and outputs exchanged, padded by k - 1 - p.
 */
function imageGradient(dy: Value, w: Value, pads: number): Value {
  const k = staticShape(w, 'the gradient of Conv')[2]!;
  const turned = k === 1 ? w : slice(w, { starts: [-1, -1], ends: [-k - 1, -k - 1], axes: [2, 3], steps: [-1, -1] });
  return conv(dy, transpose(turned, [1, 0, 2, 3]), { pads: k - 1 - pads });
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
  // Few channels make thin matrices: then all taps together in one product are faster.
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
