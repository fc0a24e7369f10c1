import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candidate, chooseGalleries, picturesOfEach } from './choose-galleries.ts';

const classes = ['round', 'long'];
const candidate = (round: number, well: string, truth?: number): Candidate => ({
  probability: [round, 1 - round],
  predicted: [round >= 0.5 ? 0 : 1],
  well,
  ...(truth !== undefined && { truth: [truth] }),
});
const of = (chosen: ReturnType<typeof chooseGalleries>, name: string, kind: string) =>
  chosen.find((gallery) => gallery.class === name && gallery.kind === kind)?.rows;

describe('galleries', () => {
  it('show the surest right fields, the worst of a class, and those that might as well be of another', () => {
    const rows = [
      candidate(0.9, 'A1', 0),
      candidate(0.6, 'A2', 0),
      candidate(0.1, 'A3', 0),
      candidate(0.99, 'A4', 1),
      candidate(0.3, 'A5', 1),
    ];
    const chosen = chooseGalleries(rows, classes, { each: 2 });
    // The fourth is surest of all, but wrong.
    expect(of(chosen, 'round', 'best')).toEqual([0, 1]);
    expect(of(chosen, 'round', 'worst')).toEqual([2]);
    expect(of(chosen, 'round', 'least sure')).toEqual([1, 0]);
    expect(of(chosen, 'long', 'worst')).toEqual([3]);
    expect(of(chosen, 'long', 'best')).toEqual([4]);
  });

  it('show one field of each well before a second of any', () => {
    const rows = [candidate(0.99, 'A1'), candidate(0.98, 'A1'), candidate(0.7, 'B2'), candidate(0.6, 'C3')];
    expect(of(chooseGalleries(rows, classes, { each: 3 }), 'round', 'best')).toEqual([0, 2, 3]);
    expect(of(chooseGalleries(rows, classes, { each: 4 }), 'round', 'best')).toEqual([0, 2, 3, 1]);
  });

  it('have no worst where the truth is not known', () => {
    const chosen = chooseGalleries([candidate(0.9, 'A1'), candidate(0.2, 'A2')], classes);
    expect(new Set(chosen.map(({ kind }) => kind))).toEqual(new Set(['best', 'least sure']));
  });

  it('are least sure near the threshold of the class, where there may be several labels', () => {
    const both = (first: number, well: string): Candidate => ({ probability: [first, 0.5], predicted: [0, 1], well });
    const rows = [both(0.5, 'A1'), both(0.31, 'A2'), both(0.9, 'A3')];
    expect(of(chooseGalleries(rows, classes, { thresholds: [0.3, 0.5], each: 1 }), 'round', 'least sure')).toEqual([1]);
  });

  it('stay the same when only those that were chosen can be shown', () => {
    const row = fc.record({
      round: fc.float({ min: 0, max: 1, noNaN: true }),
      well: fc.integer({ min: 0, max: 4 }),
      truth: fc.integer({ min: 0, max: 1 }),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (given) => {
        const rows = given.map(({ round, well, truth }) => candidate(round, `A${well}`, truth));
        const all = chooseGalleries(rows, classes, { each: 2 });
        const shown = [...new Set(all.flatMap((gallery) => gallery.rows))].sort((a, b) => a - b);
        const again = chooseGalleries(
          shown.map((place) => rows[place]!),
          classes,
          { each: 2 },
        );
        expect(again.map((gallery) => ({ ...gallery, rows: gallery.rows.map((place) => shown[place]) }))).toEqual(all);
      }),
    );
  });

  it('are smaller where there are many classes or few rows, and never empty', () => {
    const rows = 10_000;
    expect(picturesOfEach({ classes: 2, kinds: 3, rows })).toBe(6);
    expect(picturesOfEach({ classes: 12, kinds: 3, rows })).toBe(2);
    expect(picturesOfEach({ classes: 200, kinds: 3, rows })).toBe(1);
    expect(picturesOfEach({ classes: 2, kinds: 3, rows: 30 })).toBe(3);
    expect(picturesOfEach({ classes: 2, kinds: 3, rows: 180 })).toBe(5);
  });

  it('are as many for the rows that can be shown as for all of the table', () => {
    const rows = Array.from({ length: 400 }, (_, i) => candidate(i / 400, `A${i}`));
    const few = rows.filter((_, i) => i % 10 === 0);
    expect(of(chooseGalleries(few, classes, { rows: 400 }), 'round', 'best')).toHaveLength(6);
    expect(of(chooseGalleries(few, classes), 'round', 'best')).toHaveLength(4);
  });
});
