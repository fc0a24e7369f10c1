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
    const best = own[0]!;
    return { protocol, best, other: own.find(({ kind }) => kind !== best.kind) };
  });
  const [first] = bests;
  return {
    sentences: bests.map(({ protocol, best, other }) => {
      const beside = other ? `; the best ${other.kind}, ${name(other)}, reaches ${rightWords(other)}` : '';
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

/** Protocols under which no network is ahead of all baselines. */
function networksBehind(rows: readonly ComparisonRow[]): readonly string[] {
  const summaries = summarize(rows).map(judged);
  const best = (protocol: string, wanted: Judged['kind']) =>
    Math.max(
      ...summaries.flatMap((one) => (one.kind === wanted && one.protocol === protocol ? [one.share] : [])),
      Number.NEGATIVE_INFINITY,
    );
  return [...new Set(summaries.map(({ protocol }) => protocol))]
    .sort(compareProtocols)
    .filter((protocol) => Number.isFinite(best(protocol, 'network')))
    .filter((protocol) => best(protocol, 'baseline') >= best(protocol, 'network'))
    .map(protocolLabel);
}

function worriesOfComparison(rows: readonly ComparisonRow[], lost: ReportDocument['skipped']): Worry[] {
  const alone = new Set(rows.filter(({ kind }) => kind === 'network').map(({ seed }) => seed)).size === 1;
  const few = rows.some(({ treatments }) => treatments > 0 && treatments < 10);
  const behind = networksBehind(rows);
  return [
    ...(behind.length > 0
      ? [
          {
            serious: true,
            problem: `A baseline is right at least as often as every network (${behind.join(', ')}): the networks have learned too little, or what tells the classes apart is measured more simply.`,
            remedy: 'Train longer, with more fields, or rely on the baseline.',
          },
        ]
      : []),
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
