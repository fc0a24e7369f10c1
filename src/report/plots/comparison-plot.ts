import type { TopLevelSpec } from 'vega-lite';
import type { ComparisonRow } from '../../evaluation/comparison/comparison.ts';
import {
  compareProtocols,
  differencesOf,
  type MethodIdentity,
  methodKey,
  methodLabel,
  protocolLabel,
} from '../../evaluation/comparison/names.ts';
import { summarize } from '../../evaluation/comparison/summarize.ts';
import { figure } from '../../evaluation/format.ts';
import type { PlotSpec } from './plot-spec.ts';
import { GREY, looks, THEME } from './theme.ts';

/** In pixels: panels side by side, a line, and the narrowest panel. */
const [TOTAL_WIDTH, LINE_HEIGHT, LEAST_WIDTH] = [470, 24, 200];

/** Where all is above this share, the axis begins nearer to the results, and says so. */
const HALF = 0.5;

/**
 * Field accuracy of every method, a panel for each protocol: a dot for each seed, a tick at the mean with its figure, and
 * a line over its 95 % interval, where it is known.
 * Methods are sorted by their accuracy under the first protocol; networks and baselines differ in colour.
 *
 * @throws BadTable when a method has a seed twice under a protocol.
 */
export function comparisonPlot(rows: readonly ComparisonRow[]): PlotSpec {
  const protocols = [...new Set(rows.map(({ protocol }) => protocol))].sort(compareProtocols);
  const columns = Math.min(protocols.length, Math.floor(TOTAL_WIDTH / LEAST_WIDTH));
  const summaries = summarize(rows);
  const encoding = encodingOf({ rows, summaries }, { order: orderOf(rows, { summaries, protocols }), columns });
  return {
    config: THEME,
    title: { text: 'Fields that are right', subtitle: subtitleOf(summaries) },
    data: { values: valuesOf(rows, summaries) },
    facet: { field: 'protocol', type: 'nominal', sort: protocols.map(protocolLabel), title: null },
    columns,
    spec: {
      width: TOTAL_WIDTH / columns,
      height: { step: LINE_HEIGHT },
      layer: [
        {
          transform: [{ filter: "datum.of === 'mean' && isValid(datum.low)" }],
          mark: { type: 'rule', strokeWidth: 3, opacity: 0.35 },
          encoding: { ...encoding, x: { ...encoding.x, field: 'low' }, x2: { field: 'high' } },
        },
        {
          transform: [{ filter: "datum.of === 'mean'" }],
          mark: { type: 'tick', thickness: 2, size: 16 },
          encoding,
        },
        {
          transform: [{ filter: "datum.of === 'seed'" }],
          mark: { type: 'point', filled: true, size: 45, opacity: 0.6 },
          encoding,
        },
        {
          transform: [{ filter: "datum.of === 'mean'" }],
          mark: { type: 'text', align: 'left', dx: 8, fontSize: 11, color: GREY },
          encoding: { x: { value: 'width' }, y: encoding.y, text: { field: 'text' } },
        },
      ],
    },
  } satisfies TopLevelSpec;
}

type Summaries = ReturnType<typeof summarize>;

/** A dot for each seed, and a mean for each method under each protocol. */
function valuesOf(rows: readonly ComparisonRow[], summaries: Summaries) {
  const words = differencesOf(rows);
  const place = (row: MethodIdentity & Pick<ComparisonRow, 'protocol'>) => ({
    name: methodLabel(row, words),
    protocol: protocolLabel(row.protocol),
    kind: row.kind,
  });
  return [
    ...rows.map((row) => ({ ...place(row), of: 'seed', accuracy: row.correctFields / row.fields })),
    ...summaries.map((summary) => ({
      ...place(summary),
      of: 'mean',
      accuracy: summary.fieldAccuracy.mean,
      low: summary.fieldAccuracy95?.low ?? null,
      high: summary.fieldAccuracy95?.high ?? null,
      text: figure(summary.fieldAccuracy.mean),
    })),
  ];
}

/** The names of the methods by their mean under the first protocol; where that is the same, under the next. */
function orderOf(
  rows: readonly ComparisonRow[],
  { summaries, protocols }: { summaries: Summaries; protocols: readonly string[] },
): string[] {
  const words = differencesOf(rows);
  const rank = (key: string) =>
    protocols.map((name) => {
      const summary = summaries.find((one) => one.protocol === name && methodKey(one) === key);
      return summary?.fieldAccuracy.mean ?? -1;
    });
  return [...new Map(rows.map((row) => [methodKey(row), methodLabel(row, words)]))]
    .map(([key, name]) => ({ name, ranks: rank(key) }))
    .sort((a, b) => {
      const first = a.ranks.findIndex((value, i) => value !== b.ranks[i]);
      return first < 0 ? 0 : b.ranks[first]! - a.ranks[first]!;
    })
    .map(({ name }) => name);
}

/** What the marks are. */
function subtitleOf(summaries: Summaries): string {
  const several = summaries.some(({ seeds }) => seeds.length > 1);
  const dots = several
    ? 'A dot for each seed, a tick and a figure for their mean'
    : 'A dot and a figure for each method';
  if (!summaries.some(({ fieldAccuracy95 }) => fieldAccuracy95)) return dots;
  return `${dots}; lines are 95 % intervals over wells`;
}

/** Where the axis begins: at 0, or, where all is far above it, a little below what is drawn, so that every dot is whole. */
function beginOf(rows: readonly ComparisonRow[], summaries: Summaries): number {
  const shares = rows.map(({ correctFields, fields }) => correctFields / fields);
  const least = Math.min(...shares, ...summaries.flatMap(({ fieldAccuracy95 }) => fieldAccuracy95?.low ?? []));
  return least < HALF ? 0 : Math.floor(20 * (least - 0.02)) / 20;
}

function encodingOf(
  { rows, summaries }: { rows: readonly ComparisonRow[]; summaries: Summaries },
  { order, columns }: { order: string[]; columns: number },
) {
  const begin = beginOf(rows, summaries);
  const kinds = ['network', 'baseline'].filter((kind) => rows.some((row) => row.kind === kind));
  const ownLooks = looks(2);
  return {
    x: {
      field: 'accuracy',
      type: 'quantitative',
      scale: { domainMin: begin, domainMax: 1, zero: false },
      axis: { tickCount: columns > 1 ? 4 : 8 },
      title: begin > 0 ? `Share right (the axis begins at ${begin})` : 'Share of the fields that are right',
    },
    y: {
      field: 'name',
      type: 'nominal',
      sort: order,
      title: null,
      axis: { grid: true, domain: false, ticks: false, labelPadding: 10 },
    },
    color: {
      field: 'kind',
      type: 'nominal',
      scale: { domain: kinds, range: kinds.map((kind) => ownLooks[kind === 'network' ? 0 : 1]!.colour) },
      legend: { title: null, orient: 'top', symbolType: 'circle', symbolOpacity: 1 },
    },
  } as const;
}
