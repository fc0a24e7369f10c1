/** One channel of a field: `[height, width]` in C order. */
export interface Plane {
  readonly data: Uint8Array | Uint16Array | Float32Array;
  readonly height: number;
  readonly width: number;
}

/** Which pixels of a plane are meant: 1, or 0 elsewhere, `[height, width]`. */
export interface Mask {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
}

/** Regions of a plane: 0 background, 1..count, `[height, width]`. */
export interface Labels {
  readonly data: Int32Array;
  readonly height: number;
  readonly width: number;
  readonly count: number;
}
