import { expect, it } from 'vitest';
import type { ComparisonRow } from '../../evaluation/comparison/comparison.ts';
import { comparisonSection } from '../page/sections/comparison.ts';
import { comparisonDocument } from './comparison-document.ts';

/** A method under three folds, with so many of a hundred fields right. */
function row(method: string, right: number, more: Partial<ComparisonRow> = {}): ComparisonRow {
  const network = method.startsWith('network');
  return {
    ...{ method, kind: network ? 'network' : 'baseline', protocol: 'k-fold', seed: 1, folds: 3, fields: 100 },
    ...{ correctFields: right, accuracy95: { low: right / 100 - 0.1, high: right / 100 + 0.05 } },
    ...{ meanClassAccuracy: 0.5, meanAveragePrecision: 0.5, treatments: 0, correctTreatments: 0 },
    ...more,
  } as ComparisonRow;
}

const documentOf = (rows: readonly ComparisonRow[]) =>
  comparisonDocument({
    ...{ source: 'cmp', label: 'Control', rows, figures: [], channels: ['DNA'], lost: [] },
    made: { command: '', date: '', versions: {}, options: [], hashes: [], methods: '', references: [] },
  } as Parameters<typeof comparisonDocument>[0]);

const mean = { pooling: 'mean' } as const;

it('names the best network beside a baseline that is ahead of it, and worries', () => {
  const { headline } = documentOf([row('network', 67, mean), row('field-features', 75)]);
  expect(headline.sentences[0]).toMatch(
    /is right most often, with 75 of 100 fields; the best network, Mean, reaches 67 of 100 fields\.$/,
  );
  expect(headline.worries[0]).toMatchObject({ serious: true });
  expect(headline.worries[0]!.problem).toMatch(/^A baseline is right at least as often as every network/);
  const ahead = documentOf([row('network', 85, mean), row('field-features', 75)]).headline;
  expect(ahead.sentences[0]).toMatch(/the best baseline, .*, reaches 75 of 100 fields/);
  expect(ahead.worries.every(({ serious }) => !serious)).toBe(true);
});

it('has columns for what there is: intervals over wells, Z′ of control wells, and treatments', () => {
  const html = (rows: readonly ComparisonRow[]) => comparisonSection(documentOf(rows))!.html;
  const plain = html([row('network', 67, mean)]);
  expect(plain).toContain('0.570 to 0.720');
  expect(plain).not.toMatch(/Z′|Treatments/);
  const whole = html([row('network', 67, { ...mean, zPrime: 0.62, treatments: 12, correctTreatments: 11 })]);
  expect(whole).toContain('Z′');
  expect(whole).toContain('0.620');
  expect(whole).toContain('11 of 12');
});
