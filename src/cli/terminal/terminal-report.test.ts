import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { changeTable, simulateTinyScreen } from '../../../test/tiny-screen.ts';
import { inspect } from '../../workflows/inspect/inspect.ts';
import { createNodeHost } from '../../workflows/node/node-host.ts';
import { terminalReport } from './terminal-report.ts';

const folder = temporaryFolder();

it('speaks of no wells where the screen names none, and nor does the page', async () => {
  const screen = await simulateTinyScreen(join(folder, 'screen'), { plates: 1, wells: 3, sites: 1 });
  const unplaced = await changeTable(screen, 'unplaced.csv', (lines) =>
    lines.map((line) => line.split(',').slice(1, 2).join()),
  );
  const out = join(folder, 'page.html');
  const report = terminalReport(await inspect({ screen: unplaced, out }, createNodeHost({ threads: 1 })));
  expect(report).toMatch(/^Plate +fields .*mean DNA$/m);
  expect(report).not.toMatch(/^Plate .*wells/m);
  const page = await readFile(out, 'utf8');
  expect(page).toMatch(/>3 fields, (none|\d) flagged</);
  expect(page).toContain('Every field by itself, since the screen names no wells');
  expect(page).not.toContain('first field of each well');
  expect(page).toContain('96&nbsp;×&nbsp;96 pixels');
});
