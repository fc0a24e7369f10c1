import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ComparisonRow, formatComparisonCsv } from './comparison.ts';
import { formatComparisonMarkdown } from './markdown.ts';
import { summarize } from './summarize.ts';

const row = (given: Partial<ComparisonRow>): ComparisonRow => ({
  method: 'noisy-and',
  kind: 'network',
  protocol: 'replicate',
  seed: 1,
  folds: 2,
  fields: 440,
  correctFields: 430,
  meanClassAccuracy: 0.97,
  meanAveragePrecision: 0.99,
  treatments: 55,
  correctTreatments: 55,
  ...given,
});
const network = (pooling: string, sharpness: number | undefined, given: Partial<ComparisonRow> = {}) =>
  row({ method: pooling, pooling, head: 'softmax', ...(sharpness === undefined ? {} : { sharpness }), ...given });
const baseline = (method: string, given: Partial<ComparisonRow> = {}) =>
  row({ method, kind: 'baseline', meanAveragePrecision: null, ...given });

describe('the table as CSV', () => {
  const text = fc.stringMatching(/^[a-z][a-z", -]{0,9}[a-z]$/);
  const count = fc.nat({ max: 1e5 });
  const share = fc.option(fc.double({ min: 0, max: 1, noNaN: true, noDefaultInfinity: true }), { nil: null });
  const rows = fc.array(
    fc.record({
      ...{ method: text, kind: fc.constantFrom('network' as const, 'baseline' as const), protocol: text },
      ...{ seed: count, folds: count, fields: fc.integer({ min: 1, max: 1e5 }), correctFields: count },
      ...{ meanClassAccuracy: share, meanAveragePrecision: share, treatments: count, correctTreatments: count },
    }),
    { minLength: 1, maxLength: 5 },
  );

  it('reads back to the same numbers', () => {
    const known = (value: string | undefined) => (value === '' ? null : Number(value));
    fc.assert(
      fc.property(rows, (written) => {
        const read: Record<string, string>[] = parse(formatComparisonCsv(written), { columns: true });
        const numbers = read.map((line) => ({
          method: line.Method,
          kind: line.Kind,
          protocol: line.Protocol,
          seed: known(line.Seed),
          folds: known(line.Folds),
          fields: known(line.Fields),
          correctFields: known(line.CorrectFields),
          meanClassAccuracy: known(line.MeanClassAccuracy),
          meanAveragePrecision: known(line.MeanAveragePrecision),
          treatments: known(line.Treatments),
          correctTreatments: known(line.CorrectTreatments),
        }));
        expect(numbers).toEqual(written.map((line) => JSON.parse(JSON.stringify(line))));
        for (const [i, { FieldAccuracy }] of read.entries()) {
          expect(Number(FieldAccuracy)).toBe(written[i]!.correctFields / written[i]!.fields);
        }
      }),
    );
  });

  it('leaves empty what is not known', () => {
    const rows = [
      network('log-sum-exp', 2.5, {
        zPrime: 0.75,
        seconds: 120.5,
        correctFields: 396,
        accuracy95: { low: 0.85, high: 0.95 },
      }),
      baseline('majority-class', { treatments: 0, correctTreatments: 0, correctFields: 110 }),
    ];
    expect(formatComparisonCsv(rows)).toBe(
      `${[
        'Method,Kind,Pooling,Sharpness,Head,Instances,Bag,Protocol,Seed,Folds,Fields,CorrectFields,FieldAccuracy,FieldAccuracyLow,FieldAccuracyHigh,MeanClassAccuracy,MeanAveragePrecision,Treatments,CorrectTreatments,TreatmentAccuracy,Zfactor,Seconds',
        'log-sum-exp,network,log-sum-exp,2.5,softmax,positions,field,replicate,1,2,440,396,0.9,0.85,0.95,0.97,0.99,55,55,1,0.75,120.5',
        'majority-class,baseline,,,,,,replicate,1,2,440,110,0.25,,,0.97,,0,0,,,',
      ].join('\n')}\n`,
    );
  });
});

describe('the summary', () => {
  it('has mean and range over the seeds of a method under a protocol', () => {
    const rows = [
      network('noisy-and', 10, { seed: 2, correctFields: 440, correctTreatments: 54 }),
      network('noisy-and', 10, { seed: 1, correctFields: 330 }),
      network('noisy-and', 10, { protocol: 'compound', folds: 18 }),
      network('noisy-and', 5),
    ];
    const [first, ...others] = summarize(rows);
    expect(first).toMatchObject({
      ...{ pooling: 'noisy-and', sharpness: 10, protocol: 'replicate', seeds: [1, 2] },
      ...{ folds: { mean: 2, least: 2, most: 2 }, fields: { mean: 440, least: 440, most: 440 } },
      fieldAccuracy: { mean: 0.875, least: 0.75, most: 1 },
      treatments: { mean: 55, least: 55, most: 55 },
      correctTreatments: { mean: 54.5, least: 54, most: 55 },
      treatmentAccuracy: { mean: 54.5 / 55, least: 54 / 55, most: 1 },
    });
    expect(others.map(({ sharpness, protocol, seeds }) => ({ sharpness, protocol, seeds }))).toEqual([
      { sharpness: 10, protocol: 'compound', seeds: [1] },
      { sharpness: 5, protocol: 'replicate', seeds: [1] },
    ]);
  });

  it('has the mean of the intervals of the seeds, if all have one', () => {
    const [low, high] = [
      { low: 0.5, high: 0.8 },
      { low: 0.7, high: 0.9 },
    ];
    const known = [
      network('mean', undefined, { accuracy95: low }),
      network('mean', undefined, { seed: 2, accuracy95: high }),
    ];
    const interval = summarize(known)[0]!.fieldAccuracy95!;
    expect(interval.low).toBeCloseTo(0.6, 12);
    expect(interval.high).toBeCloseTo(0.85, 12);
    expect(summarize([known[0]!, network('mean', undefined, { seed: 2 })])[0]!.fieldAccuracy95).toBeNull();
  });

  it('does not know a mean of which a part is missing', () => {
    const [summary] = summarize([
      baseline('cropped-cells', { meanAveragePrecision: 0.9 }),
      baseline('cropped-cells', { seed: 2 }),
    ]);
    expect(summary!.meanAveragePrecision).toBeNull();
  });

  it('refuses a seed that is there twice', () => {
    expect(() => summarize([network('max', undefined), network('max', undefined)])).toThrow(
      'a method has the same seed twice (found max, protocol replicate, seed 1)',
    );
  });
});

describe('the table as Markdown', () => {
  it('is laid out as in the paper, with the baselines beneath', () => {
    const rows = [
      baseline('majority-class', {
        ...{ correctFields: 88, meanClassAccuracy: 1 / 6, correctTreatments: 11 },
      }),
      network('max', undefined, { correctFields: 211, correctTreatments: 20, meanAveragePrecision: 0.5 }),
      network('noisy-and', 10, { seed: 1, correctFields: 430 }),
      network('noisy-and', 10, { seed: 2, correctFields: 418, correctTreatments: 54 }),
      network('noisy-and', 5, { meanClassAccuracy: 0.9999 }),
      network('log-sum-exp', 1, { correctFields: 431, meanAveragePrecision: 1 }),
      baseline('field-features', { correctFields: 431, meanAveragePrecision: 0.99996 }),
    ];
    expect(formatComparisonMarkdown(rows)).toBe(`\
| Pooling function | Seeds |              fields |          mean class |                 mAP |      treatments |
| ---------------- | ----: | ------------------: | ------------------: | ------------------: | --------------: |
| Noisy-AND a = 5  |     1 |               0.977 |          **0.9999** |               0.990 |       **55/55** |
| Noisy-AND a = 10 |     2 | 0.964 (0.950–0.977) | 0.970 (0.970–0.970) | 0.990 (0.990–0.990) | 54.5/55 (54–55) |
| LSE r = 1        |     1 |           **0.980** |               0.970 |           **1.000** |       **55/55** |
| Max              |     1 |               0.480 |               0.970 |               0.500 |           20/55 |
| _Baselines_      |       |                     |                     |                     |                 |
| Field features   |     1 |           **0.980** |               0.970 |             0.99996 |       **55/55** |
| Majority class   |     1 |               0.200 |               0.167 |                   – |           11/55 |

fields: share of the fields that are right; mean class: the mean over the classes of this share; mAP: mean average precision; treatments: those right by the median of their fields. The last layer of the networks is softmax. Of several seeds the mean, with the lowest and the highest in brackets. The best of each column in bold.

- replicate: 2 folds; 440 fields and 55 treatments tested.
`);
  });

  it('has intervals in square brackets, of the methods that have one', () => {
    const text = formatComparisonMarkdown([
      network('max', undefined, { accuracy95: { low: 0.95, high: 0.9912 } }),
      baseline('majority-class'),
    ]);
    expect(text).toContain('| **0.977** [0.950–0.991] |');
    expect(text).toContain('In square brackets the 95 % interval over wells. The best');
    expect(text).toMatch(/Majority class .* \*\*0\.977\*\* \|/);
    expect(formatComparisonMarkdown([network('max', undefined)])).not.toContain('interval');
  });

  it('has four columns for each protocol, and says how many seeds each had', () => {
    const rows = [
      network('mean', undefined, { protocol: 'compound', folds: 18, fields: 400, treatments: 54, correctFields: 380 }),
      network('mean', undefined),
      network('mean', undefined, { seed: 2 }),
      baseline('batch-alone', { correctFields: 264 }),
    ];
    const lines = formatComparisonMarkdown(rows).split('\n');
    expect(lines[0]!.split('|').map((cell) => cell.trim())).toEqual([
      ...['', 'Pooling function', 'Seeds'],
      ...['fields', 'mean class', 'mAP', 'treatments'].map((name) => `replicate: ${name}`),
      ...['fields', 'mean class', 'mAP', 'treatments'].map((name) => `compound (NSC): ${name}`),
      '',
    ]);
    expect(lines[2]).toContain('replicate 2, compound (NSC) 1');
    // Nobody else was tested there, so nobody is best.
    expect(lines[2]).not.toContain('**0.950**');
    expect(lines[4]).toMatch(/Batch alone .* 0\.600 .* – \|$/);
    expect(lines.slice(-3)).toEqual([
      '- replicate: 2 folds; 440 fields and 55 treatments tested.',
      '- compound (NSC): 18 folds; 400 fields and 54 treatments tested.',
      '',
    ]);
  });

  it('tells heads apart where there are several, and never rounds up to all', () => {
    const seeds = Array.from({ length: 30 }, (_, i) =>
      network('isr', undefined, { seed: i + 1, head: 'sigmoid', correctTreatments: i === 0 ? 54 : 55 }),
    );
    const text = formatComparisonMarkdown([network('isr', undefined), ...seeds]);
    expect(text).toContain('| ISR, softmax ');
    expect(text).toContain('| ISR, sigmoid ');
    expect(text).toContain('54.97/55 (54–55)');
    expect(text).not.toContain('The last layer');
  });
});
