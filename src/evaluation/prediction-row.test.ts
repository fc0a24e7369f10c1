import { describe, expect, it } from 'vitest';
import { rowBuilder } from './prediction-row.ts';

const field = { imageNumber: 7, metadata: { Metadata_Well: 'B02' } };
const prediction = {
  predicted: 1,
  probability: Float32Array.of(0.25, 0.75),
  bag: Float32Array.of(0.5, 0.125),
};
const cell = { objectNumber: 3, x: 10.5, y: 20 };

describe('a row of one label', () => {
  const rowOf = rowBuilder({ classes: ['DMSO', 'taxol'], model: 'abc' });

  it('names the class that the prediction gives, with all that is known of the field', () => {
    expect(rowOf({ field, prediction, channelMeans: [100, 200] })).toEqual({
      ...field,
      predicted: 'taxol',
      probability: prediction.probability,
      bag: prediction.bag,
      model: 'abc',
      channelMeans: [100, 200],
    });
  });

  it('has a cell and a profile only where they are given', () => {
    const profile = Float32Array.of(1, 2, 3);
    expect(Object.keys(rowOf({ field, prediction }))).not.toContain('cell');
    expect(rowOf({ field, prediction: { ...prediction, profile }, cell })).toMatchObject({
      cell,
      profile,
      channelMeans: [],
    });
  });
});

describe('a row of several labels', () => {
  const rowOf = rowBuilder({ classes: ['DMSO', 'taxol'], thresholds: [0.2, 0.7], model: 'abc' });

  it('names those that reach their thresholds in the last layer, of a field', () => {
    expect(rowOf({ field, prediction }).predicted).toBe('DMSO|taxol');
  });

  it('names those that reach them in the pooling layer, of a cell', () => {
    expect(rowOf({ field, prediction, cell }).predicted).toBe('DMSO');
  });
});
