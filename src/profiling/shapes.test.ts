import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growCells } from './grow-cells.ts';
import { edgeOf, regionsOf } from './region.ts';
import { measureShape, shapeNames } from './shape.ts';

/** A label image from text: a digit is a label, anything else background. */
function draw(...rows: readonly string[]) {
  const labels = Int32Array.from(rows.join(''), (text) => Number(text) || 0);
  return { labels, height: rows.length, width: rows[0]!.length };
}

/** A label image of label 1 wherever `inside` is true. */
function fill(height: number, width: number, inside: (x: number, y: number) => boolean) {
  const labels = Int32Array.from({ length: height * width }, (_, i) =>
    inside(i % width, Math.floor(i / width)) ? 1 : 0,
  );
  return { labels, height, width };
}

function shapeOf(image: ReturnType<typeof draw>) {
  const values = measureShape(regionsOf(image, 1)[0]!, image.labels);
  return Object.fromEntries(shapeNames.map((name, i) => [name, values[i]!])) as Record<
    (typeof shapeNames)[number],
    number
  >;
}

describe('measureShape', () => {
  it('knows a rectangle of 9 by 5 pixels', () => {
    const shape = shapeOf(fill(9, 15, (x, y) => x >= 3 && x < 12 && y >= 2 && y < 7));
    expect(shape).toMatchObject({ Area: 45, Perimeter: 24, Solidity: 1, Extent: 1 });
    // Pixels in a row of n have the variance (n² - 1) / 12.
    expect(shape.Eccentricity).toBeCloseTo(Math.sqrt(1 - (25 - 1) / (81 - 1)), 12);
    expect(shape.MajorAxisLength).toBeCloseTo(4 * Math.sqrt(80 / 12), 12);
    expect(shape.MinorAxisLength).toBeCloseTo(4 * Math.sqrt(24 / 12), 12);
    expect(shape.FormFactor).toBeCloseTo((4 * Math.PI * 45) / 24 ** 2, 12);
  });

  it('gives a disc a form factor near 1, no eccentricity, and its diameter', () => {
    const shape = shapeOf(fill(61, 61, (x, y) => Math.hypot(x - 30, y - 30) <= 25));
    // As scikit-image has it, by SciPy's convolution of the border; 4π · 1961 / 164.85² is 0.907.
    expect(shape.Area).toBe(1961);
    expect(shape.Perimeter).toBeCloseTo(164.8528137423857, 9);
    expect(Math.abs(shape.FormFactor - 1)).toBeLessThan(0.1);
    expect(shape.Eccentricity).toBeCloseTo(0, 6);
    expect(Math.abs(shape.MajorAxisLength - 50)).toBeLessThan(0.7);
    expect(shape.Solidity).toBeGreaterThan(0.97);
    expect(shape.Extent).toBeCloseTo(1961 / 51 ** 2, 12);
  });

  it('takes an angle of two arms for 9 of the 15 pixels of its hull', () => {
    const shape = shapeOf(draw('1....', '1....', '1....', '1....', '11111'));
    expect(shape.Solidity).toBeCloseTo(9 / 15, 12);
    expect(shape.Extent).toBeCloseTo(9 / 25, 12);
  });

  it('measures a slanting line by √2 a step, and a single pixel without dividing by nothing', () => {
    // Three pixels with two corners each; the two at the ends count nothing.
    expect(shapeOf(draw('1....', '.1...', '..1..', '...1.', '....1')).Perimeter).toBeCloseTo(3 * Math.SQRT2, 12);
    expect(shapeOf(draw('...', '.1.', '...'))).toEqual({
      ...{ Area: 1, Perimeter: 0, FormFactor: Number.NaN, Eccentricity: 0, Solidity: 1, Extent: 1 },
      ...{ MajorAxisLength: 0, MinorAxisLength: 0 },
    });
  });

  it('does not depend on where an object lies, at the frame or not, nor on how it is turned', () => {
    const bits = fc.array(fc.boolean(), { minLength: 25, maxLength: 25 }).filter((list) => list.includes(true));
    const shapeAt = (list: readonly boolean[], { margin, turned }: { margin: number; turned: boolean }) => {
      const side = 5 + 2 * margin;
      const at = (x: number, y: number) => x >= 0 && x < 5 && y >= 0 && y < 5 && list[y * 5 + x] === true;
      return shapeOf(
        fill(side, side, (x, y) => (turned ? at(y - margin, 4 - (x - margin)) : at(x - margin, y - margin))),
      );
    };
    fc.assert(
      fc.property(bits, (list) => {
        const shape = shapeAt(list, { margin: 0, turned: false });
        for (const turned of [false, true]) {
          const other = shapeAt(list, { margin: 2, turned });
          for (const name of shapeNames) {
            if (Number.isNaN(shape[name])) expect(other[name]).toBeNaN();
            else expect(other[name]).toBeCloseTo(shape[name], 6);
          }
        }
        expect(shape.Solidity).toBeLessThanOrEqual(1);
        expect(shape.Extent).toBeLessThanOrEqual(shape.Solidity + 1e-12);
      }),
      { numRuns: 60 },
    );
  });
});

describe('edgeOf', () => {
  it('has the pixels beside another object or the background, and those at the frame only if asked', () => {
    const image = draw('1112', '1112', '1112', '....');
    const [one] = regionsOf(image, 2);
    expect([...edgeOf(one!, image.labels)]).toEqual([2, 6, 8, 9, 10]);
    expect([...edgeOf(one!, image.labels, { frame: true })]).toEqual([0, 1, 2, 4, 6, 8, 9, 10]);
  });
});

describe('growCells', () => {
  it('gives every pixel within reach to its nearest nucleus', () => {
    const image = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })).chain(([height, width]) =>
      fc.record({
        height: fc.constant(height),
        width: fc.constant(width),
        labels: fc
          .array(fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 1, 2, 3), {
            minLength: height * width,
            maxLength: height * width,
          })
          .map((list) => Int32Array.from(list)),
      }),
    );
    fc.assert(
      fc.property(image, fc.constantFrom(0, 1, 1.5, 2, 3.7, 20), ({ labels, height, width }, distance) => {
        const cells = growCells({ labels, height, width }, distance);
        for (let i = 0; i < labels.length; i++) {
          const squares = new Map<number, number>();
          for (let j = 0; j < labels.length; j++) {
            if (labels[j] === 0) continue;
            const square = ((i % width) - (j % width)) ** 2 + (Math.floor(i / width) - Math.floor(j / width)) ** 2;
            squares.set(labels[j]!, Math.min(square, squares.get(labels[j]!) ?? Number.POSITIVE_INFINITY));
          }
          const least = Math.min(...squares.values());
          if (labels[i] !== 0) expect(cells[i]).toBe(labels[i]);
          else if (least <= distance ** 2) expect(squares.get(cells[i]!)).toBe(least);
          else expect(cells[i]).toBe(0);
        }
      }),
    );
  });
});
