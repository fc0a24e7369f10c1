import type { Merge, Pooling } from './pooling.ts';

/** The summary of a tile, `[K]` for each part, and how many instances it has. */
export interface TileSummary {
  readonly parts: readonly Float32Array[];
  readonly instances: number;
}

/** The summary of a whole field from those of its tiles, in float64 until the end. */
export function mergeSummaries({ merge }: Pick<Pooling, 'merge'>, tiles: readonly TileSummary[]): TileSummary {
  const instances = tiles.reduce((total, tile) => total + tile.instances, 0);
  const parts = merge.map((rule, part) =>
    tiles[0]!.parts[part]!.map((_, k) =>
      RULES[rule](
        tiles.map((tile) => tile.parts[part]![k]!),
        tiles.map((tile) => tile.instances / instances),
      ),
    ),
  );
  return { parts, instances };
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** Each rule, from the values of the tiles and their shares of the instances. */
const RULES: Readonly<Record<Merge, (values: readonly number[], shares: readonly number[]) => number>> = {
  sum: total,
  max: (values) => Math.max(...values),
  mean: (values, shares) => total(values.map((value, i) => value * shares[i]!)),
  'log-sum-exp': (values) => logSumExp(values),
  'log-mean-exp': (values, shares) => logSumExp(values.map((value, i) => value + Math.log(shares[i]!))),
};

function logSumExp(values: readonly number[]): number {
  const largest = Math.max(...values);
  return largest + Math.log(total(values.map((value) => Math.exp(value - largest))));
}
