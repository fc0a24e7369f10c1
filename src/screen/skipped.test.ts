import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { isMilscopeError, MilscopeError, messageOf, named } from '../errors.ts';
import { nodeFiles } from '../files/node-files.ts';
import type { Field } from './screen.ts';
import { formatSkipped, readSkipped, requireReadable, type SkippedField, skippedField } from './skipped.ts';

const folder = temporaryFolder();

it('reads back what was skipped, whatever messages hold', async () => {
  const path = join(folder, 'skipped.csv');
  const skipped: SkippedField[] = [
    { imageNumber: 4, file: 'a,b.tif', tag: 'BadImage', message: 'a,b.tif: "cut" short;\nfound nothing.' },
    { imageNumber: undefined, file: '', tag: 'UnknownField', message: '' },
  ];
  for (const some of [skipped, []]) {
    writeFileSync(path, formatSkipped(some, String));
    expect(await readSkipped(path, nodeFiles)).toEqual(some);
  }
});

describe('the options in messages of lost fields', () => {
  const remedy = `give a larger ${named('maxPixels')}`;
  const error = new MilscopeError('BadImage', {
    file: '‹a›.tif',
    option: 'level 2',
    problem: 'it is too large',
    remedy,
  });
  const field = { imageNumber: 1, sources: [] } as unknown as Field;
  const skipped = [skippedField(field, error)];
  const typed = (option: string) => `--${option.toLowerCase()}`;

  it('are written as the face names them, and names of files stay', async () => {
    expect(formatSkipped(skipped, typed)).toContain('‹a›.tif, --level 2: it is too large. Give a larger --maxpixels.');
    const path = join(folder, 'options.csv');
    writeFileSync(
      path,
      formatSkipped(skipped, (option) => option),
    );
    // A run that is resumed writes what it has read.
    const again = formatSkipped(await readSkipped(path, nodeFiles), typed);
    expect(again).toContain('‹a›.tif, level 2: it is too large. Give a larger maxPixels.');
  });

  it('are written in the error that sums them up', () => {
    expect.assertions(3);
    try {
      requireReadable({ source: 'fields.csv', fields: [field] }, skipped);
    } catch (thrown) {
      if (!isMilscopeError(thrown)) throw thrown;
      const reason =
        'found BadImage in 1 of them, such as ‹a›.tif, --level 2: it is too large. Give a larger --maxpixels;';
      expect(messageOf(thrown, typed)).toContain(reason);
      expect(thrown.message).toContain('Give a larger maxPixels;');
      expect(thrown.details.found).toContain('Give a larger maxPixels');
    }
  });
});
