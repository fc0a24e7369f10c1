import type { DoseResponse } from '../../../evaluation/assay/assay.ts';
import { counted } from '../../../words.ts';
import { escaped, table } from '../../inspection/html.ts';
import { doseResponsePlot } from '../../plots/dose-response-plot.ts';
import { renderSvg } from '../../plots/render-svg.ts';
import type { ReportDocument } from '../document.ts';
import type { Section } from './section.ts';
import { figure, paragraph } from './text.ts';

/** Compounds that are drawn: more would make the page large; the table has all. Those after the first few are folded away. */
const [MOST_DRAWN, OPEN] = [36, 12];

/** What scores of wells are, on the axis and in a sentence. */
const AXES = { 'robust-z': 'Robust z', 'percent-of-controls': 'Per cent of controls', none: 'Score' } as const;
const UNITS = {
  'robust-z': ', as robust z of the negative controls',
  'percent-of-controls': ', in per cent of the negative controls',
  none: '',
} as const;

/** The response of every compound: curves, those with an EC50 first, and a table. */
export async function doseResponseSection({ assay, fields }: ReportDocument): Promise<Section | undefined> {
  if (assay === null || assay.doseResponse.length === 0) return undefined;
  const { words, normalization } = assay.scoring;
  const sorted = assay.doseResponse.toSorted((a, b) => Number(a.ec50 === null) - Number(b.ec50 === null));
  const figures: string[] = [];
  for (const response of sorted.slice(0, MOST_DRAWN)) {
    figures.push(
      `<figure class="plot">${await renderSvg(doseResponsePlot(response, { score: AXES[normalization] }))}</figure>`,
    );
  }
  const left = sorted.length - figures.length;
  const folded = figures.length - OPEN;
  return {
    id: 'dose-response',
    name: 'Dose-response',
    html: `<h2>Dose-response</h2>
${paragraph(`Four-parameter logistic curves fitted to the scores of wells (${words}${UNITS[normalization]}). The diamond is EC50 with its 95 % interval; grey wells are negative controls, squares positive controls${fields === null ? '' : '. A click on a well opens it'}`, { soft: true })}
${inGrid(figures.slice(0, OPEN))}
${folded > 0 ? `<details><summary>${counted(folded, 'more curve')}</summary>${inGrid(figures.slice(OPEN))}</details>` : ''}
${left > 0 ? paragraph(`${counted(left, 'more compound')} in the table only, so that the page stays small`, { soft: true }) : ''}
<div class="long" tabindex="0" role="region" aria-label="Dose-response of all compounds">${tableOf(assay.doseResponse)}</div>
${paragraph('The V factor sets how much replicates differ at all doses against the range of the response, as Z′ does for two controls: 1 is ideal, above 0.5 good, below 0 the response drowns in the spread (Ravkin 2004). The slope is that of the Hill equation', { soft: true })}`,
  };
}

function inGrid(figures: readonly string[]): string {
  return `<div class="figures">${figures.join('\n')}</div>`;
}

function tableOf(responses: readonly DoseResponse[]): string {
  const grouped = responses.some(({ group }) => group !== null);
  const header = [
    'Compound',
    ...(grouped ? ['Group'] : []),
    'EC50',
    '95 % interval',
    'Unit',
    'Slope',
    'V factor',
    'Wells with controls',
    'Doses',
    'Note',
  ];
  const rows = responses.map((one) => [
    escaped(one.compound),
    ...(grouped ? [escaped(one.group ?? '')] : []),
    one.ec50 === null ? '–' : digits(one.ec50),
    one.ec50 === null ? '' : `${bound(one.low)} to ${bound(one.high)}`,
    escaped(one.unit ?? ''),
    ...[one.slope, one.vFactor].map((value) => figure(value, 2)),
    ...[one.wells, one.doses].map(String),
    note(notesOf(one)),
  ]);
  const first = grouped ? 2 : 1;
  return table(header, rows, { numbers: [first, first + 3, first + 4, first + 5, first + 6] });
}

function note(words: string): string {
  return words === '' ? '' : `<div class="note">${escaped(words)}</div>`;
}

function notesOf({ reason, lackOfFit, drops }: DoseResponse): string {
  const notes = [
    ...(reason === null ? [] : [reason]),
    ...(lackOfFit !== null && lackOfFit.p < 0.05 ? [`the curve fits poorly (p ${lackOfFit.p.toPrecision(2)})`] : []),
    ...drops.map(({ dose }) => `falls at dose ${digits(dose)}`),
  ];
  return notes.join('; ');
}

function bound(value: number | null): string {
  return value === null ? 'unbounded' : digits(value);
}

function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
