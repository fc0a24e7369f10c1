import { createRandom } from '../../random.ts';
import { counted } from '../../words.ts';
import { evenly } from '../pictures/spread-fields.ts';
import { principalComponents } from './principal-components.ts';

/** Where fields lie in a map in which those that are alike lie near each other. */
export interface MapOfFields {
  /** In words: `UMAP of the profiles of all 220 fields`. */
  readonly how: string;
  /** For each of the fields that were given; undefined for one that is not in the sample. */
  readonly places: readonly (readonly [x: number, y: number] | undefined)[];
}

export interface MapOptions {
  /** What the numbers of a field are: `profiles`. */
  readonly of: string;
  /** What they are of: `field`. */
  readonly unit: string;
  readonly seed?: number;
  /** Fields that are mapped at most; of more, so many evenly spread. 5000 take some 20 seconds. */
  readonly most?: number;
  /** Asked now and then; throws to stop. */
  readonly goOn?: () => void;
}

/** Fewer fields make no neighbourhoods for UMAP. */
const LEAST_FOR_UMAP = 50;
/** Numbers of a field beyond these are first made so many principal components. */
const COMPONENTS = 50;
const NEIGHBOURS = 15;

/**
 * A map of fields by what the network says of each, with UMAP (McInnes, Healy & Melville 2018), or of few fields by their first two
 * principal components. Null where there is nothing to tell them apart by. The same seed gives the same map.
 *
 * @param vectors as many numbers for each field; undefined for one without
 */
export async function mapFields(
  vectors: readonly (ArrayLike<number> | undefined)[],
  { of, unit, seed = 1, most = 5000, goOn = () => undefined }: MapOptions,
): Promise<MapOfFields | null> {
  const known = vectors.flatMap((vector, place) =>
    vector && Array.from(vector).every(Number.isFinite) ? [{ vector, place }] : [],
  );
  const sample = evenly(known, most);
  const first = sample[0]?.vector;
  if (first === undefined || sample.length < 3) return null;
  if (sample.every(({ vector }) => Array.from(vector).every((value, j) => value === first[j]))) return null;
  const isWide = first.length > COMPONENTS;
  const rows = isWide
    ? principalComponents(
        sample.map(({ vector }) => vector),
        { count: COMPONENTS, seed },
      )
    : sample.map(({ vector }) => Float64Array.from(vector));
  const isUmap = sample.length >= LEAST_FOR_UMAP;
  const found = isUmap
    ? await embed(rows, { seed, goOn })
    : principalComponents(rows, { count: 2, seed }).map(([x = 0, y = 0]) => [x, y] as const);
  const places: (readonly [number, number] | undefined)[] = vectors.map(() => undefined);
  for (const [i, { place }] of sample.entries()) places[place] = found[i]!;
  const which =
    sample.length === vectors.length
      ? `all ${counted(vectors.length, unit)}`
      : `${sample.length.toLocaleString('en')} of ${counted(vectors.length, unit)}, evenly spread`;
  const before = isUmap && isWide ? ` (by their first ${rows[0]!.length} principal components)` : '';
  return { how: `${isUmap ? 'UMAP' : 'PCA'} of ${of}${before} of ${which}`, places };
}

/** Milliseconds after which others have their turn. */
const AT_ONCE = 12;

async function embed(
  rows: readonly Float64Array[],
  { seed, goOn }: { readonly seed: number; readonly goOn: () => void },
): Promise<readonly (readonly [number, number])[]> {
  const { UMAP } = await import('umap-js');
  const { uniform } = createRandom(seed, 'map of fields');
  const umap = new UMAP({ nNeighbors: Math.min(NEIGHBOURS, rows.length - 1), minDist: 0.1, random: uniform });
  const epochs = umap.initializeFit(rows.map((row) => Array.from(row)));
  let since = Number.NEGATIVE_INFINITY;
  for (let epoch = 0; epoch < epochs; epoch++) {
    if (performance.now() - since > AT_ONCE) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      goOn();
      since = performance.now();
    }
    umap.step();
  }
  return umap.getEmbedding().map(([x = 0, y = 0]) => [x, y]);
}

/** Beyond these odds nothing is told apart. */
const MOST_ODDS = 12;

/** What a network says of a field as numbers without bounds: the log odds of its last layer, and of its pooling layer where they are known. */
export function logOddsOf({
  probability,
  bag,
}: {
  readonly probability: ArrayLike<number>;
  readonly bag: ArrayLike<number>;
}): Float64Array {
  return Float64Array.from([...Array.from(probability), ...Array.from(bag)], (share) => {
    const odds = Math.log(share / (1 - share));
    return Number.isNaN(odds) ? 0 : Math.max(-MOST_ODDS, Math.min(MOST_ODDS, odds));
  });
}
