import { describe, expect, it } from 'vitest';
import { parseRequest } from '../workflow.ts';
import { compareRequest, SETTINGS } from './request.ts';

const parse = (more: Readonly<Record<string, unknown>> = {}) =>
  parseRequest(compareRequest, { screen: 'fields.csv', label: 'MOA', out: 'compared', ...more });

describe('the request of compare', () => {
  it('takes lists as text with commas or as lists', () => {
    const text = { poolings: 'noisy-and=7.5, mean', sharpness: '5,7.5', heads: 'sigmoid,softmax', baselines: 'none' };
    const lists = {
      poolings: ['noisy-and=7.5', 'mean'],
      sharpness: [5, 7.5],
      heads: ['softmax', 'sigmoid'],
      baselines: [],
    };
    const expected = {
      poolings: [
        { pooling: 'noisy-and', sharpness: 7.5 },
        { pooling: 'mean', sharpness: undefined },
      ],
      sharpness: [5, 7.5],
      heads: ['softmax', 'sigmoid'],
      baselines: [],
    };
    expect(parse(text)).toMatchObject(expected);
    expect(parse(lists)).toMatchObject(expected);
  });

  it('compares all pooling functions with the simple baselines unless told otherwise', () => {
    const request = parse();
    expect(request.poolings).toHaveLength(8);
    expect(request).toMatchObject({
      baselines: ['majority-class', 'mean-intensity', 'batch-alone'],
      heads: ['softmax'],
      protocols: ['k-fold'],
      seeds: 1,
    });
    expect(parse({ poolings: 'none' }).poolings).toEqual([]);
  });

  it.each([
    ['poolings', ['median'], 'Expected all, none, or some of: noisy-and'],
    ['poolings', 'mean=3', 'mean has no sharpness'],
    ['poolings', 'noisy-and=0', 'Expected a sharpness from 0.1 to 100'],
    ['sharpness', ['5', 'steep'], 'Expected a sharpness from 0.1 to 100'],
    ['protocols', 'plate', 'Expected some of: paper'],
    ['protocols', [], 'Expected some of: paper'],
    ['baselines', ['umap'], 'Expected none, or some of'],
    ['baselines', 7, 'Expected none, or some of'],
  ])('refuses %s %j', (option, value, problem) => {
    expect(() => parse({ [option]: value })).toThrow(
      expect.objectContaining({ tag: 'BadOption', details: expect.objectContaining({ option }) }),
    );
    expect(() => parse({ [option]: value })).toThrow(problem);
  });
});

it('results stand beside one another that agree in these', () => {
  expect([...SETTINGS].sort()).toEqual(
    [
      ...[
        'label',
        'holdout',
        'folds',
        'fraction',
        'treatment',
        'replicate',
        'compound',
        'batchColumn',
        'channels',
        'setAside',
      ],
      ...[
        'validation',
        'epochs',
        'batch',
        'microBatch',
        'crop',
        'firstCrop',
        'enlarge',
        'normalization',
        'learningRate',
      ],
      ...['controlColumn', 'negative', 'positive', 'plateMeasure'],
      ...['thresholdLearningRate', 'dropout', 'balance', 'jitter', 'averaging', 'schedule', 'plan'],
      ...['level', 'pattern', 'plateFormat', 'annotations', 'on', 'pages', 'plateMap', 'projection', 'illumination'],
    ].sort(),
  );
});
