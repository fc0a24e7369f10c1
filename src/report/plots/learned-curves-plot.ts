import { poolingCurve } from '../../network/pooling/curve.ts';
import { curveSpec } from './curves.ts';
import type { PlotSpec } from './plot-spec.ts';
import { looks } from './theme.ts';

/** What Noisy-AND has learned of a class. */
export interface LearnedThreshold {
  readonly class: string;
  /** b of the class. */
  readonly threshold: number;
}

const POINTS = 200;

/**
 * Figure 2 of the paper, right: the learned Noisy-AND of every class, P against the mean instance probability p̄, with a
 * dot at the threshold. The legend goes from the lowest threshold to the highest, as the curves stand from left to right.
 */
export function learnedCurvesPlot({
  sharpness,
  classes,
  from,
}: {
  /** a of Noisy-AND. */
  sharpness: number;
  /** Which of several trainings it is, in words. */
  from?: string;
  classes: readonly LearnedThreshold[];
}): PlotSpec {
  const ownLooks = looks(classes.length);
  const lines = classes.map(({ class: name, threshold }, k) => {
    const curve = poolingCurve({ pooling: 'noisy-and', sharpness, threshold });
    return {
      threshold,
      name: `${name}, b = ${threshold.toFixed(2)}`,
      look: ownLooks[k]!,
      points: Array.from({ length: POINTS + 1 }, (_, i) => ({ x: i / POINTS, y: curve(i / POINTS) })),
      marked: threshold >= 0 && threshold <= 1 ? [{ x: threshold, y: curve(threshold) }] : [],
    };
  });
  return curveSpec({
    title: 'Learned Noisy-AND of every class',
    subtitle: [`a = ${sharpness}`, ...(from === undefined ? [] : [from]), 'a dot at the threshold b of the class'].join(
      '; ',
    ),
    x: 'Mean instance probability of the class, p̄',
    y: 'Probability of the bag, P',
    lines: lines.toSorted((a, b) => a.threshold - b.threshold),
  });
}
