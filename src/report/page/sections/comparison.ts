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

/** A table for each protocol, the best method first. */
function tables(summaries: readonly ComparisonSummary[]): string {
  const protocols = [...new Set(summaries.map(({ protocol }) => protocol))].toSorted(compareProtocols);
  const words = differencesOf(summaries);
  return protocols
    .map((protocol) => {
      const own = summaries
        .filter((one) => one.protocol === protocol)
        .toSorted((a, b) => b.fieldAccuracy.mean - a.fieldAccuracy.mean || compareMethods(a, b));
      const rows = own.map((one) => [
        escaped(methodLabel(one, words)),
        spread(one.fieldAccuracy),
        spread(one.treatmentAccuracy),
        one.treatments.mean === 0
          ? ''
          : `${one.correctTreatments.mean.toFixed(Number.isInteger(one.correctTreatments.mean) ? 0 : 1)} of ${one.treatments.mean.toFixed(0)}`,
        spread(one.meanClassAccuracy),
        spread(one.meanAveragePrecision),
        String(one.seeds.length),
      ]);
      const header = [
        'Method',
        'Fields right',
        'Treatments right',
        '',
        'Mean class accuracy',
        'Mean average precision',
        'Seeds',
      ];
      return `<h3>${escaped(protocolLabel(protocol))}</h3>\n${table(header, rows, { numbers: [1, 2, 4, 5, 6] })}`;
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
