import type { TopLevelSpec } from 'vega-lite';
import type { Calibration } from '../../evaluation/calibration/calibration.ts';
import { counted, pluralOf } from '../../words.ts';
import type { PlotSpec } from './plot-spec.ts';
import { GREY, looks, THEME } from './theme.ts';

/** Width and height of the squares (pixels). */
const SIDE = 380;

/**
 * Reliability diagram: for each bin the share of predictions that is right against their mean probability, as large as the bin has
 * members, with the range of probabilities in it and a 95 % interval of the share (Wilson). On the line, probabilities are shares; below
 * it they are too large. Several evaluations, as of models with and without temperature, have a colour each.
 *
 * Source: Guo et al., On calibration of modern neural networks (2017), figure 1.
 */
export function reliabilityPlot(
  evaluations: readonly {
    /** What tells it from the others. */
    readonly name?: string;
    readonly calibration: Pick<Calibration, 'of' | 'n' | 'expectedCalibrationError' | 'bins'>;
  }[],
  { unit = 'field' }: { readonly unit?: string } = {},
): PlotSpec {
  const several = evaluations[0]?.calibration.of === 'label';
  const names = evaluations.map(({ name = '' }, i) => name || `${i + 1}`);
  const values = evaluations.flatMap(({ calibration: { bins } }, i) =>
    bins.map((bin) => ({ ...bin, ...wilson(bin), name: names[i]! })),
  );
  const words = evaluations.map(({ calibration: { n, expectedCalibrationError: error } }, i) => {
    const what = several ? `${n} labels of ${pluralOf(unit)}` : counted(n, unit);
    return `${evaluations.length > 1 ? `${names[i]}: ` : ''}expected calibration error ${error.toFixed(3)}, ${what}`;
  });
  const scale = { domain: [0, 1], nice: false };
  const x = {
    field: 'confidence',
    type: 'quantitative',
    scale,
    title: `Mean probability of the ${several ? 'label' : 'predicted class'}`,
  } as const;
  const y = {
    field: 'accuracy',
    type: 'quantitative',
    scale,
    title: `Share of ${pluralOf(unit)} that are ${several ? 'of it' : 'right'}`,
  } as const;
  const colours = looks(evaluations.length).map(({ colour }) => colour);
  const color = {
    field: 'name',
    type: 'nominal',
    scale: { domain: names, range: colours },
    legend: evaluations.length > 1 ? { title: null } : null,
  } as const;
  return {
    config: THEME,
    title: { text: 'Are the probabilities shares?', subtitle: words },
    width: SIDE,
    height: SIDE,
    layer: [
      {
        data: { values: [0, 1].map((value) => ({ confidence: value, accuracy: value })) },
        mark: { type: 'line', color: GREY, strokeWidth: 1, strokeDash: [4, 4] },
        encoding: { x, y },
      },
      {
        data: { values },
        mark: { type: 'rule', opacity: 0.45 },
        encoding: { x, y: { ...y, field: 'least' }, y2: { field: 'most' }, color },
      },
      {
        data: { values },
        mark: { type: 'rule', opacity: 0.45 },
        encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, y, color },
      },
      {
        data: { values },
        mark: { type: 'point', filled: true, opacity: 0.9 },
        encoding: {
          ...{ x, y, color },
          size: {
            field: 'n',
            type: 'quantitative',
            scale: { domain: [0, Math.max(1, ...values.map(({ n }) => n))], range: [20, 140] },
            legend: null,
          },
          tooltip: [
            { field: 'n', title: several ? 'labels' : pluralOf(unit) },
            { field: 'confidence', title: 'mean probability', format: '.3f' },
            { field: 'accuracy', title: 'share', format: '.3f' },
          ],
        },
      },
    ],
  } satisfies TopLevelSpec;
}

/** 95 % interval of a share, by Wilson's score: the predictions of a bin taken for independent. */
function wilson({ n, accuracy }: { n: number; accuracy: number }): { least: number; most: number } {
  const z = 1.96;
  const middle = (accuracy + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((accuracy * (1 - accuracy)) / n + z ** 2 / (4 * n ** 2));
  return { least: Math.max(0, middle - half), most: Math.min(1, middle + half) };
}
