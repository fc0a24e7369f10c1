import type { TopLevelSpec } from 'vega-lite';
import type { PlotSpec } from './plot-spec.ts';
import { GREY, looks, THEME } from './theme.ts';

/** Fields and wells of every class as bars with figures, in the order given. */
export function classesPlot(
  classes: readonly { readonly name: string; readonly fields: number; readonly wells: number }[],
): PlotSpec {
  const encoding = {
    x: { field: 'fields', type: 'quantitative', axis: { tickMinStep: 1, tickCount: 5 }, title: 'Fields' },
    y: {
      field: 'name',
      type: 'nominal',
      scale: { domain: classes.map(({ name }) => name) },
      axis: { ticks: false, domain: false, labelPadding: 8 },
      title: null,
    },
  } as const;
  return {
    config: THEME,
    data: {
      values: classes.map((one) => ({
        ...one,
        text: `${one.fields} in ${one.wells} well${one.wells === 1 ? '' : 's'}`,
      })),
    },
    width: 420,
    height: { step: 24 },
    layer: [
      { mark: { type: 'bar', color: looks(1)[0]!.colour, height: 15 }, encoding },
      {
        mark: { type: 'text', align: 'left', dx: 6, fontSize: 12, color: GREY },
        encoding: { ...encoding, text: { field: 'text' } },
      },
    ],
  } satisfies TopLevelSpec;
}
