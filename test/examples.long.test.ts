/** The examples of README.md and docs/library.md, command by command and as programs. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocks, shownCommands } from './read-page.ts';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { simulateTinyScreen } from './tiny-screen.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = await readFile(join(root, 'README.md'), 'utf8');
const library = await readFile(join(root, 'docs', 'library.md'), 'utf8');

describe('the worked example', () => {
  const folder = temporaryFolder();
  const before = process.cwd();
  beforeAll(() => process.chdir(folder));
  afterAll(() => process.chdir(before));

  it('runs as it is written, on a smaller screen', async () => {
    const [, example] = readme.match(/^## A worked example.*?$(.*?)^## /ms)!;
    const [controls] = blocks(example!, 'csv');
    await writeFile('controls.csv', controls!);
    // The last value of an option counts.
    const smaller: Readonly<Record<string, readonly string[]>> = {
      simulate: ['--wells', '18', '--sites', '1', '--size', '64'],
      train: ['--epochs', '1', '--crop', '64'],
    };
    const shown = shownCommands(example!).map(([, ...words]) => words);
    expect(shown.map(([name]) => name)).toEqual(['simulate', 'inspect', 'train', 'evaluate', 'predict', 'segment']);
    for (const words of shown) {
      const { code, err } = await milscope(...words, ...(smaller[words[0]!] ?? []));
      expect(code, `${words.join(' ')}\n${err}`).toBe(0);
    }
    for (const file of ['report.html', 'predictions.by-treatment.csv', 'segmented/gallery/all.png']) {
      expect(existsSync(file), file).toBe(true);
    }
    const [header] = blocks(example!, '')[0]!.split('\n');
    const columns = (await readFile('screen/fields.csv', 'utf8')).split('\n')[0]!.split(',');
    expect(columns).toEqual(expect.arrayContaining(header!.split(',').filter((column) => column !== '…')));
  });
});

describe('the examples for programs', () => {
  it.each([
    ['README.md', readme],
    ['docs/library.md', library],
  ])('%s has one that runs', async (_, text) => {
    const folder = temporaryFolder();
    const table = await simulateTinyScreen(join(folder, 'screen'));
    await mkdir(join(folder, 'runs'));
    const argv = ['--label', 'Phenotype', '--epochs', '1', '--crop', '64'];
    expect((await milscope('train', table, ...argv, '--out', join(folder, 'runs', 'controls'))).code).toBe(0);
    const [example] = blocks(text, 'ts');
    const from = JSON.stringify(pathToFileURL(join(root, 'src', 'index.ts')).href);
    // A training of one epoch is enough.
    const short = example!.replace("'milscope'", from).replace("label: 'Phenotype',", '$& epochs: 1, crop: 64,');
    await writeFile(join(folder, 'example.mts'), short);
    const tsx = import.meta.resolve('tsx');
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', tsx, 'example.mts'], { cwd: folder });
    const rows = stdout
      .trim()
      .split('\n')
      .filter((line) => /^[A-H]\d\d (normal|large nuclei)$/.test(line));
    expect(rows).toHaveLength(16);
  });
});
