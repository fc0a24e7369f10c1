import type { TopLevelSpec } from 'vega-lite';
import type { PlotSpec } from './plot-spec.ts';
import { type Look, THEME } from './theme.ts';

/** A line of a plot of curves, and points on it that are marked. */
export interface CurveLine {
  readonly name: string;
  readonly look: Look;
  readonly points: readonly CurvePoint[];
  readonly marked?: readonly CurvePoint[];
}

interface CurvePoint {
  readonly x: number;
  readonly y: number;
}

/** Curves in the unit square, with a legend in the order of the lines. */
export function curveSpec({
  title,
  subtitle,
  x,
  y,
  lines,
}: {
  title: string;
  subtitle: string;
  x: string;
  y: string;
  lines: readonly CurveLine[];
}): PlotSpec {
  const names = lines.map(({ name }) => name);
  const values = lines.flatMap(({ name, points }) => points.map((point) => ({ name, ...point })));
  const marked = lines.flatMap(({ name, marked: some = [] }) => some.map((point) => ({ name, ...point })));
  const unit = { domain: [0, 1], nice: false };
  const legend = { title: null, symbolType: 'stroke', symbolSize: 500 } as const;
  const encoding = {
    x: { field: 'x', type: 'quantitative', scale: unit, title: x },
    y: { field: 'y', type: 'quantitative', scale: unit, title: y },
    color: {
      field: 'name',
      type: 'nominal',
      scale: { domain: names, range: lines.map(({ look }) => look.colour) },
      legend,
    },
  } as const;
  return {
    config: THEME,
    title: { text: title, subtitle },
    width: 450,
    height: 400,
    layer: [
      {
        data: { values },
        mark: { type: 'line', clip: false },
        encoding: {
          ...encoding,
          strokeDash: {
            field: 'name',
            type: 'nominal',
            scale: { domain: names, range: lines.map(({ look }) => [...look.dash]) },
            legend,
          },
          order: { field: 'x', type: 'quantitative' },
        },
      },
      ...(marked.length === 0
        ? []
        : [
            {
              data: { values: marked },
              mark: { type: 'point', filled: true, size: 60, opacity: 1 } as const,
              encoding,
            },
          ]),
    ],
  } satisfies TopLevelSpec;
}
