/**
 * A comparison as Markdown, in the layout of tables 1 and 2 of the paper: a line for each pooling function with its
 * sharpness, and the methods without a network on whole fields beneath.
 */
import { figure } from '../format.ts';
import type { Spread } from '../spread.ts';
import type { ComparisonRow } from './comparison.ts';
import {
  compareMethods,
  compareProtocols,
  differencesOf,
  type MethodWords,
  methodKey,
  methodLabel,
  protocolLabel,
} from './names.ts';
import { type ComparisonSummary, summarize } from './summarize.ts';

/** What stands in a cell, and the figure by which it is compared with the others of its column. */
interface Cell {
  readonly text: string;
  /** What follows the figure and is never bold. */
  readonly range?: string;
  readonly value: number | null;
}

/** A method with its summaries by protocol. */
interface Method {
  readonly label: string;
  readonly byProtocol: ReadonlyMap<string, ComparisonSummary>;
}

const unknown: Cell = { text: '–', value: null };

/**
 * The table, and beneath it what was tested under each protocol. For every protocol: the share of fields that are right,
 * the mean class accuracy, the mean average precision, and the treatments that are right; of several seeds the mean and,
 * in brackets, the range. The best of each column are bold as they are printed, of equals all.
 *
 * @throws BadTable when a method has a seed twice under a protocol.
 */
export function formatComparisonMarkdown(rows: readonly ComparisonRow[]): string {
  const summaries = summarize(rows);
  const protocols = [...new Set(rows.map(({ protocol }) => protocol))].sort(compareProtocols);
  const heads = [...new Set(rows.flatMap(({ kind, head }) => (kind === 'network' && head ? [head] : [])))];
  const methodsOf = (kind: ComparisonRow['kind']) =>
    groupByMethod(
      summaries.filter((summary) => summary.kind === kind),
      differencesOf(rows),
    );
  const [networks, baselines] = [methodsOf('network'), methodsOf('baseline')];
  const controlled = rows.some(({ zPrime }) => zPrime !== undefined);
  const body = bold(
    [...networks, ...baselines].map((method) => protocols.flatMap((name) => cellsOf(method, name, controlled))),
  );
  const lines = [...networks, ...baselines].map((method, i) => [method.label, seedsOf(method), ...body[i]!]);
  const header = [
    'Pooling function',
    'Seeds',
    ...protocols.flatMap((name) => headings(name, { several: protocols.length > 1, controlled })),
  ];
  const divider = ['_Baselines_', ...header.slice(1).map(() => '')];
  const table = [
    ...lines.slice(0, networks.length),
    ...(baselines.length > 0 ? [divider] : []),
    ...lines.slice(networks.length),
  ];
  const notes = protocols.map((name) => {
    const { folds, fields, treatments } = testedUnder(rows, name);
    return `- ${protocolLabel(name)}: ${folds}; ${fields} and ${treatments} tested.`;
  });
  return `${[...layOut([header, ...table]), '', ...legend({ summaries, heads, controlled }), '', ...notes].join('\n')}\n`;
}

function groupByMethod(summaries: readonly ComparisonSummary[], options: MethodWords): readonly Method[] {
  const groups = new Map<string, ComparisonSummary[]>();
  for (const summary of [...summaries].sort(compareMethods)) {
    const members = groups.get(methodKey(summary));
    if (members) members.push(summary);
    else groups.set(methodKey(summary), [summary]);
  }
  return [...groups.values()].map((members) => ({
    label: methodLabel(members[0]!, options),
    byProtocol: new Map(members.map((summary) => [summary.protocol, summary])),
  }));
}

function headings(
  protocol: string,
  { several, controlled }: { several: boolean; controlled: boolean },
): readonly string[] {
  const prefix = several ? `${protocolLabel(protocol)}: ` : '';
  return ['fields', 'mean class', 'mAP', 'treatments', ...(controlled ? ['Z′'] : [])].map((name) => prefix + name);
}

function cellsOf({ byProtocol }: Method, protocol: string, controlled: boolean): readonly Cell[] {
  const summary = byProtocol.get(protocol);
  if (!summary) return headings(protocol, { several: false, controlled }).map(() => unknown);
  return [
    withInterval(figureCell(summary.fieldAccuracy, summary), summary),
    figureCell(summary.meanClassAccuracy, summary),
    figureCell(summary.meanAveragePrecision, summary),
    treatmentCell(summary),
    ...(controlled ? [figureCell(summary.zPrime, summary)] : []),
  ];
}

function figureCell(spread: Spread | null, { seeds }: ComparisonSummary): Cell {
  if (!spread) return unknown;
  const text = figure(spread.mean);
  const range = seeds.length > 1 ? ` (${figure(spread.least)}–${figure(spread.most)})` : '';
  return { text, range, value: Number(text) };
}

/** The cell with its interval behind it, where there is one. */
function withInterval(cell: Cell, { fieldAccuracy95 }: ComparisonSummary): Cell {
  if (!fieldAccuracy95) return cell;
  const { low, high } = fieldAccuracy95;
  return { ...cell, range: `${cell.range ?? ''} [${low.toFixed(3)}–${high.toFixed(3)}]` };
}

/** `55/55`, or the mean number and its range; shares where the seeds differ in how many treatments they test. */
function treatmentCell(summary: ComparisonSummary): Cell {
  const { treatments, correctTreatments: correct, treatmentAccuracy } = summary;
  if (!treatmentAccuracy) return unknown;
  if (treatments.least !== treatments.most) return figureCell(treatmentAccuracy, summary);
  const total = treatments.most;
  const mean = correct.least === correct.most ? `${correct.most}` : meanCount(correct.mean, total);
  const range = correct.least === correct.most ? '' : ` (${correct.least}–${correct.most})`;
  return { text: `${mean}/${total}`, range, value: Number(mean) / total };
}

/** One digit, and more where that would turn nearly all into all. */
function meanCount(mean: number, total: number): string {
  const digits = [1, 2, 3].find((count) => Number(mean.toFixed(count)) < total) ?? 3;
  return mean.toFixed(digits);
}

/** The texts of the cells, `[methods][columns]`, the best of each column bold where more than one is known. */
function bold(cells: readonly (readonly Cell[])[]): readonly (readonly string[])[] {
  const columns = (cells[0] ?? []).map((_, column) => cells.flatMap((line) => line[column]!.value ?? []));
  return cells.map((line) =>
    line.map(({ text, range = '', value }, column) => {
      const values = columns[column]!;
      const best = values.length > 1 && value === Math.max(...values);
      return (best ? `**${text}**` : text) + range;
    }),
  );
}

/** One number where all protocols have as many seeds, else a number for each. */
function seedsOf({ byProtocol }: Method): string {
  const counts = [...byProtocol].map(([protocol, { seeds }]) => ({ protocol, count: seeds.length }));
  if (new Set(counts.map(({ count }) => count)).size === 1) return `${counts[0]!.count}`;
  return counts
    .sort((a, b) => compareProtocols(a.protocol, b.protocol))
    .map(({ protocol, count }) => `${protocolLabel(protocol)} ${count}`)
    .join(', ');
}

function testedUnder(rows: readonly ComparisonRow[], protocol: string) {
  const under = rows.filter((row) => row.protocol === protocol);
  const count = (of: (row: ComparisonRow) => number, noun: string) => {
    const [least, most] = [Math.min(...under.map(of)), Math.max(...under.map(of))];
    return `${least === most ? most : `${least} to ${most}`} ${most === 1 ? noun : `${noun}s`}`;
  };
  return {
    folds: count(({ folds }) => folds, 'fold'),
    fields: count(({ fields }) => fields, 'field'),
    treatments: count(({ treatments }) => treatments, 'treatment'),
  };
}

function legend({
  summaries,
  heads,
  controlled,
}: {
  summaries: readonly ComparisonSummary[];
  heads: readonly string[];
  controlled: boolean;
}) {
  const several = summaries.some(({ seeds }) => seeds.length > 1);
  const bounded = summaries.some(({ fieldAccuracy95 }) => fieldAccuracy95);
  return [
    [
      'fields: share of the fields that are right; mean class: the mean over the classes of this share; mAP: mean average precision;',
      'treatments: those right by the median of their fields.',
      ...(controlled ? ['Z′: of the scores of tested control wells, the median over plates.'] : []),
      ...(heads.length === 1 ? [`The last layer of the networks is ${heads[0]}.`] : []),
      ...(several ? ['Of several seeds the mean, with the lowest and the highest in brackets.'] : []),
      ...(bounded
        ? [`In square brackets the 95 % interval over wells${several ? ' of a training, the mean of the seeds' : ''}.`]
        : []),
      'The best of each column in bold.',
    ].join(' '),
  ];
}

/** Lines of a Markdown table, columns padded to one width, all but the first aligned right. */
function layOut(lines: readonly (readonly string[])[]): readonly string[] {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const join = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const padded = lines.map((line) =>
    join(line.map((text, column) => (column === 0 ? text.padEnd(widths[0]!) : text.padStart(widths[column]!)))),
  );
  const rule = join(widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)));
  return [padded[0]!, rule, ...padded.slice(1)];
}
