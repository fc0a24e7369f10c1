import type { TopLevelSpec } from 'vega-lite';
import { counted } from '../../words.ts';
import type { PlotSpec } from './plot-spec.ts';
import { GREY, looks, THEME } from './theme.ts';

/** How many cells of the fields of a class a method gets right, in one training. */
export interface CellAccuracy {
  /** As it is to stand over its panel, such as `Noisy-AND a = 10`. */
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
 * Accuracy of single cells against the true share of responding cells, in a panel for each method: a point for each class and
 * seed, with its interval. Whoever gives each cell the class of its field is right for the share of those that respond, which
 * is the dashed line: what is above it is known of the cells themselves.
 */
export function perCellAccuracyPlot(points: readonly CellAccuracy[]): PlotSpec {
  const methods = [...new Set(points.map(({ method }) => method))];
  const seeds = new Set(points.map(({ seed }) => seed)).size;
  const hasIntervals = points.some(({ low }) => low !== undefined);
  const given = [...new Set(points.map((point) => point.class))];
  const ownLooks = looks(given.length);
  const scale = <T>(range: readonly T[]) => ({ domain: given, range: [...range] });
  const legend = { title: null, orient: 'bottom', columns: 3, symbolOpacity: 0.9 } as const;
  const unit = { domain: [0, 1], nice: false };
  const axis = { values: [0, 0.25, 0.5, 0.75, 1], format: '.2~f' };
  const x = {
    field: 'responders',
    type: 'quantitative',
    scale: unit,
    axis,
    title: 'True share of responding cells',
  } as const;
  const y = { type: 'quantitative', scale: unit, axis, title: 'Share of the cells that are right' } as const;
  const color = {
    field: 'class',
    type: 'nominal',
    legend,
    scale: scale(ownLooks.map(({ colour }) => colour)),
  } as const;
  const shape = { field: 'class', type: 'nominal', legend, scale: scale(ownLooks.map((look) => look.shape)) } as const;
  const ends = [0, 1].map((value) => ({ responders: value, accuracy: value }));
  const each = `A point for each class${seeds > 1 ? ` and each of ${counted(seeds, 'seed')}` : ''}`;
  return {
    config: THEME,
    title: {
      text: 'Single cells, learned from the labels of fields',
      subtitle: [
        `${each}${hasIntervals ? ', with its 95 % interval' : ''}`,
        'Dashed: each cell has the class of its field',
      ],
    },
    data: { values: points.map((point) => ({ ...point })) },
    facet: { field: 'method', type: 'nominal', sort: methods, title: null },
    columns: Math.min(3, methods.length),
    spec: {
      width: 210,
      height: 210,
      layer: [
        {
          data: { values: ends },
          mark: { type: 'line', color: GREY, strokeWidth: 1, strokeDash: [4, 4] },
          encoding: { x, y: { field: 'accuracy', ...y } },
        },
        ...(hasIntervals
          ? [
              {
                mark: { type: 'rule', strokeWidth: 1, opacity: 0.4 },
                encoding: { x, color, y: { field: 'low', ...y }, y2: { field: 'high' } },
              } as const,
            ]
          : []),
        {
          mark: { type: 'point', filled: true, size: 60, opacity: 0.9 },
          encoding: { x, color, shape, y: { field: 'accuracy', ...y } },
        },
      ],
    },
  } satisfies TopLevelSpec;
}
