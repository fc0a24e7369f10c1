import type { TopLevelSpec } from 'vega-lite';
import type { DoseResponse } from '../../evaluation/assay/assay.ts';
import { classColours } from '../../pixels/class-colours.ts';
import type { PlotSpec } from './plot-spec.ts';
import { GREY, THEME } from './theme.ts';

/** Points of a curve. */
const POINTS = 80;
/** What a point is. Positive controls differ in shape, since colours are others in the dark. */
const KINDS = ['well', 'negative control', 'positive control'] as const;
/** How far to the left of the lowest dose dose 0 stands, as a factor. */
const ZERO = 5;

/**
 * Wells of a compound against dose on a logarithmic axis, the controls of dose 0 at its left end, with the fitted
 * four-parameter curve, and EC50 with its interval. Without a fit the wells alone, and why.
 *
 * @param score what the axis of scores is called
 */
export function doseResponsePlot(response: DoseResponse, { score = 'Score' }: { score?: string } = {}): PlotSpec {
  const { compound, group, points, unit } = response;
  const doses = points.flatMap(({ dose }) => (dose > 0 ? [dose] : []));
  const lowest = doses.length === 0 ? 1 : Math.min(...doses);
  const highest = doses.length === 0 ? 1 : Math.max(...doses);
  const zero = lowest / ZERO;
  const [blue, orange] = classColours(2).map(({ onLight }) => onLight);
  const values = points.map(({ plate, well, dose, score: own, negative, positive }) => ({
    at: dose > 0 ? dose : zero,
    score: own,
    kind: kindOf({ negative, positive }),
    words: `${[`${well}, ${plate}`, ...(negative || positive ? [kindOf({ negative, positive })] : []), ...(negative ? [] : [`dose ${dose} ${unit ?? ''}`.trim()])].join('; ')}; score ${digits(own)}`,
  }));
  const domain = [zero, highest * 1.3];
  const x = {
    type: 'quantitative',
    scale: { type: 'log', domain, nice: false },
    axis: {
      grid: false,
      labelOverlap: true,
      tickCount: 5,
      labelExpr: `datum.value < ${lowest * 0.6} ? '' : datum.label`,
    },
    title: `Dose${unit === null ? '' : ` (${unit})`}; controls at the left`,
  } as const;
  const y = { type: 'quantitative', title: score, axis: { tickCount: 5 }, scale: { zero: false } } as const;
  return {
    config: THEME,
    title: {
      text: [compound, ...(group === null || group === compound ? [] : [group])].join(', '),
      subtitle: describeFit(response),
      fontSize: 14,
      // A long name would make the whole plot small.
      limit: 340,
    },
    width: 290,
    height: 170,
    layer: [
      ...curveLayers(response, { x, y, from: zero, to: highest * 1.3, colour: blue!, mark: orange! }),
      {
        data: { values },
        mark: { type: 'point', filled: true, size: 26, opacity: 0.75 },
        encoding: {
          x: { field: 'at', ...x },
          y: { field: 'score', ...y },
          color: {
            field: 'kind',
            type: 'nominal',
            scale: { domain: [...KINDS], range: [blue!, GREY, blue!] },
            legend: null,
          },
          shape: {
            field: 'kind',
            type: 'nominal',
            scale: { domain: [...KINDS], range: ['circle', 'circle', 'square'] },
            legend: null,
          },
          description: { field: 'words' },
        },
      },
    ],
  } satisfies TopLevelSpec;
}

function kindOf({ negative, positive }: { negative: boolean; positive: boolean }): (typeof KINDS)[number] {
  if (negative) return 'negative control';
  return positive ? 'positive control' : 'well';
}

/** EC50 with its interval in words, or why there is none. */
function describeFit({ ec50, low, high, unit, reason }: DoseResponse): string {
  if (ec50 === null) return reason ?? 'no EC50';
  const [bottom, top] = [low, high].map((bound) => (bound === null ? 'unbounded' : digits(bound)));
  const suffix = unit === null ? '' : ` ${unit}`;
  return `EC50 ${digits(ec50)}${suffix} (95 % interval ${bottom} to ${top})`;
}

function curveLayers(
  { ec50, low, high, slope, bottom, top }: DoseResponse,
  { x, y, from, to, colour, mark }: { x: Axis; y: Axis; from: number; to: number; colour: string; mark: string },
) {
  if (ec50 === null || slope === null || bottom === null || top === null) return [];
  const at = (dose: number) => bottom + (top - bottom) / (1 + (ec50 / dose) ** slope);
  const curve = Array.from({ length: POINTS + 1 }, (_, i) => {
    const dose = from * (to / from) ** (i / POINTS);
    return { dose, score: at(dose) };
  });
  const half = [{ dose: ec50, low: Math.max(from, low ?? from), high: Math.min(to, high ?? to), score: at(ec50) }];
  const axes = { x: { field: 'dose', ...x }, y: { field: 'score', ...y } };
  return [
    { data: { values: curve }, mark: { type: 'line', color: colour, strokeWidth: 1.5 } as const, encoding: axes },
    {
      data: { values: half },
      mark: { type: 'rule', color: mark, strokeWidth: 2 } as const,
      encoding: { x: { field: 'low', ...x }, x2: { field: 'high' }, y: { field: 'score', ...y } },
    },
    {
      data: { values: half },
      mark: { type: 'point', filled: true, shape: 'diamond', size: 90, color: mark, opacity: 1 } as const,
      encoding: axes,
    },
  ];
}

interface Axis {
  readonly type: 'quantitative';
}

function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
