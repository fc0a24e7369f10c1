import type { ComparisonRow } from '../../evaluation/comparison/comparison.ts';
import { compareProtocols, differencesOf, methodLabel, protocolLabel } from '../../evaluation/comparison/names.ts';
import { type ComparisonSummary, summarize } from '../../evaluation/comparison/summarize.ts';
import { counted } from '../../words.ts';
import { REPORT_VERSION, type ReportDocument, type Worry } from '../page/document.ts';
import type { Headline } from './headline.ts';
import { colouredChannels } from './predictions-document.ts';
import { titleOf } from './title.ts';

/** What a report on a comparison is made of. */
export interface ComparisonReport {
  readonly source: string;
  readonly label: string | undefined;
  readonly rows: readonly ComparisonRow[];
  readonly figures: NonNullable<ReportDocument['comparison']>['figures'];
  readonly channels: readonly string[];
  readonly lost: ReportDocument['skipped'];
  readonly made: ReportDocument['made'];
}

/** The report on a comparison of methods. */
export function comparisonDocument({
  source,
  label,
  rows,
  figures,
  channels,
  lost,
  made,
}: ComparisonReport): ReportDocument {
  const title = `Comparison of methods on ${titleOf(label ?? 'labels', { fields: null })}`;
  return {
    ...{ version: REPORT_VERSION, kind: 'compare', title, source },
    headline: { ...headlineOfComparison(rows), worries: worriesOfComparison(rows, lost) },
    classes: [],
    channels: colouredChannels(channels),
    ...{ fields: null, sheets: [], sheetsNote: null, galleries: [], metrics: null, assay: null },
    comparison: { rows, figures },
    ...{ training: null, segmentation: null, map: null, skipped: lost, made },
  };
}

type Judged = ComparisonSummary & { readonly share: number };

/** The share that methods are judged by: of treatments where there are any, else of fields. */
const judged = (summary: ComparisonSummary): Judged => ({
  ...summary,
  share: (summary.treatmentAccuracy ?? summary.fieldAccuracy).mean,
});

/** Which method is the best under each protocol, and how far baselines come, with counts. */
function headlineOfComparison(rows: readonly ComparisonRow[]): Headline {
  const summaries = summarize(rows).map(judged);
  const protocols = [...new Set(summaries.map(({ protocol }) => protocol))].sort(compareProtocols);
  const words = differencesOf(rows);
  const name = (of: Judged) => methodLabel(of, words);
  const bests = protocols.map((protocol) => {
    const own = summaries.filter((of) => of.protocol === protocol).sort((a, b) => b.share - a.share);
    return { protocol, best: own[0]!, baseline: own.find(({ kind }) => kind === 'baseline') };
  });
  const [first] = bests;
  return {
    sentences: bests.map(({ protocol, best, baseline }) => {
      const beside =
        baseline && baseline !== best ? `; the best baseline, ${name(baseline)}, reaches ${rightWords(baseline)}` : '';
      return `${protocolLabel(protocol)}: ${name(best)} is right most often, with ${rightWords(best)}${beside}.`;
    }),
    facts: bests.map(({ protocol, best }) => ({
      value: best.share.toFixed(3),
      name: `${protocolLabel(protocol)}: ${name(best)}`,
    })),
    baselines: summaries
      .filter(({ kind, protocol }) => kind === 'baseline' && protocol === first?.protocol)
      .sort((a, b) => b.share - a.share)
      .map((of) => ({ name: name(of), accuracy: of.share, how: protocolLabel(of.protocol) })),
  };
}

function rightWords({
  correctTreatments,
  treatments,
  fieldAccuracy,
  fields,
  seeds,
  treatmentAccuracy,
}: Judged): string {
  const mean = seeds.length > 1 ? ` in the mean of ${seeds.length} seeds` : '';
  const round = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(1));
  if (treatmentAccuracy)
    return `${round(correctTreatments.mean)} of ${counted(Math.round(treatments.mean), 'treatment')}${mean}`;
  return `${round(fieldAccuracy.mean * fields.mean)} of ${counted(Math.round(fields.mean), 'field')}${mean}`;
}

function worriesOfComparison(rows: readonly ComparisonRow[], lost: ReportDocument['skipped']): Worry[] {
  const alone = new Set(rows.filter(({ kind }) => kind === 'network').map(({ seed }) => seed)).size === 1;
  const few = rows.some(({ treatments }) => treatments > 0 && treatments < 10);
  return [
    ...(alone
      ? [
          {
            serious: false,
            problem: 'Each network was trained with one seed, so differences between methods may be those of seeds.',
            remedy: 'Compare with several seeds, and look at their range.',
          },
        ]
      : []),
    ...(few
      ? [
          {
            serious: false,
            problem: 'Few treatments are tested, so one of them changes the figures much.',
            remedy: 'Read the counts, not the shares.',
          },
        ]
      : []),
    ...(lost.length > 0
      ? [
          {
            serious: false,
            problem: `${counted(lost.length, 'field')} could not be used.`,
            remedy: 'The list at the end says why.',
          },
        ]
      : []),
  ];
}
