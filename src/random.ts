/**
 * The only random generator. A stream is identified by a seed and any number of keys, so the numbers for one field,
 * step or layer never depend on how many were drawn for another, or on the order in which threads run.
 *
 * @example
 * const random = createRandom(1, 'crop', epoch, imageNumber);
 * const x = random.integer(width - crop + 1);
 */
export interface Random {
  /** An unsigned 32-bit word. */
  word(): number;
  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number;
  /** Uniform integer in 0 … `below` - 1. */
  integer(below: number): number;
  /** Normal deviate with mean 0 and standard deviation 1 (Box and Muller 1958). */
  normal(): number;
  /** A new array with the same elements in random order (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[];
}

/** A generator (sfc32 of PractRand, Doty-Humphrey 2010) for the stream `keys` of `seed`. */
export function createRandom(seed: number, ...keys: readonly (number | string)[]): Random {
  let a = mix(seed >>> 0, 0x9e3779b9);
  let b = mix(Math.floor(seed / 2 ** 32) >>> 0, 0x243f6a88);
  let c = 0xb7e15162;
  let counter = 1;

  const word = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return t >>> 0;
  };
  const stir = (value: number): void => {
    a = mix(a ^ value, 0x85ebca6b);
    b = mix(b + value, 0xc2b2ae35);
    c = mix(c ^ (value << 16) ^ (value >>> 16), 0x27d4eb2f);
  };
  for (const key of keys) {
    if (typeof key === 'number') {
      stir(key | 0);
      stir(Math.floor(key / 2 ** 32) | 0);
    } else {
      for (let i = 0; i < key.length; i++) stir(key.charCodeAt(i));
      stir(key.length | 0x40000000);
    }
  }
  for (let i = 0; i < 12; i++) word();

  const uniform = (): number => word() / 2 ** 32;
  const integer = (below: number): number => Math.floor(uniform() * below);
  let spare: number | undefined;
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  const shuffle = <T>(items: readonly T[]): T[] => {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = integer(i + 1);
      [out[i], out[j]] = [out[j] as T, out[i] as T];
    }
    return out;
  };
  return { word, uniform, integer, normal, shuffle };
}

/** The finaliser of MurmurHash3 (Appleby 2011). */
function mix(value: number, salt: number): number {
  let h = (value ^ salt) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
