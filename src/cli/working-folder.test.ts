import { expect, it } from 'vitest';
import { workingFolder } from './working-folder.ts';

const run = { INIT_CWD: '/data/plate', npm_lifecycle_event: 'milscope', npm_package_name: 'milscope' };

it('paths are meant from where the user stands under npm run, and only there', () => {
  expect(workingFolder(run)).toBe('/data/plate');
  expect(workingFolder({})).toBeUndefined();
  expect(workingFolder({ ...run, npm_lifecycle_event: 'test' })).toBeUndefined();
  expect(workingFolder({ ...run, npm_package_name: 'screen-of-our-lab' })).toBeUndefined();
});
