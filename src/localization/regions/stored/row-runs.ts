/** Runs of pixels of one row that belong together, each with a number; those of a part of a plane may have several numbers. */
export interface RowRuns {
  readonly count: number;
  /** The first column of each, and the one after its last. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly numbers: Int32Array;
}

/** Numbers the runs of one row after the other, from the top of a plane down. */
export interface RunNumbering {
  /** The runs of the next row, which are valid until the one after is asked for. Pixels that are not `outside` are in runs. */
  readonly next: (row: Uint8Array) => RowRuns;
  /** Numbers that have been given, from 1. */
  readonly given: () => number;
}

/**
 * A run takes the number of the first run above that it touches, and a new one where it touches none. So the same rows always get
 * the same numbers, and a second walk over a plane needs no memory of the first but what became of each number. The smallest
 * number of a part is that of its first pixel.
 *
 * @param options.inside whether pixels that are 1, or those that are 0, are in runs
 * @param options.connectivity 8 joins pixels that touch at a corner, 4 only those that share a side
 * @param options.join hears of numbers that belong to one part
 */
export function numberRuns(
  width: number,
  {
    inside,
    connectivity,
    join,
  }: { inside: 0 | 1; connectivity: 4 | 8; join?: ((a: number, b: number) => void) | undefined },
): RunNumbering {
  const most = Math.ceil(width / 2) + 1;
  const runs = () => ({
    ...{ count: 0, starts: new Int32Array(most), ends: new Int32Array(most), numbers: new Int32Array(most) },
  });
  let [above, own] = [runs(), runs()];
  let given = 0;
  const reach = connectivity === 8 ? 1 : 0;
  return {
    given: () => given,
    next(row) {
      [above, own] = [own, above];
      own.count = 0;
      let near = 0;
      for (let x = 0; x < width; x++) {
        if (row[x] !== inside) continue;
        const start = x;
        while (x < width && row[x] === inside) x++;
        while (near < above.count && above.ends[near]! + reach <= start) near++;
        let number = 0;
        for (let i = near; i < above.count && above.starts[i]! < x + reach; i++) {
          if (number === 0) number = above.numbers[i]!;
          else if (above.numbers[i] !== number) join?.(number, above.numbers[i]!);
        }
        own.starts[own.count] = start;
        own.ends[own.count] = x;
        own.numbers[own.count++] = number || ++given;
      }
      return own;
    },
  };
}

/** Numbers of which some are the same thing; each thing is known by its smallest. */
export interface JoinedNumbers {
  readonly join: (a: number, b: number) => void;
  readonly find: (number: number) => number;
}

export function joinNumbers(): JoinedNumbers {
  /** The number that each belongs to; 0 where it is its own. */
  let parents = new Int32Array(1024);
  const find = (number: number): number => {
    let root = number;
    while (root < parents.length && parents[root] !== 0) root = parents[root]!;
    for (let at = number; at !== root; ) {
      const next = parents[at]!;
      parents[at] = root;
      at = next;
    }
    return root;
  };
  return {
    find,
    join(a, b) {
      const [first, second] = [find(a), find(b)];
      if (first === second) return;
      const [less, more] = first < second ? [first, second] : [second, first];
      if (more >= parents.length) parents = grown(parents, more);
      parents[more] = less;
    },
  };
}

/** Numbers for each number from 0, as many as are needed. */
export function createTally(): {
  readonly add: (number: number, amount: number) => void;
  readonly of: () => Float64Array;
} {
  let sums = new Float64Array(1024);
  return {
    add(number, amount) {
      if (number >= sums.length) sums = grown(sums, number);
      sums[number]! += amount;
    },
    of: () => sums,
  };
}

/** The same numbers with room for a place. */
function grown<Numbers extends Int32Array | Float64Array>(numbers: Numbers, place: number): Numbers {
  const Type = numbers.constructor as new (length: number) => Numbers;
  const larger = new Type(Math.max(place + 1, 2 * numbers.length));
  larger.set(numbers);
  return larger;
}
