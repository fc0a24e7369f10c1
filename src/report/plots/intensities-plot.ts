import type { TopLevelSpec } from 'vega-lite';
import type { PlotSpec } from './plot-spec.ts';
import { looks, THEME } from './theme.ts';

/** How the intensities of a channel are spread over a plate. */
export interface IntensityCurve {
  readonly plate: string;
  readonly channel: string;
  /** Intensities (counts) and the share of the pixels in a bin around each. */
  readonly points: readonly { readonly intensity: number; readonly share: number }[];
}

/** Plates that are told apart by colour; of more, all have one. */
const MOST_COLOURS = 6;

/**
 * Share of the pixels by intensity, on a logarithmic axis, a panel for each channel and a line for each plate: plates that
 * were stained or exposed otherwise stand aside.
 */
export function intensitiesPlot(curves: readonly IntensityCurve[]): PlotSpec {
  const plates = [...new Set(curves.map(({ plate }) => plate))];
  const channels = [...new Set(curves.map(({ channel }) => channel))];
  const told = plates.length > 1 && plates.length <= MOST_COLOURS;
  const own = looks(plates.length);
  const values = curves.flatMap(({ plate, channel, points }) =>
    points.map(({ intensity, share }) => ({ plate, channel, intensity, share: 100 * share })),
  );
  return {
    config: THEME,
    data: { values },
    facet: { field: 'channel', type: 'nominal', sort: channels, title: null },
    columns: Math.min(3, channels.length),
    resolve: { scale: { x: 'independent', y: 'independent' } },
    spec: {
      width: 240,
      height: 150,
      mark: { type: 'line', strokeWidth: told ? 2 : 1, opacity: plates.length > MOST_COLOURS ? 0.5 : 0.9 },
      encoding: {
        x: {
          field: 'intensity',
          type: 'quantitative',
          scale: { type: 'log', nice: false },
          axis: { tickCount: 4, format: '~s', grid: false },
          title: 'Intensity (counts)',
        },
        y: { field: 'share', type: 'quantitative', axis: { tickCount: 3 }, title: 'Pixels (%)' },
        ...(told
          ? {
              color: {
                field: 'plate',
                type: 'nominal',
                scale: { domain: plates, range: own.map(({ colour }) => colour) },
                legend: { title: 'Plate' },
              },
              strokeDash: {
                field: 'plate',
                type: 'nominal',
                scale: {
                  domain: plates,
                  range: plates.map(
                    (_, i) =>
                      [
                        [1, 0],
                        [6, 3],
                        [2, 2],
                      ][i % 3]!,
                  ),
                },
                legend: { title: 'Plate' },
              },
            }
          : { detail: { field: 'plate' }, color: { value: own[0]!.colour } }),
      },
    },
  } satisfies TopLevelSpec;
}
