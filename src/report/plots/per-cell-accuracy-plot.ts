import type { TopLevelSpec } from 'vega-lite';
import type { PlotSpec } from './plot-spec.ts';
import { looks, THEME } from './theme.ts';

/** How many cells of the fields of a class a method gets right, in one training. */
export interface CellAccuracy {
  /** As it is to stand in the legend, such as `Noisy-AND a = 10`. */
  readonly method: string;
  readonly class: string;
  /** True share of the cells of its fields that respond. */
  readonly responders: number;
  /** Share of the cells that are right. */
  readonly accuracy: number;
  /** Bounds of its 95 % interval, to be drawn. */
  readonly low?: number;
  readonly high?: number;
  readonly seed: number;
}

/**
 * Accuracy of single cells against the true share of responding cells: a point for each method, class and seed, and for
 * each method a line through the means of its classes. Intervals are lines through their points.
 */
export function perCellAccuracyPlot(points: readonly CellAccuracy[]): PlotSpec {
  const methods = [...new Set(points.map(({ method }) => method))];
  const seeds = new Set(points.map(({ seed }) => seed)).size;
  const hasIntervals = points.some(({ low }) => low !== undefined);
  const ownLooks = looks(methods.length);
  const scale = <T>(range: readonly T[]) => ({ domain: methods, range: [...range] });
  const legend = { title: null } as const;
  const unit = { domain: [0, 1], nice: false };
  const encoding = {
    x: {
      field: 'responders',
      type: 'quantitative',
      scale: unit,
      title: 'True share of responding cells in the fields of the class',
    },
    color: { field: 'method', type: 'nominal', scale: scale(ownLooks.map(({ colour }) => colour)), legend },
  } as const;
  const y = { type: 'quantitative', scale: unit, title: 'Share of the cells that are right' } as const;
  const intervals = {
    mark: { type: 'rule', strokeWidth: 1, opacity: 0.45 },
    encoding: { ...encoding, y: { field: 'low', ...y }, y2: { field: 'high' } },
  } as const;
  return {
    config: THEME,
    title: {
      text: 'Single cells, learned from the labels of fields',
      subtitle: `A point for each class${seeds > 1 ? ` and each of ${seeds} seeds; lines through the means` : ''}${hasIntervals ? '; 95 % intervals' : ''}`,
    },
    data: { values: points.map((point) => ({ ...point })) },
    width: 520,
    height: 380,
    layer: [
      {
        transform: [
          { aggregate: [{ op: 'mean', field: 'accuracy', as: 'mean' }], groupby: ['method', 'class', 'responders'] },
        ],
        mark: { type: 'line', strokeWidth: 1.5, opacity: 0.7 },
        encoding: { ...encoding, y: { field: 'mean', ...y } },
      },
      ...(hasIntervals ? [intervals] : []),
      {
        mark: { type: 'point', filled: true, size: 70, opacity: 0.9 },
        encoding: {
          ...encoding,
          y: { field: 'accuracy', ...y },
          shape: { field: 'method', type: 'nominal', scale: scale(ownLooks.map(({ shape }) => shape)), legend },
        },
      },
    ],
  } satisfies TopLevelSpec;
}
