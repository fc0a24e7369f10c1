import { describe, expect, it } from 'vitest';
import { evaluatePredictions } from '../../evaluation/evaluate.ts';
import type { PredictionTable } from '../../evaluation/prediction-table.ts';
import { countPredicted, headlineOfMetrics, headlineOfPredictions } from './headline.ts';
import { worriesOf } from './worries.ts';

/** Twelve wells of two fields, half of them taxol on plate Q, all right but the first field. */
function metricsOf({ trained = 0, batches = true }: { trained?: number; batches?: boolean } = {}) {
  const rows = Array.from({ length: 24 }, (_, i) => {
    const truth = i < 12 ? 'DMSO' : 'taxol';
    const predicted = i === 0 ? 'taxol' : truth;
    return {
      imageNumber: i + 1,
      metadata: {
        Metadata_Plate: batches && i >= 12 ? 'Q' : 'P',
        Metadata_Well: `A${1 + (i >> 1)}`,
        Metadata_MOA: truth,
      },
      predicted,
      probability: predicted === 'DMSO' ? [0.9, 0.1] : [0.1, 0.9],
      bag: [],
      model: 'f00',
      channelMeans: [],
    };
  });
  const classes = ['DMSO', 'taxol'];
  const metadata = ['Metadata_Plate', 'Metadata_Well', 'Metadata_MOA'];
  const table: PredictionTable = { source: 'p.csv', metadata, classes, channels: [], rows };
  const reference = rows.slice(0, trained).map(({ imageNumber, metadata: { Metadata_Plate, Metadata_Well } }) => {
    return { imageNumber, label: 'DMSO', well: `${Metadata_Plate} A${Metadata_Well!.slice(1).padStart(2, '0')}` };
  });
  return evaluatePredictions(table, { label: 'MOA', ...(trained > 0 && { reference }) });
}

describe('the headline', () => {
  it('counts what is right, with intervals, and sets baselines beside it, best first', () => {
    const { sentences, facts, baselines } = headlineOfMetrics(metricsOf());
    expect(sentences[0]).toMatch(/^23 of 24 fields are right \(0\.958; 95 % interval 0\.\d{3} to 0\.\d{3}\)\.$/);
    expect(sentences.join(' ')).toContain('Taken together, 12 of 12 wells are right.');
    expect(facts.map(({ value }) => value)).toEqual(['0.958', '23/24', '12/12']);
    expect(baselines.map(({ name, accuracy }) => [name, accuracy])).toEqual([
      ['batch alone', 1],
      ['always the most frequent class', 0.5],
    ]);
    // The batch alone is better than the model.
    expect(facts[0]!.kind).toBe('bad');
    expect(headlineOfMetrics(metricsOf({ batches: false })).facts[0]!.kind).toBe('good');
  });

  it('is neither good nor bad where all are right, and so few that a baseline may be as good', () => {
    const metrics = metricsOf({ batches: false });
    const interval = { low: 0.4, high: 1, method: 'few wells' };
    const images = {
      ...{ ...metrics.images, correct: 6, n: 6, accuracy: 1 },
      interval95: { accuracy: interval, meanClassAccuracy: interval },
    };
    const [first] = headlineOfMetrics({ ...metrics, images }).facts;
    expect(first).toEqual({ value: '1.000', name: 'of fields right' });
  });

  it('puts the honest figure first where fields were trained on', () => {
    const { sentences, facts } = headlineOfMetrics(metricsOf({ trained: 12 }));
    expect(sentences[1]).toMatch(
      /^The honest figure is that of 12 fields that the run did not see: 12 of 12 are right/,
    );
    expect(facts[1]).toEqual({ value: '12/12', name: 'fields right' });
  });

  it('counts predictions of which no truth is known, and says how many are shown', () => {
    const { predicted, unlabelled } = countPredicted(['a', 'a|b', '', 'x|y'], ['a', 'b', 'x|y']);
    expect([predicted, unlabelled]).toEqual([{ a: 2, b: 1, 'x|y': 1 }, 1]);
    const { sentences } = headlineOfPredictions({ rows: 20_000, of: 90_000, unit: 'cell', predicted: { a: 90_000 } });
    expect(sentences.slice(0, 2)).toEqual([
      '90000 cells were predicted: 90000 a.',
      '20,000 of them, evenly spread, are shown here.',
    ]);
  });
});

describe('worries', () => {
  const problems = (facts: Parameters<typeof worriesOf>[0]) => worriesOf(facts).map(({ problem }) => problem);

  it('name a batch that predicts the label, and no batch that does not', () => {
    expect(problems({ metrics: metricsOf() })).toContainEqual(
      expect.stringContaining('The batch alone predicts 1.000'),
    );
    expect(problems({ metrics: metricsOf({ batches: false }) }).join()).not.toContain('batch');
  });

  it('begin with what is serious: fields that were trained on', () => {
    const [first] = worriesOf({ metrics: metricsOf({ trained: 12, batches: false }), epochChosenBy: 'last' });
    expect(first).toMatchObject({ serious: true, remedy: 'Rely on the figure of the 12 others.' });
    expect(first!.problem).toContain('trained on 12 of these 24 fields');
  });

  it('count few wells, lost fields, saturated pixels and novel fields', () => {
    const metrics = metricsOf({ batches: false });
    expect(problems({ metrics, wells: 4 })).toContainEqual(expect.stringMatching(/of 4 wells only/));
    expect(problems({ metrics, wells: 12 }).join()).not.toContain('wells only');
    const lost = worriesOf({ skipped: 2, read: 8 });
    expect(lost).toMatchObject([{ serious: true, problem: '2 of 10 fields could not be used.' }]);
    expect(worriesOf({ skipped: 2, read: 98 })[0]!.serious).toBe(false);
    const channel = 'DNA';
    expect(problems({ saturated: [{ channel, share: 0.02 }] })).toEqual([
      '2.0 % of the pixels of DNA are saturated: differences of brightness are lost there.',
    ]);
    expect(problems({ saturated: [{ channel, share: 0.004 }] })).toEqual([]);
    expect(problems({ novelty: [99.5, 99.9, 50, 50], unit: 'field' })).toEqual([
      '2 of 4 fields lie further from the training than 99 in 100 of its own fields do.',
    ]);
    expect(problems({ novelty: [99.5, ...Array(99).fill(20)] })).toEqual([]);
  });
});
