import { describe, expect, it } from 'vitest';
import { measureIntensities } from '../../profiling/quality/intensities.ts';
import { batchesPlot } from '../plots/batches-plot.ts';
import { classesPlot } from '../plots/classes-plot.ts';
import { intensitiesPlot } from '../plots/intensities-plot.ts';
import { renderSvg } from '../plots/render-svg.ts';
import { histogramCurves } from './histogram-curves.ts';
import { mapPlate } from './plate-map.ts';
import { createThumbnail, paintThumbnail } from './thumbnail.ts';

describe('the map of a plate', () => {
  it('has the rows and columns from the first well to the last', () => {
    const { rows, columns, placeOf } = mapPlate(['B02', 'B03', 'D02', 'D03', 'C04']);
    expect([rows, columns]).toEqual([
      ['B', 'C', 'D'],
      ['2', '3', '4'],
    ]);
    expect(placeOf('C04')).toEqual({ row: 1, column: 2 });
  });

  it('leaves empty rows and columns out of a plate that is mostly empty', () => {
    const { rows, columns, placeOf } = mapPlate(['A01', 'H12', 'AA5']);
    expect([rows, columns]).toEqual([
      ['A', 'H', 'AA'],
      ['1', '5', '12'],
    ]);
    expect(placeOf('H12')).toEqual({ row: 1, column: 2 });
  });

  it('puts wells of other names in rows, in the order of people', () => {
    const { rows, columns, placeOf } = mapPlate(Array.from({ length: 14 }, (_, i) => `slide ${14 - i}`));
    expect([rows.length, columns.length]).toEqual([2, 12]);
    expect(placeOf('slide 2')).toEqual({ row: 0, column: 1 });
    expect(placeOf('slide 13')).toEqual({ row: 1, column: 0 });
    expect(placeOf('slide 99')).toBeUndefined();
  });
});

describe('a thumbnail', () => {
  it('has the means of blocks, and the shape of the field', () => {
    const plane = { data: Float32Array.from({ length: 60 }, (_, i) => i), height: 6, width: 10 };
    const { height, width, planes } = createThumbnail([plane, plane], { side: 5 });
    expect([height, width, planes.length]).toEqual([3, 5, 2]);
    expect(planes[0]![0]).toBe((0 + 1 + 10 + 11) / 4);
    expect(planes[0]![14]).toBe((48 + 49 + 58 + 59) / 4);
  });

  it('is black below and full of light above what it is drawn between', () => {
    const thumbnail = { height: 1, width: 3, planes: [Float32Array.of(5, 10, 400)] };
    const [black, some, white] = [0, 3, 6].map(
      (at) => paintThumbnail(thumbnail, { stretches: [{ black: 5, white: 20 }], colours: [[255, 255, 255]] })[at]!,
    );
    expect([black, white]).toEqual([0, 255]);
    expect(some).toBeGreaterThan(50);
    expect(some).toBeLessThan(200);
  });
});

describe('curves of intensity', () => {
  const curve = (plane: Uint8Array | Float32Array) => {
    const bins = Float64Array.from(measureIntensities(plane).histogram);
    const whole = plane instanceof Uint8Array;
    return histogramCurves(new Map([['P1', [bins]]]), { channels: ['DNA'], whole: [whole] })[0]!.points;
  };

  it('are even where every whole number is as frequent as it is large in a bin', () => {
    const points = curve(Uint8Array.from({ length: 256 }, (_, i) => i)).slice(0, -1);
    for (const { intensity, share } of points.slice(1)) {
      expect(share / (intensity + 1)).toBeCloseTo(points[1]!.share / (points[1]!.intensity + 1), 9);
    }
  });

  it('of floats lie where the floats are', () => {
    const [point, ...others] = curve(Float32Array.of(0.3, 0.3, 0.3));
    expect(others).toEqual([]);
    expect(point!.share).toBe(1);
    expect(point!.intensity).toBeGreaterThan(0.26);
    expect(point!.intensity).toBeLessThan(0.34);
  });
});

describe('plots of an inspection', () => {
  const counts = [
    [4, 0],
    [1, 3],
  ];

  it('are drawn, with every name and number', async () => {
    const classes = [
      { name: 'normal', fields: 8, wells: 4 },
      { name: 'large nuclei', fields: 2, wells: 1 },
    ];
    const bars = await renderSvg(classesPlot(classes));
    for (const text of ['normal', '8 in 4 wells', 'large nuclei', '2 in 1 well']) expect(bars).toContain(`>${text}<`);
    const squares = await renderSvg(
      batchesPlot({ column: 'Week', classes: ['A', 'B'], batches: ['W1', 'W2'], counts }),
    );
    for (const text of ['W1', 'W2', 'A', 'B', '4', '3', 'Week']) expect(squares).toContain(`>${text}<`);
    const points = [1, 10, 100].map((intensity) => ({ intensity, share: 0.1 }));
    const curves = ['P1', 'P2'].map((plate) => ({ plate, channel: 'DNA', points }));
    const lines = await renderSvg(intensitiesPlot(curves));
    for (const text of ['P1', 'P2', 'DNA', 'Intensity (counts)']) expect(lines).toContain(`>${text}<`);
  });

  it('of many batches and plates name them no more', async () => {
    const batches = Array.from({ length: 60 }, (_, i) => `W${i}`);
    const many = { column: 'Week', classes: ['A'], batches, counts: [batches.map(() => 1)] };
    expect(await renderSvg(batchesPlot(many))).toContain('>Week (60)<');
    const curves = batches.map((plate) => ({ plate, channel: 'DNA', points: [{ intensity: 5, share: 1 }] }));
    expect(await renderSvg(intensitiesPlot(curves))).not.toContain('>W1<');
  });
});
