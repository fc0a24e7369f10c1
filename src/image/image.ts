/** Intensity counts as the file holds them; never rescaled. */
export type Pixels = Uint8Array | Uint16Array | Float32Array;

/** Pixels of one image: planes one after the other, `[channels, height, width]` in C order. */
export interface Image {
  readonly data: Pixels;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Names of the channels where the file itself gives them. */
  readonly channelNames?: readonly string[];
}
