/** The worked example of README.md, command by command. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocks, shownCommands } from './read-page.ts';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';

const readme = await readFile(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8');

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
