/**
 * How far a field lies from those that a model was trained on. The distance is that of Mahalanobis from the nearest class; what is
 * told is where it stands among distances of training fields from references that were made without their wells.
 *
 * @example
 * const reference = fitNovelty(trained, { levels: 5 });
 * const noveltyOf = createNovelty(reference);
 * if (measureImage(image, noveltyOf(image)) > 99) console.log('unlike what the model was trained on');
 */
import type { NoveltyFields } from '../../network/novelty-fields.ts';
import { packNumbers, unpackNumbers } from '../../packed-numbers.ts';
import type { Image } from '../../pixels/pixels.ts';
import type { StripMeasure } from '../../pixels/windows/strips.ts';
import { blockMeasure } from '../../profiling/block-spectrum.ts';
import { createRandom } from '../../random.ts';
import { type ClassGaussians, type ClassifiedFeatures, distanceFrom, fitClasses } from './class-distance.ts';
import { percentileAmong } from './percentile.ts';

/** A training field: its features (see `measureBlocks`), its class and its well. */
export interface TrainedFeatures extends ClassifiedFeatures {
  readonly well: string;
}

/** With fewer distances in a reference a novelty is only a rank, and no field is flagged. */
export const LEAST_REFERENCE = 100;

/** Fields above this percentile are flagged. */
export const FLAGGED_ABOVE = 99;

/** Parts that the wells are divided into; each is measured from a reference that was made of the others. */
const FOLDS = 10;

/**
 * Makes the reference of a model. Undefined where no field has another well of its class, since then nothing can be said of how far
 * fields of the classes lie that the reference does not know.
 */
export function fitNovelty(
  trained: readonly TrainedFeatures[],
  { levels, alone }: { levels: number; alone?: boolean | undefined },
): NoveltyFields | undefined {
  const distances = outOfFold(trained).sort();
  if (distances.length === 0) return undefined;
  const { centre, scale, means, factor } = fitClasses(trained);
  const all = means.flatMap((mean) => Array.from(mean));
  return {
    ...{ levels, ...(alone && { alone }), fields: trained.length },
    ...{ centre: packed(centre), scale: packed(scale), means: packed(all), factor: packed(factor) },
    distances: packed(distances),
  };
}

/**
 * Makes what gives the novelty of a field, from 0 to 100, while strips of it go by; NaN of a field that is smaller than all of the
 * training.
 */
export function createNovelty(reference: NoveltyFields): (size: Omit<Image, 'data'>) => StripMeasure<number> {
  const { levels, alone } = reference;
  const classes = readClasses(reference);
  const distances = unpackNumbers(reference.distances);
  return (size) => {
    const { rows, add, result } = blockMeasure(size, { levels, ...(alone && { alone }) });
    return {
      ...{ rows, add },
      result() {
        const features = result();
        return features?.length === classes.centre.length
          ? percentileAmong(distances, distanceFrom(classes, features))
          : Number.NaN;
      },
    };
  };
}

/** How many distances a reference has. */
export function referenceSize({ distances }: Pick<NoveltyFields, 'distances'>): number {
  return unpackNumbers(distances).length;
}

/** Whether a novelty among so many distances is worth a flag. */
export function isNovel(novelty: number, size: number): boolean {
  return size >= LEAST_REFERENCE && novelty > FLAGGED_ABOVE;
}

const packed = (values: ArrayLike<number>) => packNumbers(Float32Array.from(values)) as { readonly float32: string };

function readClasses({ centre, scale, means, factor }: NoveltyFields): ClassGaussians {
  const all = unpackNumbers(means);
  const features = unpackNumbers(centre).length;
  return {
    ...{ centre: unpackNumbers(centre), scale: unpackNumbers(scale), factor: unpackNumbers(factor) },
    means: Array.from({ length: all.length / features }, (_, k) => all.subarray(k * features, (k + 1) * features)),
  };
}

/**
 * Distances of fields from references that know nothing of their wells. Fields whose class has no other well are left out: they
 * would be far from everything.
 */
function outOfFold(trained: readonly TrainedFeatures[]): Float32Array {
  const foldOf = foldsOf(trained);
  const distances: number[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const [others, own] = [true, false].map((other) => trained.filter((_, i) => (foldOf[i] !== fold) === other));
    if (own!.length === 0 || others!.length === 0) continue;
    const known = new Set(others!.map(({ label }) => label));
    const classes = fitClasses(others!);
    for (const { label, features } of own!) if (known.has(label)) distances.push(distanceFrom(classes, features));
  }
  return Float32Array.from(distances);
}

/** Deals the wells of each class out to the folds, so that each fold has some of every class. */
function foldsOf(trained: readonly TrainedFeatures[]): readonly number[] {
  const folds = new Map<string, number>();
  const random = createRandom(0, 'novelty folds');
  for (const label of new Set(trained.map((of) => of.label))) {
    const wells = [...new Set(trained.filter((of) => of.label === label).map(({ well }) => well))];
    for (const [i, well] of random.shuffle(wells).entries()) if (!folds.has(well)) folds.set(well, i % FOLDS);
  }
  return trained.map(({ well }) => folds.get(well)!);
}
