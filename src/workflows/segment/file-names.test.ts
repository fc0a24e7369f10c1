import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fileNames } from './file-names.ts';

it('names keep what any file system takes, and differ from each other and from those taken', () => {
  expect(fileNames(['DNA', 'ER/Golgi', 'dna', '..', ' ', 'all'], 'channel', ['all'])).toEqual([
    'DNA',
    'ER_Golgi',
    'channel 3',
    'channel 4',
    'channel 5',
    'channel 6',
  ]);
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (names) => {
      const files = fileNames(names, 'class');
      expect(files).toHaveLength(names.length);
      for (const file of files) expect(file).toMatch(/^[^/\\:*?"<>|\0]+$/);
    }),
  );
  expect(fileNames(['class 2', '', 'class 3'], 'class')).toEqual(['class 2', 'class 3', 'class 4']);
});
