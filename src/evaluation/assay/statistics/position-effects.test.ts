import { describe, expect, it } from 'vitest';
import type { PlacedScore } from './median-polish.ts';
import { plateSizeOf, positionEffects } from './position-effects.ts';
import { simulatePlate } from './testing/simulate-plate.ts';

const found = (wells: readonly PlacedScore[]) =>
  positionEffects(wells)
    .filter(({ q }) => q < 0.05)
    .map(({ name }) => name);

describe('positionEffects', () => {
  it('names the edge, every row and every column of a plate, and how many wells are compared', () => {
    const effects = positionEffects(simulatePlate(1, () => 0));
    expect(effects.map(({ name }) => name)).toEqual([
      'edge',
      ...[...'ABCDEFGH'].map((letter) => `row ${letter}`),
      ...Array.from({ length: 12 }, (_, i) => `column ${i + 1}`),
    ]);
    expect(effects[0]).toMatchObject({ kind: 'edge', wells: 36, others: 60 });
    expect(effects[1]).toMatchObject({ kind: 'row', wells: 12, others: 60 });
    expect(effects[2]).toMatchObject({ kind: 'row', wells: 12, others: 50 });
    expect(effects[10]).toMatchObject({ kind: 'column', wells: 8, others: 54 });
  });

  it('finds a column that scores higher, and which way', () => {
    const wells = simulatePlate(2, (_, column) => (column === 4 ? 3 : 0));
    expect(found(wells)).toEqual(['column 5']);
    expect(positionEffects(wells).find(({ name }) => name === 'column 5')!.delta).toBeGreaterThan(0.8);
  });

  it('finds an edge that scores lower, with the rows and columns that it is made of', () => {
    const wells = simulatePlate(3, (row, column) => (row % 7 === 0 || column % 11 === 0 ? -2 : 0));
    expect(found(wells)).toEqual(['edge', 'row A', 'row H', 'column 1', 'column 12']);
    expect(positionEffects(wells)[0]!.delta).toBeLessThan(-0.7);
  });

  it('takes no column of ignored controls for an effect', () => {
    const wells = simulatePlate(4, (_, column) => (column === 5 ? 9 : 0));
    expect(found(wells)).toContain('column 6');
    expect(found(wells.map((well) => ({ ...well, ignored: well.column === 5 })))).not.toContain('column 6');
  });

  it('finds something on few plates without effects', () => {
    const plates = Array.from({ length: 40 }, (_, i) => found(simulatePlate(100 + i, () => 0)));
    expect(plates.filter((names) => names.length > 0).length).toBeLessThanOrEqual(6);
  });

  it('tests no place of so few wells that nothing could be found', () => {
    expect(positionEffects(simulatePlate(5, () => 0).slice(0, 12))).toEqual([]);
    expect(positionEffects([])).toEqual([]);
  });
});

describe('plateSizeOf', () => {
  it('is the smallest usual plate', () => {
    expect(plateSizeOf([{ row: 6, column: 10 }])).toEqual({ rows: 8, columns: 12 });
    expect(plateSizeOf([{ row: 8, column: 0 }])).toEqual({ rows: 16, columns: 24 });
    expect(plateSizeOf([{ row: 40, column: 60 }])).toEqual({ rows: 41, columns: 61 });
  });
});
