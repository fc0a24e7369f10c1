import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { nodeFiles } from '../files/node-files.ts';
import { formatSkipped, readSkipped, type SkippedField } from './skipped.ts';

const folder = temporaryFolder();

it('reads back what was skipped, whatever messages hold', async () => {
  const path = join(folder, 'skipped.csv');
  const skipped: SkippedField[] = [
    { imageNumber: 4, file: 'a,b.tif', tag: 'BadImage', message: 'a,b.tif: "cut" short;\nfound nothing.' },
    { imageNumber: undefined, file: '', tag: 'UnknownField', message: '' },
  ];
  for (const some of [skipped, []]) {
    writeFileSync(path, formatSkipped(some));
    expect(await readSkipped(path, nodeFiles)).toEqual(some);
  }
});
