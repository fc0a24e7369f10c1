/** A reader of the output that has enough, as `head` has, ends nothing. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startMilscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();

it('does its work to the end where nobody reads what it prints', async () => {
  const screen = join(folder, 'screen');
  const { child, ended } = startMilscope('simulate', screen, '--size', '64', '--wells', '6', '--json', '--seed', '1');
  child.stdout!.destroy();
  child.stderr!.destroy();
  expect((await ended).code).toBe(0);
  await access(join(screen, 'fields.csv'));
});
