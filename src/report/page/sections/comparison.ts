import {
  compareMethods,
  compareProtocols,
  differencesOf,
  methodLabel,
  protocolLabel,
} from '../../../evaluation/comparison/names.ts';
import { type ComparisonSummary, summarize } from '../../../evaluation/comparison/summarize.ts';
import type { Spread } from '../../../evaluation/spread.ts';
import { escaped, table } from '../../inspection/html.ts';
import type { ReportDocument } from '../document.ts';
import type { Section } from './section.ts';
import { paragraph } from './text.ts';

/** Methods under protocols, the mean over seeds with its range, and the figures of the comparison. */
export function comparisonSection({ comparison }: ReportDocument): Section | undefined {
  if (comparison === null) return undefined;
  const figures = comparison.figures.map(
    ({ caption, svg }) =>
      `<figure class="plot">${svg}<figcaption class="soft">${escaped(caption)}</figcaption></figure>`,
  );
  const summaries = summarize(comparison.rows);
  const seeds = Math.max(0, ...summaries.map((one) => one.seeds.length));
  const note = seeds > 1 ? `Mean over ${seeds} seeds, with the least and the largest` : 'One seed';
  return {
    id: 'comparison',
    name: 'Comparison',
    html: `<h2>Comparison</h2>\n${paragraph(note, { soft: true })}\n${tables(summaries)}\n${figures.join('\n')}`,
  };
}

/** A column of the table of a protocol; one that no method has anything for is left out. */
interface Column {
  readonly title: string;
  readonly cell: (one: ComparisonSummary) => string;
  readonly isShown?: (one: ComparisonSummary) => boolean;
}

const COLUMNS: readonly Column[] = [
  { title: 'Fields right', cell: (one) => spread(one.fieldAccuracy) },
  {
    title: '95 % over wells',
    cell: ({ fieldAccuracy95: of }) => (of === null ? '–' : `${of.low.toFixed(3)} to ${of.high.toFixed(3)}`),
    isShown: ({ fieldAccuracy95 }) => fieldAccuracy95 !== null,
  },
  {
    title: 'Treatments right',
    cell: (one) => spread(one.treatmentAccuracy),
    isShown: ({ treatmentAccuracy }) => treatmentAccuracy !== null,
  },
  {
    title: 'of them',
    cell: ({ treatments, correctTreatments: { mean } }) =>
      treatments.mean === 0 ? '' : `${mean.toFixed(Number.isInteger(mean) ? 0 : 1)} of ${treatments.mean.toFixed(0)}`,
    isShown: ({ treatmentAccuracy }) => treatmentAccuracy !== null,
  },
  { title: 'Mean class accuracy', cell: (one) => spread(one.meanClassAccuracy) },
  { title: 'Mean average precision', cell: (one) => spread(one.meanAveragePrecision) },
  { title: 'Z′', cell: (one) => spread(one.zPrime), isShown: ({ zPrime }) => zPrime !== null },
  { title: 'Seeds', cell: ({ seeds }) => String(seeds.length) },
];

/** A table for each protocol, the best method first. */
function tables(summaries: readonly ComparisonSummary[]): string {
  const protocols = [...new Set(summaries.map(({ protocol }) => protocol))].toSorted(compareProtocols);
  const words = differencesOf(summaries);
  return protocols
    .map((protocol) => {
      const own = summaries
        .filter((one) => one.protocol === protocol)
        .toSorted((a, b) => b.fieldAccuracy.mean - a.fieldAccuracy.mean || compareMethods(a, b));
      const columns = COLUMNS.filter(({ isShown }) => isShown === undefined || own.some(isShown));
      const rows = own.map((one) => [escaped(methodLabel(one, words)), ...columns.map(({ cell }) => cell(one))]);
      const header = ['Method', ...columns.map(({ title }) => title)];
      const numbers = columns.map((_, i) => i + 1);
      return `<h3>${escaped(protocolLabel(protocol))}</h3>\n${table(header, rows, { numbers })}`;
    })
    .join('\n');
}

function spread(of: Spread | null): string {
  if (of === null) return '–';
  const { mean, least, most } = of;
  return least === most
    ? mean.toFixed(3)
    : `${mean.toFixed(3)} <span class="soft">(${least.toFixed(3)} to ${most.toFixed(3)})</span>`;
}
