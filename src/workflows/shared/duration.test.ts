import { expect, it } from 'vitest';
import { duration } from './duration.ts';

it.each([
  [0.4, '0 s'],
  [59.6, '1 min 0 s'],
  [250, '4 min 10 s'],
  [3599.7, '1 h 0 min'],
  [7500, '2 h 5 min'],
])('%d s is %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
