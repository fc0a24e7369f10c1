import { expect, it } from 'vitest';
import { counted, pixelsInWords } from './words.ts';

it.each([
  [0, 'field', '0 fields'],
  [1, 'field', '1 field'],
  [2, 'field', '2 fields'],
  [2, 'class', '2 classes'],
  [3, 'batch', '3 batches'],
  [4, 'nucleus', '4 nuclei'],
  [1, 'nucleus', '1 nucleus'],
  [2, 'copy', '2 copies'],
  [50, 'epoch', '50 epochs'],
  [2, 'label image', '2 label images'],
  [2, 'empty index', '2 empty indices'],
  [0.5, 'pixel', '0.5 pixels'],
])('%d %s: %s', (count, noun, text) => expect(counted(count, noun)).toBe(text));

it('writes numbers of pixels as people say them', () => {
  expect([2 ** 23, 1e6, 2 ** 23 / 16, 90_000].map(pixelsInWords)).toEqual([
    ...['8.4 million', '1 million', '0.52 million', '90000'],
  ]);
});
