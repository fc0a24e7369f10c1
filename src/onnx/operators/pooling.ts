/** Pooling over square windows without padding, and its gradient rules. */
import { type Operator, refuse, staticShape, type Value, wholeNumbers } from '../graph.ts';
import { type Dimension, float32, int64, type TensorType } from '../tensor.ts';
import { maxPoolGradient } from './max-pool-gradient.ts';
import { reshape } from './shape.ts';

/** A window of `size`×`size` pixels that moves by `stride`. */
export interface PoolingWindow {
  readonly size: number;
  readonly stride: number;
}

function pooledType(x: Value, size: number, stride: number): TensorType {
  if (x.shape.length !== 4) refuse('an image [N, C, H, W]');
  const pooled = (length: Dimension): Dimension => {
    if (typeof length === 'string') return `floor((${length}-${size})/${stride})+1`;
    return length >= size
      ? Math.floor((length - size) / stride) + 1
      : refuse(`an image of at least ${size} pixels a side`);
  };
  const [n, c, h, w] = x.shape;
  return { type: x.type, shape: [n!, c!, pooled(h!), pooled(w!)] };
}

const windowOf = (attributes: Readonly<Record<string, unknown>>): [number, number] => [
  (attributes.kernel_shape as readonly number[])[0]!,
  (attributes.strides as readonly number[])[0]!,
];

const maxPoolOperator: Operator = {
  name: 'MaxPool',
  infer: ([x], attributes) => {
    const y = pooledType(x!, ...windowOf(attributes));
    return [y, { type: 'int64', shape: y.shape }];
  },
  // Every window passes its gradient to its largest pixel; a pixel may be the largest of several windows.
  gradient: ({ inputs: [x], outputs: [y, winners], attributes }, dy) => {
    if (!winners) {
      if (windowOf(attributes).join() !== '3,2') return refuse('the winners, or windows of 3 pixels that move by 2');
      return [maxPoolGradient(x!, y!, dy)];
    }
    const size = staticShape(x!, 'the gradient of MaxPool').reduce((product, length) => product * length, 1);
    const flat = scatterAdd(zeros(x!, size), reshape(winners, [-1]), reshape(dy, [-1]));
    return [reshape(flat, x!.shape)];
  },
};

/**
 * Largest value of each window. `winners` keeps its position, which the gradient needs. Without winners, 3×3 windows
 * with stride 2 have a gradient too, see {@link maxPoolGradient}.
 */
export function maxPool(x: Value, { size, stride, winners = false }: PoolingWindow & { winners?: boolean }): Value {
  const attributes = { kernel_shape: [size, size], strides: [stride, stride] };
  return x.graph.apply(maxPoolOperator, [x], attributes, winners ? 2 : 1)[0]!;
}

const zerosOperator: Operator = {
  name: 'ConstantOfShape',
  infer: ([shape]) => [{ type: 'float32', shape: wholeNumbers(shape!) }],
};

function zeros(like: Value, size: number): Value {
  return like.graph.apply(zerosOperator, [like.graph.constant(int64([size]))])[0]!;
}

const scatterOperator: Operator = {
  name: 'ScatterElements',
  infer: ([data, indices, updates]) => {
    if (indices!.shape.join() !== updates!.shape.join()) refuse('as many indices as updates');
    return [{ type: data!.type, shape: data!.shape }];
  },
};

function scatterAdd(data: Value, indices: Value, updates: Value): Value {
  return data.graph.apply(scatterOperator, [data, indices, updates], { axis: 0, reduction: 'add' })[0]!;
}

const averagePoolOperator: Operator = {
  name: 'AveragePool',
  infer: ([x], attributes) => [pooledType(x!, ...windowOf(attributes))],
  gradient: ({ inputs: [x], attributes }, dy) => {
    const [size, stride] = windowOf(attributes);
    const [, , h, w] = staticShape(x!, 'the gradient of AveragePool') as [number, number, number, number];
    return [spreadOverWindows(dy, { size, stride, height: h, width: w })];
  },
};

/**
 * The gradient of an image of `height`×`width` pixels from that of the means of its windows, `dy [N, C, h, w]`: every
 * pixel of a window gets 1/size² of its gradient, by a depthwise transposed convolution.
 */
export function spreadOverWindows(
  dy: Value,
  { size, stride, height, width }: PoolingWindow & { height: number; width: number },
): Value {
  const [, c, rows, columns] = staticShape(dy, 'the gradient of AveragePool') as [number, number, number, number];
  const share = dy.graph.constant(float32(new Float32Array(c * size * size).fill(1 / size ** 2), [c, 1, size, size]));
  const rest = (length: number, count: number) => length - ((count - 1) * stride + size);
  return dy.graph.apply(spreadOperator, [dy, share], {
    group: c,
    kernel_shape: [size, size],
    strides: [stride, stride],
    output_padding: [rest(height, rows), rest(width, columns)],
  })[0]!;
}

/** Mean of each window. */
export function averagePool(x: Value, { size, stride }: PoolingWindow): Value {
  const attributes = { kernel_shape: [size, size], strides: [stride, stride] };
  return x.graph.apply(averagePoolOperator, [x], attributes)[0]!;
}

const spreadOperator: Operator = {
  name: 'ConvTranspose',
  infer: ([dy], attributes) => {
    const [size, stride] = windowOf(attributes);
    const rest = attributes.output_padding as readonly number[];
    const [n, c, h, w] = dy!.shape as readonly number[];
    const grown = (count: number, i: number) => (count - 1) * stride + size + rest[i]!;
    return [{ type: dy!.type, shape: [n!, c!, grown(h!, 0), grown(w!, 1)] }];
  },
};
