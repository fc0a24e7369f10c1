import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Image, Pixels } from './pixels.ts';
import { shared } from './shared-memory.ts';
import { SYMMETRIES, type Symmetry, walk } from './symmetry.ts';
import { placesInView, shapeOfView, sizeOfView, type View, writeView, writeViews } from './view.ts';
import { createViewMemory } from './view-memory.ts';

const TYPES = [Uint8Array, Uint16Array, Float32Array] as const;

/** An image of numbers that are all different, as far as its type allows; with the numbers that floats alone have. */
function imageOf(Type: (typeof TYPES)[number], size: Omit<Image, 'data'>): Image {
  const data = new Type(size.channels * size.height * size.width);
  for (let i = 0; i < data.length; i++) data[i] = Type === Float32Array ? (i - 40) / 7 : (i * 37) % 60_000;
  if (data instanceof Float32Array) data.set([-0, Number.NaN, 1e-42].slice(0, data.length));
  return { ...size, data };
}

/** What a view shows, number by number. */
function seen({ image, box, symmetry, plate, exposures, normalization }: View): Float32Array {
  const { data, channels, height, width } = image;
  const { start, down, right, rows, columns } = walk(box!, symmetry!, width);
  return Float32Array.from({ length: channels * rows * columns }, (_, i) => {
    const [column, row, channel] = [i % columns, Math.floor(i / columns) % rows, Math.floor(i / (rows * columns))];
    let value = data[channel * height * width + start + row * down + column * right]!;
    for (const of of [plate, exposures]) {
      if (of) value = Math.fround(value * of[channel]!.gain + of[channel]!.shift);
    }
    if (!normalization) return value;
    const [mean, deviation] = [normalization.mean, normalization.deviation].map((of) => Math.fround(of[channel]!));
    return Math.fround(value - mean!) / deviation!;
  });
}

/** The bits of numbers: 0 and −0 differ. */
const bits = (numbers: Float32Array) => [...new Uint32Array(numbers.slice().buffer)];

const views = fc
  .record({
    Type: fc.constantFrom(...TYPES),
    size: fc.record({
      channels: fc.integer({ min: 1, max: 3 }),
      // More than a block of 32 rows, too.
      height: fc.integer({ min: 1, max: 70 }),
      width: fc.integer({ min: 1, max: 50 }),
    }),
    at: fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 4, maxLength: 4 }),
    symmetry: fc.constantFrom<Symmetry>(...SYMMETRIES),
    plated: fc.boolean(),
    changes: fc.constantFrom('none', 'exposures', 'normalization', 'both'),
  })
  .map(({ Type, size, at, symmetry, plated, changes }): View => {
    const [top, left] = [Math.floor(at[0]! * size.height), Math.floor(at[1]! * size.width)];
    const height = 1 + Math.floor(at[2]! * (size.height - top));
    const width = 1 + Math.floor(at[3]! * (size.width - left));
    const three = [0, 1, 2];
    return {
      image: imageOf(Type, size),
      box: { top, left, height, width },
      symmetry,
      ...(plated && { plate: three.map((channel) => ({ gain: 0.7 + channel, shift: 0.3 * channel })) }),
      ...(['exposures', 'both'].includes(changes) && {
        exposures: three.map((channel) => ({ gain: 1.1 + channel / 3, shift: 0.1 - channel })),
      }),
      ...(['normalization', 'both'].includes(changes) && {
        normalization: {
          mean: three.map((channel) => 3.3 * channel),
          deviation: three.map((channel) => channel + 0.7),
        },
      }),
    };
  });

describe('a view', () => {
  it('is a part under a symmetry, its intensities changed, to the bit, and nothing else is written', () => {
    fc.assert(
      fc.property(views, (view) => {
        const target = new Float32Array(sizeOfView(view) + 2).fill(-1);
        writeView(view, target, 1);
        expect(bits(target.subarray(1, -1))).toEqual(bits(seen(view)));
        expect([target[0], target.at(-1)]).toEqual([-1, -1]);
      }),
    );
  });

  it('is the whole image as it is unless more is said', () => {
    for (const Type of TYPES) {
      const image = imageOf(Type, { channels: 2, height: 3, width: 5 });
      const target = new Float32Array(40).fill(7);
      writeViews([{ image }], target);
      expect(bits(target)).toEqual(bits(Float32Array.of(...image.data, ...new Array(10).fill(0))));
    }
  });

  it('turns and reflects a small image as drawn by hand', () => {
    const image: Image = { data: Uint8Array.of(1, 2, 3, 4), channels: 1, height: 2, width: 2 };
    const see = (symmetry: Symmetry) => {
      const out = new Float32Array(4);
      writeView({ image, symmetry }, out);
      return [...out];
    };
    expect(SYMMETRIES.map(see)).toEqual([
      [1, 2, 3, 4],
      [2, 4, 1, 3],
      [4, 3, 2, 1],
      [3, 1, 4, 2],
      [2, 1, 4, 3],
      [1, 3, 2, 4],
      [3, 4, 1, 2],
      [4, 2, 3, 1],
    ]);
  });
});

describe('views that are sent to another thread', () => {
  const shown = (all: readonly View[]): number[] => {
    const target = new Float32Array(all.reduce((sum, view) => sum + sizeOfView(view), 0));
    writeViews(all, target);
    return bits(target);
  };

  it.each([true, false])('show the same, with memory that can be shared: %s', (share) => {
    const memory = createViewMemory({ share });
    fc.assert(
      fc.property(fc.array(fc.tuple(views, fc.boolean()), { minLength: 1, maxLength: 4 }), (drawn) => {
        const given = drawn.map(([view, isKept]) => (isKept && share ? { ...view, image: shared(view.image) } : view));
        const { views: sent, giveBack } = memory.lend(given);
        expect(shown(structuredClone(sent) as View[])).toEqual(shown(given));
        giveBack();
      }),
    );
  });

  const image = imageOf(Uint16Array, { channels: 1, height: 8, width: 8 });
  const buffers = (sent: readonly View[]) => new Set(sent.map((view) => view.image.data.buffer));

  it('stand in memory that is used again once it is given back, and not before', () => {
    const memory = createViewMemory();
    const [first, second] = [memory.lend([{ image }, { image }]), memory.lend([{ image }])];
    expect(buffers([...first.views, ...second.views]).size).toBe(2);
    const before = shown(first.views);
    first.giveBack();
    const third = memory.lend([{ image: { ...image, data: image.data.map((value) => value + 1) as Pixels } }]);
    expect(buffers([...first.views, ...third.views]).size).toBe(1);
    expect(shown(second.views)).toEqual(before.slice(0, 64));
  });

  it('take no memory for images that are shared, and no more of others than they show', () => {
    const kept = shared(image);
    expect(shared(kept)).toBe(kept);
    expect(createViewMemory().lend([{ image: kept }]).views[0]!.image.data.buffer).toBe(kept.data.buffer);
    const box = { top: 2, left: 3, height: 4, width: 2 };
    for (const share of [true, false]) {
      const [cut] = createViewMemory({ share }).lend([{ image, box }]).views;
      expect(cut!.image.data.buffer.byteLength).toBe(16);
    }
  });
});

it('places are where a view shows their pixels, if it does', () => {
  const image: Image = { data: Float32Array.from({ length: 30 }, (_, i) => i), channels: 1, height: 5, width: 6 };
  const box = { top: 1, left: 2, height: 3, width: 4 };
  for (const symmetry of SYMMETRIES) {
    const view = { image, box, symmetry };
    const shown = new Float32Array(12);
    writeView(view, shown);
    const [, , columns] = shapeOfView(view);
    const places = Array.from(image.data, (_, i) => ({ x: i % 6, y: Math.floor(i / 6) }));
    for (const [i, place] of places.entries()) {
      const isShown = shown.includes(i);
      const found = placesInView([place], view).map(({ x, y }) => shown[y * columns + x]);
      expect(found).toEqual(isShown ? [i] : []);
    }
  }
  expect(placesInView([{ x: 1.5, y: 0.9 }], { image, box })).toEqual([{ x: -0.5, y: -0.09999999999999998 }]);
});
