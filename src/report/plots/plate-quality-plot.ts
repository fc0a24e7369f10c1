import type { TopLevelSpec } from 'vega-lite';
import type { PlateQuality } from '../../evaluation/assay/assay.ts';
import { classColours } from '../../pixels/class-colours.ts';
import type { PlotSpec } from './plot-spec.ts';
import { GREY, THEME } from './theme.ts';

/** Below this, Z′ says no more than that the assay is bad: the axis ends there. */
const WORST = -1;

/**
 * Z′ and robust Z′ of every plate. Lines at 0.5, from which on an assay is called excellent (Zhang et al. 1999), and at 0,
 * where controls overlap; the axis ends at -1, and plates below stand there.
 */
export function plateQualityPlot(plates: readonly PlateQuality[]): PlotSpec {
  const name = ({ plate, group }: PlateQuality) => [plate || 'Plate', ...(group === null ? [] : [group])].join(', ');
  const kinds = ['Z′', 'robust Z′'];
  const values = plates.flatMap((one) =>
    [one.zPrime, one.zPrimeRobust].flatMap((z, i) =>
      z === null
        ? []
        : [
            {
              plate: name(one),
              kind: kinds[i]!,
              at: Math.max(WORST, z),
              words: `${name(one)}; ${kinds[i]} ${z.toFixed(3)}`,
            },
          ],
    ),
  );
  const least = Math.min(0, ...values.map(({ at }) => at));
  const domain = [least < 0 ? Math.max(WORST, least) : 0, 1];
  const x = {
    type: 'quantitative',
    scale: { domain, nice: false },
    axis: { tickCount: 5 },
    title: 'Z′',
  } as const;
  const y = {
    field: 'plate',
    type: 'nominal',
    scale: { domain: plates.map(name) },
    axis: { ticks: false, domain: false, grid: true, labelPadding: 8 },
    title: null,
  } as const;
  const [blue, orange] = classColours(2).map(({ onLight }) => onLight);
  return {
    config: THEME,
    width: 320,
    height: { step: plates.length > 30 ? 14 : 22 },
    layer: [
      {
        data: { values: [{ z: 0.5 }, { z: 0 }] },
        mark: { type: 'rule', color: GREY, strokeDash: [4, 3] },
        encoding: { x: { field: 'z', ...x } },
      },
      {
        data: { values },
        mark: { type: 'point', filled: true, size: 60, opacity: 0.9 },
        encoding: {
          x: { field: 'at', ...x },
          y,
          color: {
            field: 'kind',
            type: 'nominal',
            scale: { domain: kinds, range: [blue!, orange!] },
            legend: { title: null, orient: 'top' },
          },
          shape: {
            field: 'kind',
            type: 'nominal',
            scale: { domain: kinds, range: ['circle', 'diamond'] },
            legend: { title: null, orient: 'top' },
          },
          description: { field: 'words' },
        },
      },
    ],
  } satisfies TopLevelSpec;
}
