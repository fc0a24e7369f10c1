import { describe, expect, it } from 'vitest';
import type { ScoredWell, Scoring } from '../../../../evaluation/assay/assay.ts';
import type { Gallery } from '../../document.ts';
import { packNumbers, packPlaces } from '../../packed-numbers.ts';
import type { PageData } from '../../page-data.ts';
import { roundLength } from '../pictures/scale-bar.ts';
import { columnTitle } from '../words.ts';
import { scaleColour } from './colours.ts';
import { doseReader, readFieldTable } from './field-table.ts';
import { galleryKinds } from './gallery-kinds.ts';
import { placeOnScale, plateLayers } from './layers.ts';
import { nearestRow, nextRow } from './nearest.ts';
import { mapPlates } from './plate-maps.ts';
import { summarizeTreatments } from './treatments.ts';
import { readPlates } from './wells.ts';

const page: Omit<PageData, 'columns'> = {
  ...{ unit: 'field', rows: 4, classes: ['A', 'B'], channels: [], sheets: [], galleries: [], pictures: [], lists: [] },
  ...{ several: false, perClass: [], confusion: null, assay: null },
};

/** Two wells with two fields each: in the first the fields differ, in the second both are B. */
const columns: PageData['columns'] = [
  { name: 'Metadata_Plate', role: 'plate', texts: ['P1', 'P2'], places: packPlaces([0, 0, 1, 1], 2) },
  { name: 'Metadata_Well', role: 'well', texts: ['A01', 'B01'], places: packPlaces([0, 0, 1, 1], 2) },
  { name: 'Metadata_Treatment', role: 'treatment', texts: ['taxol 1'], places: packPlaces([0, 0, 0, 0], 1) },
  { name: 'MIL_Predicted', role: 'predicted', texts: ['A', 'B'], places: packPlaces([0, 1, 1, 1], 2) },
  { name: 'MIL_Probability_A', role: 'probability', of: 'A', numbers: packNumbers([0.9, 0.4, 0.2, 0.1]) },
  { name: 'MIL_Probability_B', role: 'probability', of: 'B', numbers: packNumbers([0.1, 0.6, 0.8, 0.9]) },
  { name: 'Mean_DNA', role: 'channelMean', of: 'DNA', numbers: packNumbers([100, null, 300, 500]) },
];
const truth = { name: 'MOA', role: 'truth' as const, texts: ['B', ''], places: packPlaces([0, 0, 0, 1], 2) };

describe('the map of a plate', () => {
  const sizes = (...plates: string[][]) =>
    mapPlates(plates).map(({ rows, columns }) => [rows.at(-1), columns.at(-1), rows.length * columns.length]);

  it('is the whole of the smallest plate that has the wells of all plates', () => {
    expect(sizes(['B02', 'F12'], ['C03'])).toEqual([
      ['H', '12', 96],
      ['H', '12', 96],
    ]);
    expect(mapPlates([['B02', 'F12']])[0]!.placeOf('F12')).toEqual({ row: 5, column: 11 });
    const smallest = ['B03', 'C04', 'D06', 'F08', 'H12', 'P24', 'AF48'].map((well) => sizes([well])[0]![2]);
    expect(smallest).toEqual([6, 12, 24, 48, 96, 384, 1536]);
  });

  it('is that of the wells alone, where no plate has such wells', () => {
    expect(sizes(['slide 1', 'slide 2'], ['A01'])).toEqual([
      ['', '', 2],
      ['B', '3', 6],
    ]);
    expect(sizes(['A01', 'AG49'])[0]![2]).toBe(4);
  });
});

describe('layers of a plate map', () => {
  const look = (all: PageData['columns']) => {
    const table = readFieldTable({ ...page, columns: all });
    const plates = readPlates(table, []);
    const layers = plateLayers(table, plates, { scoring: undefined, pictures: false, classes: 2 });
    const values = (key: string) => {
      const layer = layers.find((one) => one.key === key);
      if (layer?.kind !== 'number') return undefined;
      return plates.flatMap(({ wells }) => wells.map(layer.valueIn)).map((value) => Number(value.toFixed(6)));
    };
    return { names: layers.map(({ name }) => name), values, layers };
  };

  it('are those that the table has something for', () => {
    expect(look(columns).names).toEqual(['Prediction', 'Confidence', 'Disagreement', 'Mean DNA']);
    expect(look([truth, ...columns]).names[0]).toBe('Truth');
  });

  it('have the share of each class among the cells of a well, where rows are cells', () => {
    const object = { name: 'ObjectNumber', role: 'objectNumber' as const, numbers: packNumbers([1, 2, 1, 2]) };
    const { names, values } = look([object, ...columns]);
    expect(names).toEqual(expect.arrayContaining(['Cells of A', 'Cells of B']));
    expect(values('share:A')).toEqual([0.5, 0]);
    expect(values('share:B')).toEqual([0.5, 1]);
  });

  it('call what was counted by its name', () => {
    const count = (name: string) => ({ name, role: 'cells' as const, numbers: packNumbers([4, 2, 7, 3]) });
    expect(look([count('Count_Cells'), ...columns]).names).toContain('Cells');
    const { names, values } = look([count('Count_Regions'), ...columns]);
    expect(names).toContain('Regions');
    expect(values('cells')).toEqual([3, 5]);
  });

  it('are means over the fields of a well, without those that are not known', () => {
    expect(look(columns).values('confidence')).toEqual([0.75, 0.85]);
    expect(look(columns).values('mean:DNA')).toEqual([100, 400]);
  });

  it('have disagreement with the truth, or where there is none among the fields of a well', () => {
    expect(look([truth, ...columns]).values('disagreement')).toEqual([0.5, 0]);
    expect(look(columns).values('disagreement')).toEqual([0.5, 0]);
    const wrong = { ...truth, texts: ['A', ''] };
    expect(look([wrong, ...columns]).values('disagreement')).toEqual([0.5, 1]);
  });
});

describe('the layer of disagreement', () => {
  const single = columns.map((column) =>
    column.role === 'well'
      ? { ...column, texts: ['A01', 'B01', 'C01', 'D01'], places: packPlaces([0, 1, 2, 3], 4) }
      : column,
  );
  const names = (all: PageData['columns']) => {
    const table = readFieldTable({ ...page, columns: all });
    return plateLayers(table, readPlates(table, []), { scoring: undefined, pictures: false, classes: 2 }).map(
      ({ name }) => name,
    );
  };

  it('is left out where nothing is known that could disagree', () => {
    expect(names(single)).toEqual(['Prediction', 'Confidence', 'Mean DNA']);
    expect(names([truth, ...single])).toContain('Disagreement');
    expect(names([{ ...truth, texts: ['', ''] }, ...single])).not.toContain('Disagreement');
  });
});

describe('the layer of scores against controls', () => {
  const scoring: Scoring = {
    ...{ kind: 'class', of: 'B', against: null, words: 'B', normalization: 'robust-z', correction: 'none' },
  };
  const layerOf = (scores: number[], of: Scoring = scoring) => {
    const wells = scores.map(
      (normalized, i): ScoredWell => ({
        ...{ plate: 'P1', group: null, well: `A0${i + 1}`, row: 0, column: i, role: 'sample', treatment: null },
        ...{ compound: null, dose: null, unit: null, replicate: null, fields: 1, score: 0, corrected: null },
        ...{ normalized, cells: null, fewCells: false },
      }),
    );
    const table = readFieldTable({ ...page, columns });
    const layers = plateLayers(table, readPlates(table, wells), { scoring: of, pictures: false, classes: 2 });
    return layers.find((layer) => layer.key === 'normalized') as Extract<(typeof layers)[number], { kind: 'number' }>;
  };

  it('has logarithmic colours, the same above and below zero, where scores are large', () => {
    const layer = layerOf([0, 500, 1230]);
    expect([layer.logarithmic, ...layer.domain]).toEqual([true, -1230, 1230]);
    expect([-1230, 0, 1230].map((value) => placeOnScale(layer, value))).toEqual([0, 0.5, 1]);
    // With linear colours it would be at 0.70.
    expect(placeOnScale(layer, 500)).toBeGreaterThan(0.9);
    expect(placeOnScale(layer, -500)).toBeCloseTo(1 - placeOnScale(layer, 500), 12);
    expect(placeOnScale(layer, 1)).toBeLessThan(0.53);
  });

  it('has linear colours else', () => {
    const layer = layerOf([-4, 10, 30]);
    expect([layer.logarithmic, placeOnScale(layer, 15)]).toEqual([false, 0.75]);
    expect(layerOf([-4, 110], { ...scoring, normalization: 'percent-of-controls' }).logarithmic).toBe(false);
  });
});

describe('doses', () => {
  const dose = {
    name: 'Metadata_Concentration',
    role: 'dose' as const,
    texts: ['5.0', ''],
    places: packPlaces([0, 0, 0, 1], 2),
  };
  const read = (...all: PageData['columns']) => {
    const reader = doseReader(readFieldTable({ ...page, columns: all }));
    return [0, 1, 2, 3].map(reader);
  };

  it('are written with their unit, where a column or its name says it', () => {
    const unit = {
      name: 'Metadata_Unit',
      role: 'metadata' as const,
      texts: ['uM', 'nM', ''],
      places: packPlaces([0, 1, 2, 0], 3),
    };
    expect(read(dose, unit)).toEqual(['5.0 uM', '5.0 nM', '5.0', '']);
    expect(read({ ...dose, name: 'Metadata_Dose_uM' })[0]).toBe('5.0 µM');
    expect(read(dose)[0]).toBe('5.0');
    expect(read()).toEqual(['', '', '', '']);
  });
});

describe('kinds of a gallery', () => {
  const gallery = (kind: Gallery['kind'], fields: number[]): Gallery => ({
    ...{ class: 'A', kind },
    entries: fields.map((field) => ({
      ...{ field, picture: `${field}.webp`, overlay: null, width: 1, height: 1, pixelSize: null },
    })),
  });
  const shown = (galleries: Gallery[], passes = (_: number) => true) =>
    galleryKinds(galleries, passes).map(({ title, entries }) => [title, ...entries.map(({ field }) => field)]);

  it('are the best, the least sure and the worst', () => {
    expect(shown([gallery('worst', [9]), gallery('best', [1, 2]), gallery('least sure', [2, 3])])).toEqual([
      ['Best', 1, 2],
      ['Least sure', 2, 3],
      ['Worst', 9],
    ]);
  });

  it('show the same few pictures once', () => {
    const all = [gallery('best', [1, 2]), gallery('least sure', [2, 1])];
    expect(shown(all)).toEqual([['Best and least sure', 1, 2]]);
    expect(shown([...all, gallery('worst', [4])], (field) => field === 4)).toEqual([['Worst', 4]]);
  });
});

describe('titles of columns', () => {
  it('are what people say', () => {
    expect(columnTitle('Image_Metadata_Plate_Name')).toBe('Plate Name');
    expect(columnTitle('ImageQuality_PercentMaximal_GFP')).toBe('Saturated pixels GFP (%)');
  });
});

describe('treatments', () => {
  it('are predicted by medians, and count the replicates that agree', () => {
    const [taxol, ...others] = summarizeTreatments(readFieldTable({ ...page, columns }));
    expect(others).toEqual([]);
    // Medians of A are 0.3, of B 0.7; on P1 alone 0.65 and 0.35.
    expect(taxol).toMatchObject({ name: 'taxol 1', predicted: 1, agreeing: 1, truth: undefined });
    expect(taxol!.probability).toBeCloseTo(0.7, 6);
    expect(taxol!.replicates.map(({ name, predicted }) => [name, predicted])).toEqual([
      ['P1', 0],
      ['P2', 1],
    ]);
  });
});

describe('the map of fields', () => {
  const places = { x: [0, 10, 12, 0, Number.NaN], y: [0, 3, 0, 10, Number.NaN] };
  const rows = [0, 1, 2, 3, 4];

  it('finds the field under the pointer, and none where there is none', () => {
    expect(nearestRow(places, rows, { x: 11.4, y: 0, reach: 5 })).toBe(2);
    expect(nearestRow(places, [0, 1], { x: 11.4, y: 0, reach: 5 })).toBe(1);
    expect(nearestRow(places, rows, { x: 50, y: 50, reach: 5 })).toBeUndefined();
  });

  it('is walked straight on', () => {
    expect(nextRow(places, rows, { from: 0, right: 1, down: 0 })).toBe(2);
    expect(nextRow(places, rows, { from: 0, right: 0, down: 1 })).toBe(3);
    expect(nextRow(places, rows, { from: 0, right: -1, down: 0 })).toBeUndefined();
  });
});

describe('scales', () => {
  it('end where the values end', () => {
    expect(scaleColour('viridis', -3, 'light')).toBe(scaleColour('viridis', 0, 'light'));
    expect(scaleColour('viridis', 1.5, 'light')).toBe('rgb(253, 231, 37)');
  });

  it('have bars of a round length that fits', () => {
    expect([7, 153.6, 0.04, 1000, 20].map(roundLength)).toEqual([5, 100, 0.02, 1000, 20]);
  });
});
