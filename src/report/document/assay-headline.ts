import type { Assay } from '../../evaluation/assay/assay.ts';
import { agreeing, counted } from '../../words.ts';
import type { Worry } from '../page/document.ts';
import type { Headline } from './headline.ts';

const figure = (value: number) => value.toFixed(2);

/** What a plate assay comes to: hits, the quality of its plates, and doses of half response, in sentences with counts. */
export function headlineOfAssay({ scoring, plates, wells, hits, doseResponse, notes }: Assay): Headline {
  const called = hits.filter(({ hit }) => hit);
  const primes = plates.flatMap(({ zPrime }) => zPrime ?? []);
  const found = doseResponse.filter(({ ec50 }) => ec50 !== null);
  const grouped = plates.some(({ group }) => group !== null);
  const samples = wells.filter(({ role }) => role === 'sample').length;
  return {
    sentences: [
      `${counted(wells.length, 'well')} of ${counted(new Set(plates.map(({ plate }) => plate)).size, 'plate')} ${agreeing(wells.length, 'was', 'were')} scored by ${scoring.words}; ${samples} of them are samples.`,
      ...(hits.length > 0
        ? [
            `${called.length} of ${counted(hits.length, 'treatment')} ${agreeing(called.length, 'is a hit', 'are hits')}.${tooFewWords(hits)}`,
            ...strongest(hits),
          ]
        : []),
      ...(primes.length > 0
        ? [
            `Z′ is ${primes.length === 1 ? figure(primes[0]!) : `${figure(Math.min(...primes))} to ${figure(Math.max(...primes))}`} (${primes.length} ${grouped ? agreeing(primes.length, 'group of wells', 'groups of wells') : agreeing(primes.length, 'plate', 'plates')}).`,
          ]
        : []),
      ...(doseResponse.length > 0 ? [doseWords(found, doseResponse.length)] : []),
      ...notes.map((note) => `${note.charAt(0).toUpperCase()}${note.slice(1)}${/[.!?]$/.test(note) ? '' : '.'}`),
    ],
    facts: [
      ...(hits.length > 0 ? [{ value: `${called.length}/${hits.length}`, name: 'treatments are hits' }] : []),
      ...(primes.length > 0
        ? [
            {
              value: figure(Math.min(...primes)),
              name: primes.length === 1 ? 'Z′' : `lowest Z′ of a ${grouped ? 'group' : 'plate'}`,
            },
          ]
        : []),
      ...(doseResponse.length > 0 ? [{ value: `${found.length}/${doseResponse.length}`, name: 'EC50 found' }] : []),
    ],
    baselines: [],
  };
}

/** Treatments and compounds that a sentence names. */
const NAMED = 4;

/** Names the hits with the largest effects; where there are none, the treatments with the largest. */
function strongest(hits: Assay['hits']): readonly string[] {
  const called = hits.filter(({ hit }) => hit);
  const known = (called.length > 0 ? called : hits).filter(({ effect }) => effect !== null);
  if (known.length === 0) return [];
  const largest = known.toSorted((a, b) => b.effect! - a.effect!).slice(0, NAMED);
  const names = largest.map(
    ({ treatment, effect, above, wells }) =>
      `${treatment} (${digits(effect!)}; ${above} of ${wells} above the controls)`,
  );
  return [`The largest ${agreeing(largest.length, 'effect', 'effects')}: ${names.join(', ')}.`];
}

function doseWords(found: Assay['doseResponse'], all: number): string {
  const told = `For ${found.length} of ${counted(all, 'compound')} the dose of half response (EC50) was found`;
  if (found.length === 0) return `${told}.`;
  const bound = (value: number | null) => (value === null ? 'unbounded' : digits(value));
  const names = found
    .slice(0, NAMED)
    .map(
      ({ compound, ec50, low, high, unit }) =>
        `${[compound, digits(ec50!), unit].filter(Boolean).join(' ')} (95 % ${bound(low)} to ${bound(high)})`,
    );
  return `${told}: ${names.join(', ')}${found.length > NAMED ? ' and others' : ''}.`;
}

const digits = (value: number) => String(Number(value.toPrecision(3)));

/** Says that no treatment can be a hit by p, where wells are too few for any. */
function tooFewWords(hits: Assay['hits']): string {
  const smallest = Math.min(...hits.flatMap(({ smallestP }) => smallestP ?? []));
  if (!(smallest > 0.05) || !Number.isFinite(smallest)) return '';
  return ` So few wells give a p of ${smallest.toPrecision(2)} at the least, so none is called by p: look at effects and replicates.`;
}

/** What makes the figures of plates rough, once for all plates of which it is true. */
export function worriesOfAssay({ plates }: Pick<Assay, 'plates'>): readonly Worry[] {
  const warnings = new Set(plates.flatMap(({ warning }) => (warning === null ? [] : [warning])));
  return [...warnings].map((problem) => ({
    serious: false,
    problem,
    remedy: 'Take more control wells on each plate, where that can still be chosen.',
  }));
}
