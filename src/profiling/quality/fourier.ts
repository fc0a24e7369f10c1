/** A discrete Fourier transform of one length, in place. */
export type Transform = (re: Float64Array, im: Float64Array) => void;

/** The largest whole number of at most `length` with no prime factor above 5: lengths with fast transforms. */
export function smoothLength(length: number): number {
  let smooth = length;
  while (factorsOf(smooth) === undefined) smooth--;
  return smooth;
}

/**
 * Makes the discrete Fourier transform of `length` complex numbers, Σ x_m exp(-2πi jm / length), unnormalized. Mixed
 * radices in Stockham's order, as in FFTPACK (Swarztrauber 1982): no reordering at the end.
 *
 * @param length a product of 2, 3 and 5, see {@link smoothLength}
 */
export function createTransform(length: number): Transform {
  const factors = factorsOf(length);
  if (factors === undefined) throw new RangeError(`${length} has a prime factor above 5`);
  const cos = Float64Array.from({ length }, (_, i) => Math.cos((2 * Math.PI * i) / length));
  const sin = Float64Array.from({ length }, (_, i) => -Math.sin((2 * Math.PI * i) / length));
  const scratch = [new Float64Array(length), new Float64Array(length)] as const;
  const partRe = new Float64Array(5);
  const partIm = new Float64Array(5);

  return (re, im) => {
    let [fromRe, fromIm, toRe, toIm]: Float64Array[] = [re, im, ...scratch];
    let done = 1;
    for (const radix of factors) {
      const inner = length / (done * radix);
      const step = { fromRe: fromRe!, fromIm: fromIm!, toRe: toRe!, toIm: toIm!, radix, done, inner };
      if (radix === 2) halve(step);
      else pass(step);
      [fromRe, fromIm, toRe, toIm] = [toRe, toIm, fromRe, fromIm];
      done *= radix;
    }
    if (fromRe === re) return;
    re.set(fromRe!);
    im.set(fromIm!);
  };

  /** A factor of two, by far the most common. */
  function halve({ fromRe, fromIm, toRe, toIm, done, inner }: Pass): void {
    const across = inner * done;
    for (let i = 0; i < inner; i++) {
      const c = cos[done * i]!;
      const s = sin[done * i]!;
      for (let k = 0, from = i, to = i; k < done; k++, from += 2 * inner, to += inner) {
        const a = fromRe[from]!;
        const b = fromRe[from + inner]!;
        const d = fromIm[from]!;
        const e = fromIm[from + inner]!;
        toRe[to] = a + b;
        toIm[to] = d + e;
        toRe[to + across] = (a - b) * c - (d - e) * s;
        toIm[to + across] = (a - b) * s + (d - e) * c;
      }
    }
  }

  /** Another factor: sums over `radix` numbers at distance `inner`, each multiplied by its twiddle factor. */
  function pass({ fromRe, fromIm, toRe, toIm, radix, done, inner }: Pass): void {
    const across = inner * done;
    for (let k = 0; k < done; k++) {
      for (let i = 0; i < inner; i++) {
        const from = i + inner * radix * k;
        const to = i + inner * k;
        for (let m = 0; m < radix; m++) {
          partRe[m] = fromRe[from + inner * m]!;
          partIm[m] = fromIm[from + inner * m]!;
        }
        for (let j = 0; j < radix; j++) {
          let [x, y] = [0, 0];
          for (let m = 0; m < radix; m++) {
            const turn = ((j * m) % radix) * (length / radix);
            x += partRe[m]! * cos[turn]! - partIm[m]! * sin[turn]!;
            y += partRe[m]! * sin[turn]! + partIm[m]! * cos[turn]!;
          }
          const turn = (done * i * j) % length;
          toRe[to + across * j] = x * cos[turn]! - y * sin[turn]!;
          toIm[to + across * j] = x * sin[turn]! + y * cos[turn]!;
        }
      }
    }
  }
}

interface Pass {
  readonly fromRe: Float64Array;
  readonly fromIm: Float64Array;
  readonly toRe: Float64Array;
  readonly toIm: Float64Array;
  readonly radix: number;
  /** Product of the previous factors. */
  readonly done: number;
  /** Product of the following factors. */
  readonly inner: number;
}

function factorsOf(length: number): readonly number[] | undefined {
  const factors: number[] = [];
  let left = length;
  for (const radix of [2, 3, 5]) {
    for (; left % radix === 0; left /= radix) factors.push(radix);
  }
  return left === 1 ? factors : undefined;
}
