import type { Sheet } from '../../kernels/kernels.ts';
import type { Tensors } from '../session.ts';

/** A convolution of a chain, with the ReLU and perhaps the max pooling (3×3, stride 2) and dropout that follow. */
export interface ChainLayer {
  /** Its parameters are `<name>.weight [outputs, inputs, size, size]` and `<name>.bias [outputs]`. */
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Side of the kernel in pixels, odd; zeros are added so that the size stays. */
  readonly size: number;
  /** Rows and columns of its input. */
  readonly height: number;
  readonly width: number;
  readonly pooled: boolean;
  /** The dropout after the pooling, and the feed that has its seed. */
  readonly dropout?: { readonly rate: number; readonly mask: string };
}

/** What every chain has: a graph at each end and convolutions between them, the last of which is pooled. */
export interface ChainParts {
  /** Images that are computed side by side, n. */
  readonly together: number;
  /** Shape of an image, `[C, H, W]`. */
  readonly image: readonly [number, number, number];
  /** From `image [n, C, H, W]` to `x`, the input of the first layer. */
  readonly front: Uint8Array;
  readonly layers: readonly ChainLayer[];
  /** From `x`, the output of the last layer, to results and, if gradients are wanted, `d.x`. */
  readonly head: Uint8Array;
  /** Shape of `x`, whose order is `[outputs, n, h, w]`. */
  readonly headInput: readonly number[];
  /** Shapes of the results of the head. */
  readonly headOutputs: Readonly<Record<string, readonly number[]>>;
  /** Channels in a block on this processor. */
  readonly lanes: 8 | 16;
}

/**
 * A training step. The head takes `target [m, K]`, `weight [m]` of the m bags of n images, `headImages`, masks and parameters too, and gives
 * `loss`, `probability [m, K]` and `d.<parameter>`.
 */
export interface StepChain extends ChainParts {
  readonly kind: 'step';
  /** Images of a run, and of a bag. */
  readonly images: number;
  readonly bag: number;
  readonly classes: number;
  /** Parameters of the head. */
  readonly headParameters: readonly string[];
  /** Further feeds of the head, of which each image has its own numbers. */
  readonly headImages: readonly string[];
  /** Masks of the head, by the name of their feed. */
  readonly headMasks: Readonly<Record<string, readonly number[]>>;
}

/**
 * A map of one image: what flows back to its pixels, of which every layer passes on only what is positive. The head takes
 * all feeds but the image. The tail goes from `d.x`, the gradient of the first layer's input, to results.
 */
export interface MapChain extends ChainParts {
  readonly kind: 'map';
  readonly tail: Uint8Array;
  readonly headFeeds: readonly string[];
  /** Those of the layers; the head has its own as constants. */
  readonly parameters: Tensors;
}

/**
 * The outputs of a network. The head takes all feeds but the image; its results are of the n images, `[n, …]`, and those of
 * a run of N images, of whom n are computed side by side.
 */
export interface ForwardChain extends ChainParts {
  readonly kind: 'forward';
  readonly headFeeds: readonly string[];
  /** Those of the layers; the head has its own as constants. */
  readonly parameters: Tensors;
}

/**
 * A network as a graph at each end and a chain of convolutions between them. As plain data it can be sent to a worker,
 * which makes it a session ({@link createChainSession}).
 */
export type Chain = StepChain | MapChain | ForwardChain;

/** Rows and columns that leave the layer. */
export function outputSize({ height, width, pooled }: ChainLayer): readonly [number, number] {
  const pool = (length: number) => Math.floor((length - 3) / 2) + 1;
  return pooled ? [pool(height), pool(width)] : [height, width];
}

/** How images lie side by side where they enter a layer and where they leave it. */
export interface LayerSheets {
  readonly input: Sheet;
  readonly output: Sheet;
}

/** Leaves as many columns between n images as the next convolution looks beyond its pixel. */
export function sheetsOf(layers: readonly ChainLayer[], n: number): readonly LayerSheets[] {
  const gaps = layers.map(({ size }) => (size - 1) / 2);
  // A layer that isn't pooled hands on the columns as they are.
  for (let i = layers.length - 2; i >= 0; i--) if (!layers[i]!.pooled) gaps[i] = Math.max(gaps[i]!, gaps[i + 1]!);
  return layers.map((layer, i) => {
    const [, w] = outputSize(layer);
    const input = { n, w: layer.width, pitch: layer.width + gaps[i]! };
    const output = layer.pooled ? { n, w, pitch: w + (gaps[i + 1] ?? 0) } : input;
    return { input, output };
  });
}
