import type { Gallery } from '../page/document.ts';

/** A field, or a cell, that may be shown larger. */
export interface Candidate {
  /** Places of its true classes; undefined where they are not known. */
  readonly truth?: readonly number[] | undefined;
  /** Places of the classes that it was given. */
  readonly predicted: readonly number[];
  /** `[K]`. */
  readonly probability: ArrayLike<number>;
  /** Fields of one well look alike: those of other wells come first. */
  readonly well: string;
}

/** Which candidates a gallery shows, by their places. */
export interface ChosenGallery extends Pick<Gallery, 'class' | 'kind'> {
  readonly rows: readonly number[];
}

/** Pictures of all galleries together, about: of many rows, and of few; and of one gallery, at most. */
const [MOST, LEAST] = [72, 18];
const IN_ONE = 6;
/** A picture with its map takes as long as three predictions: for each there are so many rows, where they are not few. */
const ROWS_FOR_EACH = 6;

/**
 * How many pictures each gallery has, so that those of all classes and kinds are not too many to look at, and do not take longer to
 * make than what they show.
 */
export function picturesOfEach({
  classes,
  kinds,
  rows,
}: {
  readonly classes: number;
  readonly kinds: number;
  readonly rows: number;
}): number {
  const inAll = Math.min(MOST, Math.max(LEAST, rows / ROWS_FOR_EACH));
  return Math.min(IN_ONE, Math.max(1, Math.floor(inAll / Math.max(1, classes * kinds))));
}

/**
 * Chooses what is shown of each class: the **best**, of those that are predicted as it (rightly, where the truth is known) the ones with
 * the highest probability; the **worst**, of those that are of the class and not predicted as it the ones with the lowest; the
 * **least sure**, of those that are predicted as it the ones whose probability is nearest to that of another class, or to the threshold where there may be several labels.
 * Wells that are not shown yet come first, and of equals the first in the order of the table. Galleries without a picture are left out.
 *
 * @param classes names, in the order of the probabilities
 * @param options.thresholds of the classes, where a field may have several labels
 * @param options.each pictures of a gallery; as {@link picturesOfEach} unless given
 * @param options.rows of the table that the candidates are from, where they are not all
 */
export function chooseGalleries(
  candidates: readonly Candidate[],
  classes: readonly string[],
  {
    thresholds,
    each,
    rows: all = candidates.length,
  }: {
    readonly thresholds?: readonly number[] | undefined;
    readonly each?: number | undefined;
    readonly rows?: number | undefined;
  } = {},
): readonly ChosenGallery[] {
  const isKnown = candidates.some(({ truth }) => truth !== undefined);
  const count = each ?? picturesOfEach({ classes: classes.length, kinds: isKnown ? 3 : 2, rows: all });
  return classes.flatMap((name, k) => {
    const given = ({ predicted }: Candidate) => predicted.includes(k);
    const isTrue = ({ truth }: Candidate) => truth?.includes(k) ?? false;
    const of = (
      kind: Gallery['kind'],
      fits: (candidate: Candidate) => boolean,
      value: (candidate: Candidate) => number,
    ) => {
      const rows = lowestFirst(candidates, { fits, value, count });
      return rows.length > 0 ? [{ class: name, kind, rows }] : [];
    };
    return [
      ...of(
        'best',
        (one) => given(one) && (one.truth === undefined || isTrue(one)),
        ({ probability }) => -probability[k]!,
      ),
      ...of(
        'worst',
        (one) => isTrue(one) && !given(one),
        ({ probability }) => probability[k]!,
      ),
      ...of('least sure', given, ({ probability }) => margin(probability, k, thresholds?.[k])),
    ];
  });
}

/** How far the probability of a class is from where another answer begins. */
function margin(probability: ArrayLike<number>, k: number, threshold: number | undefined): number {
  if (threshold !== undefined) return Math.abs(probability[k]! - threshold);
  let next = 0;
  for (let i = 0; i < probability.length; i++) if (i !== k) next = Math.max(next, probability[i]!);
  return Math.abs(probability[k]! - next);
}

/** The places of those that fit with the lowest values, the first of every well before the second of any. */
function lowestFirst(
  candidates: readonly Candidate[],
  {
    fits,
    value,
    count,
  }: { fits: (candidate: Candidate) => boolean; value: (candidate: Candidate) => number; count: number },
): readonly number[] {
  const fitting = candidates.flatMap((candidate, row) =>
    fits(candidate) ? [{ row, value: value(candidate), well: candidate.well }] : [],
  );
  fitting.sort((a, b) => a.value - b.value || a.row - b.row);
  const seen = new Map<string, number>();
  const turns = fitting.map((one) => {
    const turn = seen.get(one.well) ?? 0;
    seen.set(one.well, turn + 1);
    return { ...one, turn };
  });
  return turns
    .sort((a, b) => a.turn - b.turn || a.value - b.value || a.row - b.row)
    .slice(0, count)
    .map(({ row }) => row);
}
