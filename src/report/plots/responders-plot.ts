import type { TopLevelSpec } from 'vega-lite';
import { counted } from '../../words.ts';
import type { PlotSpec } from './plot-spec.ts';
import { GREY, looks, THEME } from './theme.ts';

/** What Noisy-AND has learned of a class in one training. */
export interface RespondingClass {
  readonly class: string;
  /** True share of the cells of its fields that respond. */
  readonly responders: number;
  /** Learned b. */
  readonly threshold: number;
  readonly seed: number;
}

/**
 * The learned threshold of every class against the true share of responding cells, a point for each seed. Below the line,
 * a field whose responding cells are certain, and no others, has a mean instance probability above its threshold. The
 * legend goes from the smallest share to the largest, as the points stand from left to right.
 */
export function respondersPlot(points: readonly RespondingClass[]): PlotSpec {
  const given = [...new Set(points.map((point) => point.class))];
  const sorted = points.toSorted((a, b) => a.responders - b.responders);
  const classes = [...new Set(sorted.map((point) => point.class))];
  const seeds = new Set(points.map(({ seed }) => seed)).size;
  // A class has the colour that it has in other plots, whatever its place in the legend.
  const inOrder = looks(given.length);
  const ownLooks = classes.map((name) => inOrder[given.indexOf(name)]!);
  const scale = <T>(range: readonly T[]) => ({ domain: classes, range: [...range] });
  const legend = { title: null } as const;
  const unit = { domain: [0, 1], nice: false };
  // Older models have thresholds that are no shares.
  const thresholds = points.map(({ threshold }) => threshold);
  const reach = { domain: [Math.min(0, ...thresholds), Math.max(1, ...thresholds)], nice: true };
  const position = {
    x: { field: 'responders', type: 'quantitative', scale: unit, title: 'True share of responding cells' },
    y: { field: 'threshold', type: 'quantitative', scale: reach, title: 'Learned threshold b' },
  } as const;
  const line = [0, 1].map((value) => ({ responders: value, threshold: value }));
  return {
    config: THEME,
    title: {
      text: 'Learned thresholds and responding cells',
      subtitle: `A point for each class${seeds > 1 ? ` and each of ${counted(seeds, 'seed')}` : ''}; on the line, b is the share of responding cells`,
    },
    width: 430,
    height: 430,
    layer: [
      {
        data: { values: line },
        mark: { type: 'line', color: GREY, strokeWidth: 1, strokeDash: [4, 4] },
        encoding: position,
      },
      {
        data: { values: sorted.map((point) => ({ ...point })) },
        mark: { type: 'point', filled: true, size: 80, opacity: 0.85 },
        encoding: {
          ...position,
          color: { field: 'class', type: 'nominal', scale: scale(ownLooks.map(({ colour }) => colour)), legend },
          shape: { field: 'class', type: 'nominal', scale: scale(ownLooks.map(({ shape }) => shape)), legend },
        },
      },
    ],
  } satisfies TopLevelSpec;
}
