import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { padField } from '../pixels/pad.ts';
import type { Image } from '../pixels/pixels.ts';
import { createRandom } from '../random.ts';
import { type Centre, cutAround, shifted } from './crop.ts';
import { createCellCutter, fillOf } from './cut-cells.ts';

const [height, width, side] = [60, 80, 24];
const window = { full: 0.6, zero: 1, others: 0.4 };
const fill = [7, 3];

function field(Type: Uint16ArrayConstructor | Float32ArrayConstructor = Uint16Array): Image {
  const random = createRandom(1, 'field');
  const data = new Type(2 * height * width).map(() => 500 + random.integer(4000));
  return { data, channels: 2, height, width };
}

const centre = fc.record({
  x: fc.double({ min: 0, max: width - 1, noNaN: true }),
  y: fc.double({ min: 0, max: height - 1, noNaN: true }),
});

/** The square around a cell of a field that is continued, and where its first pixel is in the field. */
function plainSquare(image: Image, { x, y }: Centre, shift = 0) {
  const cut = cutAround(padField(image, side), { centre: shifted({ x, y }, side), side, shift });
  const first = (middle: number) => Math.round(middle - shift + side - (side - 1) / 2) - side;
  return { cut, left: first(x), top: first(y) };
}

describe('the square around a cell among others', () => {
  it('shows what is nearest to its own centre, and the fill in place of what is nearest to another', () => {
    const image = field();
    fc.assert(
      fc.property(centre, fc.array(centre, { maxLength: 6 }), fc.integer({ min: 0, max: 2 }), (own, more, shift) => {
        const square = createCellCutter(image, [own, ...more], { side, shift, window, fill })(own);
        const { cut, left, top } = plainSquare(image, own, shift);
        expect([square.height, square.width]).toEqual([cut.height, cut.width]);
        const others = more.filter(({ x, y }) => Math.hypot(x - own.x, y - own.y) > 0.4 * (side / 2));
        const size = cut.height * cut.width;
        const wrong = Array.from({ length: 2 * size }, (_, i) => i).filter((i) => {
          const [x, y] = [left + (i % cut.width), top + (Math.floor(i / cut.width) % cut.height)];
          const distance = (to: Centre) => Math.hypot(x - to.x, y - to.y);
          // The seam is half a pixel to either side of the line half-way: from there the distances differ by less than a pixel and a bit.
          const nearest = Math.min(Number.POSITIVE_INFINITY, ...others.map(distance));
          if (distance(own) < nearest - 1.3) return square.data[i] !== cut.data[i];
          return isBeyond(own, others, { x, y }, 0.65) && square.data[i] !== fill[Math.floor(i / size)];
        });
        expect(wrong).toEqual([]);
      }),
    );
  });

  it('has the fill also where the numbers of the field do not reach so far', () => {
    const small = field();
    const image: Image = { ...small, data: Uint8Array.from(small.data, (value) => value % 250) };
    const own = { x: 40, y: 30 };
    const bright = [374.4, 3];
    const square = createCellCutter(image, [own, { x: 50, y: 30 }], { side, window, fill: bright })(own);
    const size = square.height * square.width;
    // The last pixel of the middle row lies well beyond the line half-way.
    const hidden = (channel: number) =>
      square.data[channel * size + (square.height >> 1) * square.width + square.width - 1]!;
    expect([hidden(0), hidden(1)]).toEqual([Math.fround(374.4), 3]);
    const shown = (side >> 1) * square.width + 4;
    expect(square.data[shown]).toBe(plainSquare(image, own).cut.data[shown]);
  });

  it('is whole where no other cell is near, or other centres are those of parts of the same', () => {
    const image = field();
    const own = { x: 40, y: 30 };
    for (const others of [[], [{ x: 44, y: 30 }], [{ x: 40, y: 30 - 2 * side }]]) {
      const square = createCellCutter(image, [own, ...others], { side, window, fill })(own);
      expect(square.data).toEqual(plainSquare(image, own).cut.data);
    }
    const near = createCellCutter(image, [own, { x: 45, y: 30 }], { side, window, fill })(own);
    expect(near.data).not.toEqual(plainSquare(image, own).cut.data);
  });

  it('hides nothing for a network that knows no others, or no window', () => {
    const image = field();
    const [own, other] = [
      { x: 20, y: 5 },
      { x: 30, y: 5 },
    ];
    const windowed = createCellCutter(image, [own, other], { side, window: { full: 0.6, zero: 1 }, fill })(own);
    expect(windowed.data).toEqual(plainSquare(image, own).cut.data);
    const plain = createCellCutter(image, [own, other], { side, fill })(own);
    expect(plain.data).toEqual(cutAround(image, { centre: own, side }).data);
  });

  it('hides by the mean of what is left, where the network normalizes each square by itself', () => {
    const image = field(Float32Array);
    const [own, other] = [
      { x: 40, y: 30 },
      { x: 50, y: 30 },
    ];
    expect(fillOf({ scope: 'field', mean: fill, deviation: fill })).toBeUndefined();
    expect(fillOf({ mean: fill, deviation: fill })).toBe(fill);
    const { data } = createCellCutter(image, [own, other], { side, window })(own);
    const { cut } = plainSquare(image, own);
    const size = side * side;
    for (const channel of [0, 1]) {
      const plane = data.subarray(channel * size, (channel + 1) * size);
      const shown = [...plane].filter((value, i) => value === cut.data[channel * size + i]);
      const mean = shown.reduce((sum, value) => sum + value, 0) / shown.length;
      // Far on the other side; the seam counts a little.
      expect(Math.abs(plane[side - 1]! - mean)).toBeLessThan(100);
      expect(plane[side - 1]).toBe(plane[size - 1]);
    }
  });

  it('leaves the field as it was', () => {
    const image = field();
    const before = image.data.slice();
    const centres = [
      { x: 40, y: 30 },
      { x: 50, y: 30 },
    ];
    centres.map((own) => createCellCutter(image, centres, { side, window, fill })(own));
    expect(image.data).toEqual(before);
  });
});

/** Whether a place is on the other side of the line half-way to some other centre, by more than so many pixels. */
function isBeyond(own: Centre, others: readonly Centre[], { x, y }: Centre, by: number): boolean {
  return others.some((other) => {
    const [dx, dy] = [other.x - own.x, other.y - own.y];
    const distance = Math.hypot(dx, dy);
    const along = ((x - own.x) * dx + (y - own.y) * dy) / distance;
    return along - distance / 2 > by;
  });
}
