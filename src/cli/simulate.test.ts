import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { main } from './main.ts';
import { createSimulateCommand } from './simulate.ts';

const folder = temporaryFolder();

async function run(...argv: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const console = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    terminal: undefined,
  };
  const code = await main(['simulate', ...argv], { console, commands: [createSimulateCommand], version: '0' });
  return { code, out: out.join(''), err: err.join('') };
}
const small = ['--classes', '2', '--plates', '2', '--wells', '2', '--sites', '1', '--size', '64'];

it('makes a screen and says what it made and how to go on; refuses to overwrite it', async () => {
  const directory = join(folder, 'screen');
  const { code, out, err } = await run(directory, ...small, '--responders', '0.6');
  expect(code).toBe(0);
  expect(err).toContain('4 fields');
  expect(out).toContain('4 fields of 64 × 64 pixels');
  expect(out).toContain(`milscope train ${directory}/fields.csv --label Phenotype --holdout Replicate=2`);
  const rows = readFileSync(join(directory, 'fields.csv'), 'utf8').trim().split('\n');
  expect(rows.length).toBe(5);
  expect(existsSync(join(directory, 'images/Plate1_A01_s1_w1.tif'))).toBe(true);
  expect(existsSync(join(directory, 'masks/Plate2_A02_s1_nuclei.tif'))).toBe(true);
  const again = await run(directory, ...small);
  expect(again.code).toBe(1);
  expect(again.err).toContain('--overwrite');
});

it('prints one JSON document with --json', async () => {
  const { code, out } = await run(join(folder, 'json'), ...small, '--json', '--seed', '5');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    fields: join(folder, 'json/fields.csv'),
    classes: [{ name: 'normal', fields: 2, responders: 0 }, { name: 'large nuclei' }],
    options: { seed: 5, plates: 2, wells: 2, sites: 1, size: 64 },
  });
});

it('makes fields of several classes, and says how to train on them', async () => {
  const directory = join(folder, 'mixed');
  const mixed = [
    '--classes',
    '3',
    '--plates',
    '1',
    '--wells',
    '5',
    '--sites',
    '1',
    '--size',
    '128',
    '--mixture',
    '1-2',
  ];
  const more = ['--empty', '0.2', '--illumination', '0.5', '--background', '0.3', '--debris', '4'];
  const { code, out } = await run(directory, ...mixed, ...more);
  expect(code).toBe(0);
  expect(out).toContain('5 fields of 128 × 128 pixels');
  expect(out).toMatch(/empty +1 fields +0 cells$/m);
  expect(out).toContain('--label Phenotype --head sigmoid');
  expect(readFileSync(join(directory, 'fields.csv'), 'utf8')).toContain(',fragmented nuclei|large nuclei,');
  const { out: json } = await run(directory, ...mixed, ...more, '--overwrite', '--json');
  expect(JSON.parse(json)).toMatchObject({
    total: { fields: 5 },
    options: { mixture: [1, 2], empty: 0.2, illumination: 0.5, background: 0.3, debris: 4 },
  });
});

it('calls values that make no sense wrong usage', async () => {
  const wrong = [
    ['--responders', '0.9-0.5'],
    ['--responders', '1.5'],
    ['--responders', 'half'],
    ['--classes', '11'],
    ['--size', '63'],
    ['--wells', '3'],
    ['--mixture', '3-1'],
    ['--mixture', 'two'],
    ['--mixture', '1-6'],
    ['--empty', '0.9'],
    ['--classes', '1'],
    ['--illumination', '1'],
    ['--background', '-0.1'],
    ['--debris', 'much'],
  ];
  for (const [option, value] of wrong) {
    const { code, err } = await run(join(folder, 'none'), option!, value!);
    expect(code, `${option} ${value}`).toBe(2);
    expect(err).toContain(option);
  }
  expect(existsSync(join(folder, 'none'))).toBe(false);
});
