import type { TopLevelSpec } from 'vega-lite';
import type { PlotSpec } from './plot-spec.ts';
import { THEME } from './theme.ts';

/** Numbers of wells by class and batch, `[class][batch]`. */
export interface WellsByBatch {
  /** What a batch is, as `Week`. */
  readonly column: string;
  readonly classes: readonly string[];
  readonly batches: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

/** Batches of which each is named, and numbers stand in the squares. */
const MOST_NAMED = 40;
/** Width of the plot and of a square at most (pixels). */
const [WIDTH, SQUARE] = [760, 34];

/**
 * A square for every class and batch, the darker the more wells: where a class has a square of its own in a column, the
 * batch gives the class away. Empty squares stay white.
 */
export function batchesPlot({ column, classes, batches, counts }: WellsByBatch): PlotSpec {
  const values = classes.flatMap((name, k) =>
    batches.flatMap((batch, b) => (counts[k]![b]! > 0 ? [{ name, batch, wells: counts[k]![b]! }] : [])),
  );
  const most = Math.max(1, ...values.map(({ wells }) => wells));
  const step = Math.max(6, Math.min(SQUARE, WIDTH / batches.length));
  const named = batches.length <= MOST_NAMED;
  const domains = { x: [...batches], y: [...classes] };
  const position = {
    x: {
      field: 'batch',
      type: 'nominal',
      scale: { domain: domains.x },
      axis: { labels: named, ticks: false, labelAngle: -45, domain: false },
      title: named ? column : `${column} (${batches.length})`,
    },
    y: {
      field: 'name',
      type: 'nominal',
      scale: { domain: domains.y },
      axis: { ticks: false, domain: false, labelPadding: 8 },
      title: null,
    },
  } as const;
  return {
    config: THEME,
    data: { values },
    width: { step },
    height: { step: 24 },
    layer: [
      {
        mark: { type: 'rect', stroke: '#ffffff', strokeWidth: 1 },
        encoding: {
          ...position,
          color: {
            field: 'wells',
            type: 'quantitative',
            scale: { domain: [0, most], range: ['#e8f1fa', '#0b4f8a'] },
            legend: null,
          },
        },
      },
      ...(step >= 20
        ? [
            {
              mark: { type: 'text', fontSize: 11 } as const,
              encoding: {
                ...position,
                text: { field: 'wells', type: 'quantitative' } as const,
                color: {
                  condition: { test: `datum.wells > ${0.55 * most}`, value: '#ffffff' },
                  value: '#222222',
                } as const,
              },
            },
          ]
        : []),
    ],
  } satisfies TopLevelSpec;
}
