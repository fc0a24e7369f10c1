import type { Assay, PlateQuality } from '../../../evaluation/assay/assay.ts';
import { counted } from '../../../words.ts';
import { escaped, table } from '../../inspection/html.ts';
import { plateQualityPlot } from '../../plots/plate-quality-plot.ts';
import { positionEffectsPlot } from '../../plots/position-effects-plot.ts';
import { renderSvg } from '../../plots/render-svg.ts';
import type { ReportDocument } from '../document.ts';
import type { Section } from './section.ts';
import { figure, paragraph } from './text.ts';

/** How good the plates are, effects of position, and the table of hits. */
export async function assaySection({ assay, fields }: ReportDocument): Promise<Section | undefined> {
  if (assay === null) return undefined;
  return {
    id: 'assay',
    name: 'Assay and hits',
    html: `<h2>Assay and hits</h2>
${paragraph(describe(assay), { soft: true })}
${assay.notes.map((note) => paragraph(note)).join('\n')}
<div class="columns"><div><h3>Plate quality</h3>${await qualityOf(assay.plates)}</div>${await effectsOf(assay)}</div>
${replicates(assay)}
${assay.hits.length === 0 ? '' : `<h3>Treatments against the negative controls</h3>\n${hitCount(assay, fields !== null)}\n<div id="hits"></div>`}`,
  };
}

function describe({ scoring, controls }: Assay): string {
  const positive = controls.positive.length === 0 ? '' : `, positive controls ${controls.positive.join(', ')}`;
  const group = controls.group === null ? '' : `, compared within ${controls.group}`;
  const correction =
    scoring.correction === 'none' ? '' : ' Effects of rows and columns were taken away by median polish (B score).';
  return `Score: ${scoring.words}; of a well the median over its fields. Negative controls are ${controls.negative.join(', ')}${positive} of ${controls.column}${group}.${correction}`;
}

/** Dots of all plates, and their figures. */
async function qualityOf(plates: readonly PlateQuality[]): Promise<string> {
  const known = plates.some(({ zPrime, zPrimeRobust }) => zPrime !== null || zPrimeRobust !== null);
  const plot = known ? `<div class="plot">${await renderSvg(plateQualityPlot(plates))}</div>` : '';
  const grouped = plates.some(({ group }) => group !== null);
  const header = ['Plate', ...(grouped ? ['Group'] : []), 'Negative', 'Positive', 'Z′', 'Robust Z′', 'SSMD', 'S/B'];
  const rows = plates.map((one) => [
    escaped(one.plate || 'Plate'),
    ...(grouped ? [escaped(one.group ?? '')] : []),
    ...[one.negatives, one.positives].map(String),
    ...[one.zPrime, one.zPrimeRobust, one.ssmd, one.signalToBackground].map((value) => figure(value, 2)),
  ]);
  // Plates with as many controls have the same warning, and may be many.
  const warnings = [...new Set(plates.flatMap(({ warning }) => warning ?? []))];
  const numbers = header.map((_, i) => i).slice(grouped ? 2 : 1);
  return `${plot}${scrolling('Plate quality', table(header, rows, { numbers }))}${warnings.map((text) => paragraph(text, { soft: true })).join('\n')}`;
}

/** A table that scrolls in itself, so that a hundred plates do not push all else away. */
function scrolling(label: string, html: string): string {
  return `<div class="long" tabindex="0" role="region" aria-label="${escaped(label)}">${html}</div>`;
}

async function effectsOf({ plates, scoring }: Assay): Promise<string> {
  if (plates.every(({ effects }) => effects.length === 0)) return '';
  const found = plates.flatMap(({ effects }) => effects.filter(({ q }) => q < 0.05)).length;
  const after = plates.flatMap(({ effectsAfter }) => effectsAfter?.filter(({ q }) => q < 0.05) ?? []).length;
  const left =
    scoring.correction === 'none' ? '' : ` After correction ${after === 0 ? 'none is' : `${after} are`} left.`;
  const words =
    found === 0
      ? 'No edge, row or column scores otherwise than the interior of its plate (adjusted p ≥ 0.05).'
      : `${found === 1 ? '1 edge, row or column scores' : `${found} edges, rows or columns score`} otherwise than the interior (adjusted p < 0.05): filled dots.${left}`;
  const drawn = plates.some(({ effects }) => effects.some(({ kind, q }) => kind === 'edge' || q < 0.05));
  const plot = drawn ? `<div class="plot">${await renderSvg(positionEffectsPlot(plates))}</div>` : '';
  return `<div><h3>Effects of position</h3>${plot}${paragraph(words, { soft: true })}</div>`;
}

function replicates({ replicates: own }: Assay): string {
  if (own === null) return '';
  const { pairs, treatments, pearson, spearman } = own;
  return paragraph(
    `Replicates: ${counted(pairs, 'pair')} of wells of ${counted(treatments, 'treatment')}; correlation of their scores ${figure(pearson, 2)} (Pearson), ${figure(spearman, 2)} (Spearman).`,
  );
}

function hitCount({ hits }: Assay, fields: boolean): string {
  const called = hits.filter(({ hit }) => hit).length;
  const least = Math.min(...hits.flatMap(({ smallestP }) => smallestP ?? []));
  const limit = Number.isFinite(least) ? ` The smallest p that so few wells can give is ${least.toPrecision(2)}.` : '';
  const click = fields ? ' A click on a row chooses the fields of its treatment.' : '';
  return paragraph(
    `${called} of ${counted(hits.length, 'treatment')} ${called === 1 ? 'is a hit' : 'are hits'}.${limit}${click}`,
  );
}
