/** Reads up to `length` bytes at `offset` of a file; fewer at its end. */
export type ReadBytes = (offset: number, length: number) => Uint8Array;
