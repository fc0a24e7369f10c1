import type { TopLevelSpec } from 'vega-lite';
import { classColours } from '../../pixels/class-colours.ts';
import type { PlotSpec } from './plot-spec.ts';
import { GREY, THEME } from './theme.ts';

/** Fields whose predicted class has a probability from `low` to `high`. */
export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly n: number;
  /** Mean probability of the predicted class, and share of the fields that are right; of no meaning without a field. */
  readonly confidence: number;
  readonly accuracy: number;
}

/**
 * Reliability of probabilities (Guo et al. 2017): the share right against the mean probability of each bin, the dot as large
 * as the bin has fields. On the diagonal, probabilities mean what they say; below it the model is too sure.
 */
export function reliabilityPlot(bins: readonly ReliabilityBin[]): PlotSpec {
  const values = bins.filter(({ n }) => n > 0).map(({ n, confidence, accuracy }) => ({ n, confidence, accuracy }));
  const scale = { domain: [0, 1], nice: false };
  const x = { type: 'quantitative', scale, title: 'Probability of the predicted class' } as const;
  const y = { type: 'quantitative', scale, title: 'Share right' } as const;
  const colour = classColours(1)[0]!.onLight;
  return {
    config: THEME,
    width: 300,
    height: 300,
    layer: [
      {
        data: { values: [0, 1].map((at) => ({ at })) },
        mark: { type: 'line', color: GREY, strokeWidth: 1, strokeDash: [4, 4] },
        encoding: { x: { field: 'at', ...x }, y: { field: 'at', ...y } },
      },
      {
        data: { values },
        mark: { type: 'line', color: colour, strokeWidth: 1.5 },
        encoding: { x: { field: 'confidence', ...x }, y: { field: 'accuracy', ...y } },
      },
      {
        data: { values },
        mark: { type: 'point', filled: true, color: colour, opacity: 1 },
        encoding: {
          x: { field: 'confidence', ...x },
          y: { field: 'accuracy', ...y },
          size: {
            field: 'n',
            type: 'quantitative',
            scale: { domainMin: 0, rangeMin: 16, rangeMax: 320 },
            title: 'Fields',
            legend: { values: legendValues(values.map(({ n }) => n)), symbolFillColor: GREY },
          },
        },
      },
    ],
  } satisfies TopLevelSpec;
}

function legendValues(counts: readonly number[]): number[] {
  const most = Math.max(1, ...counts);
  return [...new Set([1, Math.ceil(most / 4), most])];
}
