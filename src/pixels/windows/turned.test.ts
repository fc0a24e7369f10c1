import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SYMMETRIES } from '../symmetry.ts';
import { shapeOfView, writeView } from '../view.ts';
import { turnedWindows } from './turned.ts';
import { cutBox, windowsOf } from './windowed-image.ts';

it.each(SYMMETRIES)(
  'windows of an image turned by $turns, reflected $reflected, are those of the turned whole',
  async (symmetry) => {
    const sizes = fc.record({ height: fc.integer({ min: 1, max: 9 }), width: fc.integer({ min: 1, max: 9 }) });
    const corner = fc.tuple(
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
    );
    await fc.assert(
      fc.asyncProperty(sizes, corner, corner, async (size, first, last) => {
        const image = {
          data: Uint16Array.from({ length: 2 * size.height * size.width }, (_, i) => i),
          channels: 2,
          ...size,
        };
        const [, height, width] = shapeOfView({ image, symmetry });
        const data = new Float32Array(image.data.length);
        writeView({ image, symmetry }, data);
        const turned = turnedWindows(windowsOf(image), symmetry);
        expect(turned).toMatchObject({ height, width });
        const [y, x] = [first[0], first[1]].map((share, i) => Math.floor(share * [height, width][i]!)) as [
          number,
          number,
        ];
        const high = 1 + Math.floor(last[0] * (height - y));
        const wide = 1 + Math.floor(last[1] * (width - x));
        const box = { top: y, left: x, height: high, width: wide };
        const expected = cutBox({ data, channels: 2, height, width }, box);
        expect([...(await turned.read(box)).data]).toEqual([...expected.data]);
      }),
    );
  },
);
