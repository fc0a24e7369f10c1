import { describe, expect, it } from 'vitest';
import { measureField } from '../../pixels/channel-quantiles.ts';
import type { Screen } from '../screen.ts';
import { measureNormalization } from './measure-normalization.ts';
import { matchPlates, measurePlates } from './plates.ts';

const fields = ['P1', ' P1', 'P2'].map((plate, i) => ({
  ...{ imageNumber: i + 1, row: i + 2, sources: [] },
  metadata: { Metadata_Plate: plate },
}));
const screen: Screen = { source: 'fields.csv', channels: ['DNA'], columns: ['Metadata_Plate'], fields };
const image = (...pixels: readonly number[]) => ({
  ...{ data: Uint16Array.from(pixels), channels: 1, height: 1, width: pixels.length },
});
const normalization = { mean: [100], deviation: [10], scope: 'plate' } as const;

describe('plates', () => {
  it('are made alike: all of their fields, whatever blanks stand around their names', () => {
    const measured = [image(10, 30), image(20, 40)].map((of, i) => [fields[i]!, measureField(of, 'mean')] as const);
    const plates = measurePlates(screen, measured);
    expect(Object.keys(plates)).toEqual(['P1']);
    const adjust = matchPlates(screen, { plates, normalization });
    const seen = [image(10, 30), image(20, 40)].flatMap((of, i) => [...adjust(fields[i]!, of).data]);
    const mean = seen.reduce((sum, value) => sum + value, 0) / 4;
    expect(mean).toBeCloseTo(100, 4);
    expect(Math.sqrt(seen.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4)).toBeCloseTo(10, 4);
    const reference = { mean: [0], deviation: [1] };
    const toReference = matchPlates(screen, { plates, normalization: { ...normalization, reference } });
    expect(toReference(fields[0]!, image(25)).data[0]).toBeCloseTo(0, 4);
    // Of the other plate nothing could be read.
    expect(() => adjust(fields[2]!, image(5))).toThrow(/fields\.csv, row 4: the plate P2 was not measured/);
  });

  it('are refused where medians do not describe them', () => {
    const measured = [[fields[2]!, measureField(image(7, 7, 7, 90), 'median')]] as const;
    expect(() => measurePlates(screen, measured, 'median')).toThrow(
      /half of the pixels of the channel DNA .* in plate P2.*median 7, MAD 0.*plateMeasure mean/s,
    );
  });

  it('are refused where a channel is constant in the control wells of one, unless it is in those of all', () => {
    const wells = ['DMSO', 'taxol', 'DMSO', 'taxol'].map((drug, i) => ({
      ...{ imageNumber: i + 1, row: i + 2, sources: [] },
      metadata: { Metadata_Plate: i < 2 ? 'P1' : 'P2', Metadata_Drug: drug },
    }));
    const treated: Screen = { ...screen, columns: ['Metadata_Plate', 'Metadata_Drug'], fields: wells };
    const controls = { column: 'Metadata_Drug', values: ['DMSO'] };
    const decided = { scope: 'controls', measure: 'mean', controls } as const;
    const measure = (images: readonly ReturnType<typeof image>[]) => {
      const measured = wells.map((field, i) => [field, measureField(images[i]!, 'mean')] as const);
      return measureNormalization(treated, { decided, measured, trained: measured });
    };
    const flat = image(5, 5);
    const other = image(10, 30);
    expect(() => measure([flat, other, other, other])).toThrow(
      /channel DNA has one intensity in all control wells of plate P1.*5 in every pixel.*normalization plate/s,
    );
    expect(measure([flat, other, flat, other]).plates).toMatchObject({ P1: { mean: [5] }, P2: { mean: [5] } });
    expect(measure([other, flat, other, flat]).plates).toMatchObject({ P1: { mean: [20], deviation: [10] } });
  });
});
