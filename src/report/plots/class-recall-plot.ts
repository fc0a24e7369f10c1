import type { TopLevelSpec } from 'vega-lite';
import type { PlotSpec } from './plot-spec.ts';
import { GREY, looks, THEME } from './theme.ts';

/** How many fields of a class were recognised. */
export interface ClassRecall {
  readonly class: string;
  readonly n: number;
  readonly correct: number;
}

/** A bar for each class: the share of its fields that were recognised, with the counts. Classes without a field have none. */
export function classRecallPlot({
  title,
  subtitle,
  classes,
}: {
  title: string;
  subtitle: string;
  classes: readonly ClassRecall[];
}): PlotSpec {
  const values = classes.map(({ class: name, n, correct }) => ({
    class: name,
    recall: n > 0 ? correct / n : 0,
    count: n > 0 ? `${correct}/${n}` : 'no field',
  }));
  const y = { field: 'class', type: 'nominal', sort: null, title: null } as const;
  return {
    config: THEME,
    title: { text: title, subtitle },
    data: { values },
    width: 520,
    height: { step: Math.max(18, Math.min(80, 240 / classes.length)) },
    encoding: {
      y,
      x: {
        field: 'recall',
        type: 'quantitative',
        scale: { domain: [0, 1], nice: false },
        title: 'Share of the fields of the class that were recognised',
      },
    },
    layer: [
      { mark: { type: 'bar', color: looks(1)[0]!.colour, height: { band: 0.7 } } },
      {
        mark: { type: 'text', align: 'left', dx: 6, fontSize: 12, color: GREY },
        encoding: { text: { field: 'count', type: 'nominal' } },
      },
    ],
  } satisfies TopLevelSpec;
}
