import { expect, it } from 'vitest';
import { stoppedWords } from './stopped-words.ts';

it('a conversion that is stopped says what is there, and that it begins again', () => {
  expect(stoppedWords([])).toEqual({
    kept: 'no plate was finished, so none was written',
    remedy: 'repeat the command to begin again from the first field',
  });
  expect(stoppedWords(['out/a.zarr'])).toEqual({
    kept: '1 plate is whole (out/a.zarr), and nothing is left of the others',
    remedy: 'repeat the command to begin again from the first field, with ‹overwrite› to write this plate anew',
  });
  expect(stoppedWords(['a', 'b'])).toMatchObject({ kept: expect.stringMatching(/^2 plates are whole \(a, b\)/) });
});
