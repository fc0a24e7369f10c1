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

/**
 * A network as a graph at each end and a chain of convolutions between them. As plain data it can be sent to a worker,
 * which makes it a session ({@link createChainSession}).
 */
export interface Chain {
  readonly images: number;
  /** Shape of an image, `[C, H, W]`. */
  readonly image: readonly [number, number, number];
  readonly classes: number;
  /** From `image [1, C, H, W]` to `x`, the input of the first layer; nothing flows back through it. */
  readonly front: Uint8Array;
  readonly layers: readonly ChainLayer[];
  /**
   * From `x [1, outputs, h, w]`, the output of the last layer, `target [1, K]`, `weight [1]`, masks and parameters to
   * `loss`, `probability [1, K]`, `d.x` and `d.<parameter>`.
   */
  readonly head: Uint8Array;
  /** Parameters of the head, with their shapes. */
  readonly headParameters: Readonly<Record<string, readonly number[]>>;
  /** Masks of the head for one image, by the name of their feed. */
  readonly headMasks: Readonly<Record<string, readonly number[]>>;
  /** Channels in a block on this processor. */
  readonly lanes: 8 | 16;
}

/** Rows and columns that leave the layer. */
export function outputSize({ height, width, pooled }: ChainLayer): readonly [number, number] {
  const pool = (length: number) => Math.floor((length - 3) / 2) + 1;
  return pooled ? [pool(height), pool(width)] : [height, width];
}
