import { describe, expect, it } from 'vitest';
import { carriedColumns, formatPredictionHeader, formatPredictions } from './prediction-table.ts';

describe('formatPredictions', () => {
  const columns = { metadata: ['Metadata_Plate', 'Metadata_MOA'], classes: ['x', 'y, z'], channels: ['DNA'] };
  const row = {
    imageNumber: 7,
    metadata: { Metadata_Plate: 'P"1"', Metadata_MOA: 'y, z' },
    predicted: 'y, z',
    probability: Float32Array.of(0.2, 0.8),
    bag: Float32Array.of(0.3, 0.9),
    model: 'abc',
    channelMeans: [812.5],
  };

  it('has the columns in the order of the contract, and quotes what needs it', () => {
    expect(formatPredictionHeader(columns)).toBe(
      'Metadata_Plate,Metadata_MOA,ImageNumber,MIL_Predicted,MIL_Probability_x,"MIL_Probability_y, z",MIL_Bag_x,"MIL_Bag_y, z",MIL_Model,Intensity_MeanIntensity_DNA\n',
    );
    expect(formatPredictions([row], columns)).toBe('"P""1""","y, z",7,"y, z",0.2,0.8,0.3,0.9,abc,812.5\n');
  });

  it('has the threshold of each class where a field may have several labels', () => {
    const several = { ...columns, thresholds: [0.5, 0.25] };
    const header = formatPredictionHeader(several);
    expect(header).toContain(',MIL_Model,MIL_Threshold_x,"MIL_Threshold_y, z",Intensity_MeanIntensity_DNA\n');
    const both = { ...row, predicted: 'x|y, z' };
    expect(formatPredictions([both], several)).toBe('"P""1""","y, z",7,"x|y, z",0.2,0.8,0.3,0.9,abc,0.5,0.25,812.5\n');
  });

  it('can be written in pieces, and leaves what is not known empty', () => {
    const bare = { ...row, metadata: {}, bag: [], channelMeans: [] };
    expect(formatPredictions([row], columns) + formatPredictions([bare], columns)).toBe(
      formatPredictions([row, bare], columns),
    );
    expect(formatPredictions([bare], columns)).toBe(',,7,"y, z",0.2,0.8,,,abc,\n');
    expect(formatPredictions([], columns)).toBe('');
  });
});

describe('carriedColumns', () => {
  it('carries metadata under CellProfiler names, once each, and nothing that is measured', () => {
    const columns = [
      'TableNumber',
      'ImageNumber',
      'Image_FileName_DAPI',
      'Image_Metadata_Plate_DAPI',
      'Replicate',
      'Height_DAPI',
      'ObjectsFileName_Cells',
      'moa',
      'Metadata_MOA',
      'MIL_Predicted',
    ];
    expect(carriedColumns(columns)).toEqual([
      { column: 'Image_Metadata_Plate_DAPI', name: 'Metadata_Plate_DAPI' },
      { column: 'Replicate', name: 'Metadata_Replicate' },
      { column: 'Metadata_MOA', name: 'Metadata_MOA' },
    ]);
  });
});
