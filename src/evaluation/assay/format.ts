/** An assay as text for a terminal, no line longer than 100 columns. */
import { agreeing, counted } from '../../words.ts';
import { shorten, wrap } from '../lines.ts';
import type { Assay, DoseResponse, PlateQuality, TreatmentHit } from './assay.ts';
import { placedEffects } from './tables.ts';

/** Rows of a section at most; the tables have all. */
const MOST = 20;

/** Sections separated by an empty line: how wells were scored, plates, positions, hits, dose-response. */
export function formatAssay(assay: Assay | Omit<Assay, 'wells'>): string {
  const sections = [scoring(assay), plates(assay), positions(assay), hits(assay), doses(assay)];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function scoring({ scoring: { words, normalization, correction }, replicates }: Omit<Assay, 'wells'>): string {
  const against = {
    'robust-z': 'as robust z of the negative controls of the plate: (x - median) / (1.4826 MAD)',
    'percent-of-controls': 'as per cent of the mean of the negative controls of the plate',
    none: 'as it is',
  }[normalization];
  const corrected = correction === 'b-score' ? ' after correction of rows and columns (B-score)' : '';
  const lines = [`Score of a field: ${words}. A well has the median of its fields, ${against}${corrected}.`];
  if (replicates && replicates.pearson !== null) {
    const { pairs, pearson, spearman } = replicates;
    lines.push(
      `Replicates correlate with ${number(pearson)} (Pearson) and ${number(spearman)} (Spearman), over ${counted(pairs, 'pair')} of wells.`,
    );
  }
  return lines.flatMap((line) => wrap(line)).join('\n');
}

function plates({ plates: all }: Omit<Assay, 'wells'>): string {
  const grouped = all.some(({ group }) => group !== null);
  const name = ({ plate, group }: PlateQuality) =>
    [plate || '(one plate)', ...(group === null ? [] : [group])].join(' ');
  const line = (first: string, cells: readonly string[]) =>
    `${shorten(first, 30).padEnd(30)}${cells.map((cell) => cell.padStart(11)).join('')}`;
  const shown = all.slice(0, MOST);
  const warnings = [...new Set(shown.flatMap(({ warning }) => (warning === null ? [] : [warning])))];
  return [
    line(grouped ? 'Plate and group' : 'Plate', ['negatives', 'positives', 'Z′', 'robust Z′', 'SSMD', 'S:B']),
    ...shown.map((one) =>
      line(name(one), [
        String(one.negatives),
        String(one.positives),
        ...[one.zPrime, one.zPrimeRobust, one.ssmd, one.signalToBackground].map(number),
      ]),
    ),
    ...(all.length > shown.length ? [`and ${all.length - shown.length} more`] : []),
    ...warnings.flatMap((text) => wrap(`  ${text}`)),
  ].join('\n');
}

function positions({ plates: all }: Omit<Assay, 'wells'>): string {
  const effects = placedEffects(all);
  if (effects.length === 0) return '';
  const odd = (corrected: boolean) => effects.filter((effect) => effect.corrected === corrected && effect.q <= 0.05);
  const before = odd(false).sort((a, b) => a.q - b.q);
  const corrected = effects.some((effect) => effect.corrected);
  const after = corrected ? `; after correction ${odd(true).length}` : '';
  const tested = effects.filter((effect) => !effect.corrected).length;
  const summary = `Edges, rows and columns that score otherwise than the interior (q up to 0.05): ${before.length} of ${tested}${after}`;
  const shown = before
    .slice(0, 5)
    .map(
      ({ plate, name, delta, q, wells }) =>
        `  ${[plate, name].filter(Boolean).join(' ')}: Cliff's delta ${number(delta)}, q ${small(q)}, ${counted(wells, 'well')}`,
    );
  return [...wrap(summary), ...shown, ...(before.length > 5 ? [`  and ${before.length - 5} more`] : [])].join('\n');
}

function hits({ hits: all }: Omit<Assay, 'wells'>): string {
  if (all.length === 0) return 'No treatments: no sample well names one.';
  const found = all.filter(({ hit }) => hit).length;
  const sorted = all.toSorted((a, b) => Number(b.hit) - Number(a.hit) || (b.effect ?? -1e300) - (a.effect ?? -1e300));
  const line = (cells: readonly [string, string, string, string, string, string]) =>
    `${cells[0].padEnd(30)}${cells[1].padStart(8)}${cells[2].padStart(26)}${cells[3].padStart(10)}${cells[4].padStart(10)}  ${cells[5]}`.trimEnd();
  const smallest = Math.min(...all.flatMap(({ smallestP }) => smallestP ?? []));
  const called = Number.isFinite(smallest) && smallest <= 0.05;
  return [
    `${found} of ${counted(all.length, 'treatment')} ${agreeing(found, 'is a hit', 'are hits')}`,
    ...wrap(
      Number.isFinite(smallest)
        ? `The smallest p that so few wells can give is ${small(smallest)}${called ? '' : ': no hit is called by p'}.`
        : 'No treatment has negative controls on its plates: no hit is called.',
    ),
    line(['Treatment', 'above', 'effect (95 %)', 'p', 'q', '']),
    ...sorted.slice(0, MOST).map((one) => line(hitCells(one))),
    ...(sorted.length > MOST ? [`and ${sorted.length - MOST} more`] : []),
  ].join('\n');
}

function hitCells(one: TreatmentHit): readonly [string, string, string, string, string, string] {
  const { treatment, above, wells, effect, low, high, p, q, hit, fewCells } = one;
  const interval = low === null || high === null ? '' : ` (${number(low)} to ${number(high)})`;
  const note = [...(hit ? ['hit'] : []), ...(fewCells ? ['few cells'] : [])].join(', ');
  return [shorten(treatment, 29), `${above}/${wells}`, `${number(effect)}${interval}`, small(p), small(q), note];
}

function doses({ doseResponse: all }: Omit<Assay, 'wells'>): string {
  if (all.length === 0) return '';
  const sorted = all.toSorted((a, b) => Number(a.ec50 === null) - Number(b.ec50 === null));
  const lines = sorted.slice(0, MOST).flatMap((one) => wrap(`${doseName(one)}: ${doseWords(one)}`));
  return ['Dose-response', ...lines, ...(all.length > MOST ? [`and ${all.length - MOST} more`] : [])].join('\n');
}

function doseName({ compound, group }: DoseResponse): string {
  return group === null || group === compound ? compound : `${compound} (${group})`;
}

/** What is said of a response: its EC50 with the interval, or why there is none; and what to mind. */
function doseWords({ ec50, low, high, unit, slope, reason, lackOfFit, drops }: DoseResponse): string {
  const of = unit === null ? '' : ` ${unit}`;
  const side = (value: number | null) => (value === null ? 'not bounded' : number(value));
  const found =
    ec50 === null
      ? `no EC50: ${reason ?? 'it cannot be estimated'}`
      : `EC50 ${number(ec50)}${of} (95 % ${side(low)} to ${side(high)}), slope ${number(slope)}${reason === null ? '' : `; ${reason}`}`;
  const misfit =
    lackOfFit !== null && lackOfFit.p < 0.05
      ? `; the curve misses the doses (lack of fit, p ${small(lackOfFit.p)})`
      : '';
  const dropping =
    drops.length === 0
      ? ''
      : `; lower than the dose before by more than wells differ at ${drops.map(({ dose }) => number(dose)).join(', ')}${of}`;
  return found + misfit + dropping;
}

/** Three significant digits. */
function number(value: number | null): string {
  if (value === null) return '-';
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e5 || size < 1e-3)) return value.toExponential(2);
  return String(Number(value.toPrecision(3)));
}

/** A probability: two significant digits. */
function small(value: number | null): string {
  return value === null ? '-' : String(Number(value.toPrecision(2)));
}
