import { describe, expect, it } from 'vitest';
import type { Image } from '../../pixels/pixels.ts';
import type { Field } from '../../screen/screen.ts';
import type { RunRecord } from '../shared/run-folder.ts';
import { createCellSource } from './cell-source.ts';

const [height, width] = [10, 40];
const plan = { file: 'cells.csv', sha256: '', size: 4, shift: 1, perField: 3, kept: 5 };

/** Two training fields of 7 and 2 cells, one that validates with 5, and a held-out one. */
const counts = [7, 2, 5, 4];
const splits = ['train', 'train', 'validation', 'test'] as const;
const fields = counts.map((_, i) => ({ imageNumber: i + 1 }) as Field);
const record = {
  fields: fields.map(({ imageNumber }, i) => ({ imageNumber, split: splits[i]!, cells: counts[i]! })),
  options: { seed: 3, cells: plan },
} as RunRecord;
const byImage = new Map(
  counts.map((count, i) => {
    const inside = Array.from({ length: count }, (_, k) => ({ x: 3.5 + 5 * k, y: 4.5 }));
    return [i + 1, [...inside, { x: 99, y: 0 }, { x: Number.NaN, y: 0 }]] as const;
  }),
);

/** Every pixel of field n is 1000·n + its x. */
function pixelsOf({ imageNumber }: Field): Image {
  const data = Uint16Array.from({ length: height * width }, (_, i) => 1000 * imageNumber + (i % width));
  return { data, channels: 1, height, width };
}

async function open({ unreadable = 0, of = record }: { unreadable?: number; of?: RunRecord } = {}) {
  const asked: number[] = [];
  const options = {
    fields,
    byImage,
    source: {
      read: async (field: Field) => {
        asked.push(field.imageNumber);
        return field.imageNumber === unreadable ? undefined : pixelsOf(field);
      },
      skipped: () => [],
    },
    // Each field as if on a plate of its own.
    fillBefore: ({ imageNumber }: Field) => [1000 * imageNumber + 777],
  };
  const host = { threads: 2, emit: () => {}, signal: new AbortController().signal };
  const cells = await createCellSource(of, options, host);
  return { ...cells, asked };
}

/** Entries of the training fields and of those that validate, as `pick` of a run gives them. */
const entries = (split: string) =>
  record.fields.flatMap((of, key) => (of.split === split ? [{ key, target: `class of ${of.imageNumber}` }] : []));

describe('the cells of a run', () => {
  it('are as many entries as an epoch shows, each with what its field is labelled', async () => {
    const { cellsOf, asked } = await open();
    const [train, validation] = [cellsOf(entries('train')), cellsOf(entries('validation'))];
    expect(train.map(({ target }) => target)).toEqual([
      'class of 1',
      'class of 1',
      'class of 1',
      'class of 2',
      'class of 2',
    ]);
    expect(validation).toHaveLength(3);
    expect(new Set([...train, ...validation].map(({ key }) => key)).size).toBe(8);
    expect(asked).toEqual([1, 2, 3]);
  });

  it('come in turn, with room for a shift, each with the pixels of its own field', async () => {
    const { cellsOf, read } = await open();
    const seen = new Map<string, number[]>();
    for (let epoch = 1; epoch <= 10; epoch++) {
      for (const { key, target } of cellsOf(entries('train'))) {
        const pixels = (await read(key, epoch))!;
        expect([pixels.height, pixels.width]).toEqual([6, 6]);
        const first = pixels.data[0]!;
        expect(`class of ${Math.floor(first / 1000)}`).toBe(target);
        seen.set(target, [...(seen.get(target) ?? []), first % 1000]);
      }
    }
    const places = seen.get('class of 1')!;
    // The squares of a cell at 3.5 + 5k begin at 2 + 5k, with one pixel more to the left. At most 5 of 7 cells are kept.
    const kept = [...new Set(places)];
    expect(kept).toHaveLength(5);
    for (const place of kept) {
      expect((place - 1) % 5).toBe(0);
      expect(places.filter((of) => of === place)).toHaveLength(6);
    }
    expect(new Set(places.slice(0, 5)).size).toBe(5);
    expect([...new Set(seen.get('class of 2'))].sort()).toEqual([1, 6]);
  });

  it('are always the same to validate on, and as prediction cuts them', async () => {
    const { cellsOf, read } = await open();
    const places = async () =>
      Promise.all(
        cellsOf(entries('validation')).map(async ({ key }) => {
          const pixels = (await read(key))!;
          expect([pixels.height, pixels.width]).toEqual([4, 4]);
          return pixels.data[0]!;
        }),
      );
    const before = await places();
    expect(new Set(before).size).toBe(3);
    for (const place of before) expect((place - 3002) % 5).toBe(0);
    expect(await places()).toEqual(before);
  });

  it('hide other cells by what becomes of their own field the mean of the training', async () => {
    const window = { full: 0.6, zero: 1, others: 0.4 };
    const of = { ...record, options: { ...record.options, cells: { ...plan, size: 8, window } } } as RunRecord;
    const { readBag } = await open({ of });
    for (const [place, shift] of [
      [0, 1],
      [2, 0],
    ] as const) {
      for (const { data, width: columns } of readBag([place])!) {
        expect(columns).toBe(8 + 2 * shift);
        // The others are five pixels to the left and right, as far as there are any.
        const hidden = [...data].filter((value) => value === 1000 * (place + 1) + 777);
        expect(hidden.length).toBeGreaterThan(0);
        expect(hidden.length % data.length).toBeGreaterThan(0);
      }
    }
  });

  it('are nothing where their field cannot be read', async () => {
    const { cellsOf, read } = await open({ unreadable: 2 });
    const read1 = await Promise.all(cellsOf(entries('train')).map(({ key }) => read(key, 4)));
    expect(read1.map((pixels) => pixels && Math.floor(pixels.data[0]! / 1000))).toEqual([
      1,
      1,
      1,
      undefined,
      undefined,
    ]);
  });
});
