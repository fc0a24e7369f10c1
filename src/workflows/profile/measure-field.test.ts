import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { createMeasure, MEASUREMENT_VERSION } from './measure-field.ts';

/** What the numbers of every version come to, to six digits. Another number? Then the version has to be raised. */
const DIGESTS: Readonly<Record<number, string>> = { 1: '5f4170ab0063c25e' };

it('has another version wherever it has other numbers', () => {
  const [height, width] = [90, 120];
  const random = createRandom(1, 'measure');
  const nuclei = Array.from({ length: 9 }, (_, i) => ({
    x: 18 + 40 * (i % 3),
    y: 15 + 28 * Math.floor(i / 3),
    r: 6 + (i % 4),
  }));
  const data = Uint16Array.from({ length: 3 * height * width }, (_, i) => {
    const [channel, x, y] = [Math.floor(i / (height * width)), i % width, Math.floor(i / width) % height];
    const light = nuclei.some((of) => Math.hypot(x - of.x, (y - of.y) * 1.2) < of.r * (1 + channel)) ? 400 : 0;
    return 100 + light + random.integer(60);
  });
  const measure = createMeasure({ channels: ['DNA', 'Actin', 'Tubulin'] }, { channel: 0, distance: 10 });
  const { names, values, cells } = measure({ data, channels: 3, height, width });
  expect(cells.objectNumbers).toHaveLength(9);
  const numbers = [...values, ...cells.values, ...cells.x, ...cells.y].map((value) => value.toPrecision(6));
  const digest = createHash('sha256')
    .update([...names, ...cells.names, ...numbers].join())
    .digest('hex');
  expect(digest.slice(0, 16)).toBe(DIGESTS[MEASUREMENT_VERSION]);
});
