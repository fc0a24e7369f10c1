import { KERNELS } from './bytes.ts';

/** Activations whose channels stand in blocks: `[blocks, …, lanes]`, where a block has 8 or 16 lanes. */
export interface Blocks {
  readonly blocks: number;
  readonly lanes: number;
}

/** Images side by side: n of w columns, `pitch` columns from one to the next, with zeros between them. */
export interface Sheet {
  readonly n: number;
  readonly w: number;
  readonly pitch: number;
}

/** Columns of a sheet. */
export function columnsOf({ n, w, pitch }: Sheet): number {
  return (n - 1) * pitch + w;
}

/** Rows of w pixels, `step` pixels apart, in blocks that are `stride` pixels apart. */
export interface BlockRows {
  readonly stride: number;
  readonly rows: number;
  readonly step: number;
  readonly w: number;
}

/** Where the upper of two rows of pixels begins, and how many bytes behind it the lower one. */
export interface PixelRows {
  readonly x: number;
  readonly far: number;
}

/** Dropout: what is kept is multiplied by 1 / (1 - rate); the same seed drops the same. */
export interface Dropping {
  /** A multiple of 1 / 65536 below 1. */
  readonly rate: number;
  /** Two words of 32 bits. */
  readonly seed: readonly [number, number];
}

/** Loops over one memory. Places are addresses in bytes, multiples of 4; assembly/ says what each loop does. */
export interface Kernels {
  /** The memory as numbers: address a is element a / 4. */
  readonly floats: Float32Array;
  /** Gives the memory to loops that are made later. It must not be used from then on. */
  release(): void;
  /**
   * Max pooling over 3×3 windows with stride 2, ReLU and dropout, of `rows` rows of outputs from `first` on. Outputs of
   * neighbouring images are `pitchOut` columns apart. Where `codes` is 0, nothing is dropped, and no winners are kept.
   */
  pool(
    places: { readonly x: number; readonly z: number; readonly codes: number },
    size: Blocks & { readonly sheet: Sheet; readonly pitchOut: number; readonly stripRows: number; readonly H: number },
    rows: { readonly first: number; readonly rows: number },
    dropping: Dropping,
  ): void;
  /** The gradient of `pool`: `rows` rows of that of its inputs from `first` on, zeros beyond the image. */
  unpool(
    places: { readonly dz: number; readonly codes: number; readonly dy: number },
    size: Blocks & { readonly sheet: Sheet; readonly pitchOut: number; readonly h: number },
    rows: { readonly first: number; readonly rows: number },
    rate: number,
  ): void;
  /** Adds to `sums [channels]` what flows back through all windows of `pool`. */
  addPooledSums(
    places: { readonly dz: number; readonly codes: number; readonly sums: number },
    size: Blocks & { readonly H: number; readonly W: number },
    rate: number,
  ): void;
  /** Adds to `sums [channels]` those over `rows` rows of w pixels of `x [blocks, stride pixels, lanes]`. */
  addSums(
    places: { readonly x: number; readonly sums: number },
    size: Blocks & { readonly stride: number; readonly rows: number; readonly w: number },
  ): void;
  /**
   * Rows of `x [blocks, stride pixels, lanes]` to `y [channels, plane]`, `pitch` apart, with zeros between them; 4 channels
   * at a time.
   */
  unblock(
    places: { readonly x: number; readonly y: number },
    size: BlockRows & { readonly channels: number; readonly lanes: number },
    to: { readonly plane: number; readonly pitch: number },
  ): void;
  /** Rows of w numbers of `y [channels, plane]` to rows of `x [blocks, stride pixels, lanes]`. */
  block(
    places: { readonly y: number; readonly x: number },
    size: Blocks & BlockRows,
    from: { readonly plane: number },
  ): void;
  /** Zeros between the images of a sheet, in each of `rows` rows. */
  clearGaps(x: number, size: { readonly lanes: number; readonly rows: number; readonly sheet: Sheet }): void;
  /** `x [inputs, outputs / lanes, taps, lanes]` to `y [outputs, inputs, taps]`. */
  unblockWeights(
    places: { readonly x: number; readonly y: number },
    size: { readonly inputs: number; readonly outputs: number; readonly taps: number; readonly lanes: number },
  ): void;
  /**
   * The rows of tiles of `x [blocks, h, columns, lanes]`, combined for a convolution: to `u [8, blocks, tiles, columns, lanes]`. A
   * tile has eight rows from high · t - above on, and gives `high` rows of outputs: 4 of a kernel of 5 rows, 6 of one of 3.
   */
  combineRows(
    places: { readonly x: number; readonly u: number },
    image: Blocks & { readonly h: number; readonly columns: number; readonly above: number; readonly high: 4 | 6 },
    tiles: { readonly first: number; readonly tiles: number },
  ): void;
  /**
   * The combinations of the gradient of outputs that the gradient of combined weights is a convolution with: of `y [blocks,
   * stride rows, columns, lanes]` to `v [8, blocks, tiles, columns, lanes]`. Rows from `rows` on count as zeros.
   */
  combineSlopes(
    places: { readonly y: number; readonly v: number },
    image: Blocks & { readonly stride: number; readonly columns: number; readonly high: 4 | 6 },
    tiles: { readonly tiles: number; readonly rows: number },
  ): void;
  /**
   * Sums of parts of `row` numbers: part j of a block of `u` is Σ_r `coefficients[j, r]` · part r of the block of `w`; 4 numbers
   * at a time.
   */
  combineParts(
    places: { readonly w: number; readonly u: number; readonly coefficients: number },
    size: { readonly parts: number; readonly sums: number; readonly blocks: number; readonly row: number },
    apart: {
      /** Numbers from one part, and from one block, to the next. */
      readonly from: readonly [part: number, block: number];
      readonly to: readonly [part: number, block: number];
    },
  ): void;
  /**
   * The first `rows` rows of `y [blocks, stride rows, columns, lanes]`, `high` for each tile, from what its combinations were
   * convolved to.
   */
  separateRows(
    places: { readonly m: number; readonly y: number; readonly bias?: number },
    image: Blocks & { readonly stride: number; readonly columns: number; readonly high: 4 | 6 },
    tiles: { readonly tiles: number; readonly rows: number; readonly rectify: boolean },
  ): void;
  /** The gradient of a ReLU: `dy = dz` where `y` is positive; 4 numbers at a time. */
  passWherePositive(places: { readonly dz: number; readonly y: number; readonly dy: number }, numbers: number): void;
  /** A mask of dropout: 0, or 1 / (1 - rate); 8 numbers at a time. */
  drawMask(x: number, numbers: number, dropping: Dropping): void;
  /** `a += b`, 4 numbers at a time. */
  add(places: { readonly a: number; readonly b: number }, numbers: number): void;
  /**
   * A step of Adam in place, on parameters `p` with the gradient `g`; `m` and `v` are the running means of the gradient and of its
   * square, of which those below 1e-30 become 0. `step` is the learning rate over 1 - β₁ᵗ, `secondScale` is 1 / (1 - β₂ᵗ). 4 numbers
   * at a time.
   */
  adam(
    places: { readonly p: number; readonly m: number; readonly v: number; readonly g: number },
    numbers: number,
    how: {
      readonly step: number;
      readonly firstDecay: number;
      readonly secondDecay: number;
      readonly secondScale: number;
      readonly epsilon: number;
    },
  ): void;
  /**
   * Of `numbers` whole numbers of 16 bits at `x` the sum, the sum of their squares and the largest, to `y` as three numbers in
   * float64, with room for one more. 8 numbers at a time.
   */
  sumCounts(places: { readonly x: number; readonly y: number }, numbers: number): void;
  /** The means of `blocks` blocks of two by two pixels, of two rows of pixels. 8 pixels of a row at a time. */
  averageBlocks(rows: PixelRows, y: number, blocks: number): void;
  /**
   * Their coefficients of Haar: of a block a b / e f a + b - e - f, a - b + e - f and a - b - e + f, to `y` and so many bytes `apart`
   * from it. 8 pixels of a row at a time.
   */
  differBlocks(rows: PixelRows, to: { readonly y: number; readonly apart: number }, blocks: number): void;
  /** The inner product of `a` and `b` in float64, 4 numbers at a time. */
  product(places: { readonly a: number; readonly b: number }, numbers: number): number;
  /**
   * Unpacks LZW as TIFF has it: `bytes` bytes at `x`, with room for eight more, to `most` bytes at `y` at most, behind which 16 more
   * may be overwritten. `table` has 33 kB. Gives how many bytes were unpacked, or -1 for a code that means nothing.
   */
  unpackLzw(
    places: { readonly x: number; readonly table: number; readonly y: number },
    size: { readonly bytes: number; readonly most: number },
  ): number;
  /** Undoes the differences along `rows` rows of `wide` whole numbers of 8 or 16 bits; each row begins anew. */
  addDifferences(y: number, size: { readonly bits: 8 | 16; readonly wide: number; readonly rows: number }): void;
  /** `a += share (b - a)`, 4 numbers at a time. */
  approach(places: { readonly a: number; readonly b: number }, numbers: number, share: number): void;
}

/** What is used of WebAssembly, which every JavaScript has but the language's own types do not. */
const { WebAssembly: wasm } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Memory: new (pages: { initial: number; maximum: number }) => Memory;
    readonly Module: new (code: Uint8Array) => object;
    readonly Instance: new (module: object, imports: object) => { readonly exports: object };
    compile(code: Uint8Array): Promise<object>;
  };
};

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

type Loops = Exclude<keyof Kernels, 'floats' | 'release' | 'addDifferences'> | 'addDifferences8' | 'addDifferences16';
type Exports = Readonly<Record<Loops, (...numbers: readonly number[]) => number>>;

/** The loops as a module: being compiled, and at hand. */
let compiling: Promise<object> | undefined;
let compiled: object | undefined;

const code = () => Uint8Array.from(atob(KERNELS), (letter) => letter.charCodeAt(0));

/** Memory that was given back: taken anew from the system, each page would cost a fault. */
const spare: Memory[] = [];

/** Memories that are kept for later. */
const MOST_SPARE = 2;

function takeMemory(bytes: number): Memory {
  const pages = Math.ceil(bytes / PAGE);
  const memory = spare.pop();
  if (!memory) return new wasm.Memory({ initial: pages, maximum: MOST_PAGES });
  const had = memory.buffer.byteLength;
  if (had < pages * PAGE) memory.grow(pages - had / PAGE);
  // What was added has zeros already.
  new Uint8Array(memory.buffer, 0, Math.min(bytes, had)).fill(0);
  return memory;
}

/** Makes the loops with a memory of their own, which keeps its size and begins with zeros. */
export async function createKernels(bytes: number): Promise<Kernels> {
  compiling ??= wasm.compile(code());
  compiled ??= await compiling;
  return makeKernels(bytes);
}

/** The same at once: where they were not compiled before, that takes some milliseconds. */
export function makeKernels(bytes: number): Kernels {
  compiled ??= new wasm.Module(code());
  const memory = takeMemory(bytes);
  const { exports: loops } = new wasm.Instance(compiled, { env: { memory } }) as { readonly exports: Exports };
  // Twice in the pool, a memory would be given to two.
  let isReleased = false;
  const kept = (rate: number) => 1 / (1 - rate);
  const dropout = ({ rate, seed }: Dropping) => [Math.round(rate * STEPS), kept(rate), ...seed];
  return {
    floats: new Float32Array(memory.buffer),
    release() {
      if (isReleased) return;
      isReleased = true;
      if (spare.length < MOST_SPARE) spare.push(memory);
    },
    pool: (
      { x, z, codes },
      { blocks, lanes, sheet: { n, w, pitch }, pitchOut, stripRows, H },
      { first, rows },
      dropping,
    ) => loops.pool(x, z, codes, blocks, lanes, n, w, pitch, pitchOut, stripRows, first, rows, H, ...dropout(dropping)),
    unpool: ({ dz, codes, dy }, { blocks, lanes, sheet: { n, w, pitch }, pitchOut, h }, { first, rows }, rate) =>
      loops.unpool(dz, codes, dy, blocks, lanes, n, h, w, pitch, pitchOut, first, rows, kept(rate)),
    addPooledSums: ({ dz, codes, sums }, { blocks, lanes, H, W }, rate) =>
      loops.addPooledSums(dz, codes, sums, blocks, lanes, H, W, kept(rate)),
    addSums: ({ x, sums }, { blocks, lanes, stride, rows, w }) =>
      loops.addSums(x, sums, blocks, lanes, stride, rows, w),
    unblock: ({ x, y }, { channels, lanes, stride, rows, step, w }, { plane, pitch }) =>
      loops.unblock(x, y, channels, lanes, stride, rows, step, w, plane, pitch),
    block: ({ y, x }, { blocks, lanes, stride, rows, step, w }, { plane }) =>
      loops.block(y, x, blocks, lanes, stride, rows, step, w, plane),
    clearGaps: (x, { lanes, rows, sheet: { n, w, pitch } }) => loops.clearGaps(x, lanes, rows, n, w, pitch),
    unblockWeights: ({ x, y }, { inputs, outputs, taps, lanes }) =>
      loops.unblockWeights(x, y, inputs, outputs, taps, lanes),
    combineRows: ({ x, u }, { blocks, lanes, h, columns, above, high }, { first, tiles }) =>
      loops.combineRows(x, u, blocks, lanes, h, columns, above, first, tiles, high),
    combineSlopes: ({ y, v }, { blocks, lanes, stride, columns, high }, { tiles, rows }) =>
      loops.combineSlopes(y, v, blocks, lanes, stride, columns, rows, tiles, high),
    combineParts: ({ w, u, coefficients }, { parts, sums, blocks, row }, { from, to }) =>
      loops.combineParts(w, u, coefficients, parts, sums, blocks, row, ...from, ...to),
    separateRows: ({ m, y, bias = 0 }, { blocks, lanes, stride, columns, high }, { tiles, rows, rectify }) =>
      loops.separateRows(m, y, bias, blocks, lanes, stride, columns, rows, tiles, high, rectify ? 1 : 0),
    passWherePositive: ({ dz, y, dy }, numbers) => loops.passWherePositive(dz, y, dy, numbers),
    drawMask: (x, numbers, dropping) => loops.drawMask(x, numbers, ...dropout(dropping)),
    add: ({ a, b }, numbers) => loops.add(a, b, numbers),
    adam: ({ p, m, v, g }, numbers, { step, firstDecay, secondDecay, secondScale, epsilon }) =>
      loops.adam(p, m, v, g, numbers, step, firstDecay, secondDecay, secondScale, epsilon),
    sumCounts: ({ x, y }, numbers) => loops.sumCounts(x, y, numbers),
    averageBlocks: ({ x, far }, y, blocks) => loops.averageBlocks(x, far, y, blocks),
    differBlocks: ({ x, far }, { y, apart }, blocks) => loops.differBlocks(x, far, y, apart, blocks),
    product: ({ a, b }, numbers) => loops.product(a, b, numbers),
    unpackLzw: ({ x, table, y }, { bytes, most }) => loops.unpackLzw(x, bytes, table, y, most),
    addDifferences: (y, { bits, wide, rows }) =>
      bits === 16 ? loops.addDifferences16(y, wide, rows) : loops.addDifferences8(y, wide, rows),
    approach: ({ a, b }, numbers, share) => loops.approach(a, b, numbers, share),
  };
}

/** Bytes of a page of WebAssembly. */
const PAGE = 65_536;
/** 4 GiB, as much as an address of 32 bits reaches. */
const MOST_PAGES = 65_536;
const STEPS = 65_536;
