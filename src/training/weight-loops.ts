import { createKernels, type Kernels } from '../kernels/kernels.ts';

/** The numbers of a parameter with Adam's running moments. */
interface Moved {
  readonly parameters: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** Loops over all weights of a network, in WebAssembly. */
export interface WeightLoops {
  /** A step of Adam from some numbers to others. */
  adam(from: Moved & { readonly slope: Float32Array }, how: Parameters<Kernels['adam']>[2], into: Moved): void;
  /** Numbers that go a share of the way from some to others. */
  approach(
    way: { readonly from: Float32Array; readonly to: Float32Array; readonly share: number },
    into: Float32Array,
  ): void;
}

/** Numbers that are copied to the memory of the loops and back together: they stay in the cache of a core. */
const PIECE = 16_384;

let made: Promise<WeightLoops> | undefined;

/** The loops, which are made once. */
export function weightLoops(): Promise<WeightLoops> {
  made ??= make();
  return made;
}

async function make(): Promise<WeightLoops> {
  const [FIRST, SECOND, THIRD, FOURTH] = [0, 1, 2, 3] as const;
  const kernels = await createKernels(4 * 4 * PIECE);
  const place = (slot: number) => slot * 4 * PIECE;
  const put = (slot: number, numbers: Float32Array) => kernels.floats.set(numbers, slot * PIECE);
  const take = (slot: number, into: Float32Array) =>
    into.set(kernels.floats.subarray(slot * PIECE, slot * PIECE + into.length));
  const inPieces = (length: number, each: (part: (numbers: Float32Array) => Float32Array, count: number) => void) => {
    for (let start = 0; start < length; start += PIECE) {
      const end = Math.min(length, start + PIECE);
      each((numbers) => numbers.subarray(start, end), end - start);
    }
  };
  return {
    adam(from, how, into) {
      inPieces(from.parameters.length, (part, count) => {
        put(FIRST, part(from.parameters));
        put(SECOND, part(from.first));
        put(THIRD, part(from.second));
        put(FOURTH, part(from.slope));
        kernels.adam({ p: place(FIRST), m: place(SECOND), v: place(THIRD), g: place(FOURTH) }, count, how);
        take(FIRST, part(into.parameters));
        take(SECOND, part(into.first));
        take(THIRD, part(into.second));
      });
    },
    approach({ from, to, share }, into) {
      inPieces(from.length, (part, count) => {
        put(FIRST, part(from));
        put(SECOND, part(to));
        kernels.approach({ a: place(FIRST), b: place(SECOND) }, count, share);
        take(FIRST, part(into));
      });
    },
  };
}
