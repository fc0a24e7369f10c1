import { escaped } from '../../inspection/html.ts';
import type { ReportDocument } from '../document.ts';
import type { Section } from './section.ts';
import { withStop } from './text.ts';

/** The result in words and figures, the baselines beside it, and what to worry about. */
export function headlineSection(document: ReportDocument): Section {
  const { sentences, worries } = document.headline;
  return {
    id: 'summary',
    name: 'Summary',
    html: `<div class="headline"><div>
<div class="sentences">${sentences.map((text) => `<p>${escaped(text)}</p>`).join('\n')}</div>
${facts(document)}
</div><div>${baselines(document)}</div></div>
${worries.length === 0 ? '' : `<h3>What to worry about</h3>\n<ul class="worries">${worries.map(worry).join('\n')}</ul>`}`,
  };
}

function facts({ headline }: ReportDocument): string {
  if (headline.facts.length === 0) return '';
  const item = ({ value, name, kind = 'good' }: ReportDocument['headline']['facts'][number], marked: boolean) =>
    `<li${marked ? ` class="${kind}"` : ''}><b>${escaped(value)}</b><span>${escaped(name)}</span></li>`;
  return `<ul class="facts">${headline.facts.map((fact) => item(fact, fact.kind !== undefined)).join('')}</ul>`;
}

/** Bars from 0 to 1: the result, and what can be had without looking at a cell. */
function baselines({ kind, headline, metrics }: ReportDocument): string {
  if (headline.baselines.length === 0) return '';
  const result = metrics?.notTrainedOn ?? metrics?.images;
  const bar = (name: string, accuracy: number, { of, title }: { of: string; title: string }) =>
    `<span class="${of}" title="${escaped(title)}">${escaped(name)}</span><span class="track"><span class="fill" style="width:${(100 * accuracy).toFixed(2)}%"></span></span><span class="n ${of}">${accuracy.toFixed(3)}</span>`;
  const rows = [
    ...(result === undefined ? [] : [bar('This model', result.accuracy, { of: 'result', title: result.of })]),
    ...headline.baselines.map(({ name, accuracy, how }) => bar(name, accuracy, { of: 'baseline', title: how })),
  ];
  const notes = [...new Set(headline.baselines.map(({ name, how }) => `${name}: ${how}`))];
  return `<h3 class="first">${kind === 'compare' ? 'Share right: baselines' : 'Share right, beside what needs no look at a cell'}</h3>
<div class="baselines">${rows.join('\n')}</div>
<details class="small"><summary class="soft">How the baselines were made</summary>${notes.map((note) => `<p class="soft">${escaped(withStop(note))}</p>`).join('')}</details>`;
}

function worry({ serious, problem, remedy }: ReportDocument['headline']['worries'][number]): string {
  const remedyText = remedy === '' ? '' : ` <span class="remedy">${escaped(withStop(remedy))}</span>`;
  return `<li class="${serious ? 'serious' : 'note'}">${serious ? '<b class="hidden">Serious: </b>' : ''}${escaped(withStop(problem))}${remedyText}</li>`;
}
