/**
 * The network of Kraus, Ba & Frey (2016), figure 1 and section 4, as data. Convolutions keep the size (zero padding),
 * every pooling window is 3×3 with stride 2 and no padding.
 */
export type Layer = { readonly kind: 'average-pooling' | 'max-pooling'; readonly dropout: number } | Convolution;

interface Convolution {
  readonly kind: 'convolution';
  readonly name: string;
  /** Feature maps; `classes` for the class-specific maps. */
  readonly outputs: number | 'classes';
  /** Side of the kernel in pixels. */
  readonly size: number;
  readonly dropout: number;
}

/** Window and stride of every pooling layer, in pixels. */
export const POOLING_WINDOW = { size: 3, stride: 2 } as const;

const convolution = (name: string, outputs: number | 'classes', size: number, dropout = 0): Layer => ({
  kind: 'convolution',
  name,
  outputs,
  size,
  dropout,
});

/** The layers in order; a ReLU follows every convolution but the last, whose sigmoid gives the instances. */
export const PAPER_LAYERS: readonly Layer[] = [
  { kind: 'average-pooling', dropout: 0 },
  convolution('conv1', 32, 3),
  convolution('conv2', 64, 3),
  { kind: 'max-pooling', dropout: 0.2 },
  convolution('conv3', 64, 5),
  { kind: 'max-pooling', dropout: 0.2 },
  convolution('conv4', 128, 3),
  { kind: 'max-pooling', dropout: 0.2 },
  convolution('conv5', 128, 3),
  { kind: 'max-pooling', dropout: 0.2 },
  convolution('conv6', 1000, 1, 0.5),
  convolution('conv7', 'classes', 1),
];

/** Layers whose dropout is multiplied by a factor. */
export function scaleDropout(layers: readonly Layer[], factor: number): readonly Layer[] {
  return layers.map((layer) => ({ ...layer, dropout: factor * layer.dropout }));
}

/** Largest factor by which a field may be enlarged before the network sees it. */
export const LARGEST_FACTOR = 4;

const isPooling = ({ kind }: Layer): boolean => kind !== 'convolution';

/** Pixels from one instance to the next, in the enlarged field if fields are enlarged. */
export function totalStride(layers: readonly Layer[]): number {
  return POOLING_WINDOW.stride ** layers.filter(isPooling).length;
}

/** Smallest side, in pixels, of an image that leaves at least one instance. */
export function smallestSide(layers: readonly Layer[]): number {
  const poolings = layers.filter(isPooling).length;
  let side = 1;
  for (let i = 0; i < poolings; i++) side = (side - 1) * POOLING_WINDOW.stride + POOLING_WINDOW.size;
  return side;
}

/** Smallest side of a field that leaves an instance when it is enlarged by this factor. */
export function smallestField(layers: readonly Layer[], enlarge = 1): number {
  return Math.ceil(smallestSide(layers) / enlarge);
}

/** Side of the map of instances for an image of `side` pixels. */
export function mapSide(side: number, layers: readonly Layer[]): number {
  let length = side;
  for (const layer of layers) {
    if (isPooling(layer)) length = Math.floor((length - POOLING_WINDOW.size) / POOLING_WINDOW.stride) + 1;
  }
  return length;
}

/** The last convolution, which gives the instances. */
export function lastConvolution(layers: readonly Layer[]): Convolution | undefined {
  return layers.findLast((layer) => layer.kind === 'convolution');
}
