import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { allCommands } from './commands.ts';
import { main } from './main.ts';

const commands = await allCommands();

const folder = temporaryFolder();
const predictions = join(folder, 'p.csv');
const page = join(folder, 'p.report.html');

beforeAll(async () => {
  const rows = ['DMSO,1,0', 'DMSO,0.75,0.25', 'taxol,0.25,0.75'].map((row, i) => `${i + 1},A0${i + 1},${row}\n`);
  const header = 'ImageNumber,Metadata_Well,Metadata_MOA,MIL_Probability_DMSO,MIL_Probability_taxol\n';
  await writeFile(predictions, header + rows.join(''));
});

async function milscope(...argv: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const console = { out: (text: string) => out.push(text), err: (text: string) => err.push(text), terminal: undefined };
  const code = await main(argv, { console, commands, version: '0.0.0' });
  return { code, out: out.join(''), err: err.join('') };
}

describe('--no-report', () => {
  it('leaves the report out, of which it is said otherwise where it is', async () => {
    const without = await milscope('evaluate', predictions, '--label', 'MOA', '--no-report', '--json');
    expect(without.code, without.err).toBe(0);
    expect(without.err).not.toContain('Report');
    expect(existsSync(page)).toBe(false);
    const { err } = await milscope('evaluate', predictions, '--label', 'MOA');
    expect(err).toContain(`Report: ${page}\n`);
    expect(await readFile(page, 'utf8')).toContain('3 of 3 fields are right');
  });

  it('may stand in a file of options, as report', async () => {
    const config = join(folder, 'options.yaml');
    await writeFile(config, 'label: MOA\nreport: false\n');
    expect((await milscope('evaluate', predictions, '--config', config)).err).not.toContain('Report');
    await writeFile(config, 'label: MOA\nreport: perhaps\n');
    const { code, err } = await milscope('evaluate', predictions, '--config', config);
    expect([code, err]).toEqual([2, expect.stringContaining('Expected true or false')]);
  });

  it('is what the help offers', async () => {
    const { out } = await milscope('train', '--help');
    expect(out).toMatch(/--no-report +no report\.html/);
    expect(out).not.toMatch(/--report\b|default: true/);
  });
});

describe('milscope report', () => {
  it('makes the page anew and says what it lacks', async () => {
    await milscope('evaluate', predictions, '--label', 'MOA');
    const { code, out } = await milscope('report', predictions);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^Report: ${page}\n3 rows, 0 pictures\\. There are no pictures`));
    const refused = await milscope('report', join(folder, 'none.csv'));
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('there is nothing of this name') });
  });
});
