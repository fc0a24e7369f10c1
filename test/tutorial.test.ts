/** The hour with one's own screen in docs/tutorial.md: from a microscope's folder and a spreadsheet of controls to a result. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlsOf } from '../src/screen/simulation/imagexpress/plate-map.ts';
import { planScreen } from '../src/screen/simulation/layout.ts';
import { type Finished, milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';

const tutorial = await readFile(fileURLToPath(new URL('../docs/tutorial.md', import.meta.url)), 'utf8');
const commands = [...tutorial.matchAll(/^milscope (.+)$/gm)].map(([, words]) => words!.split(' '));
/** A smaller screen and a short training; the last value of an option counts. */
const smaller: Readonly<Record<string, readonly string[]>> = {
  simulate: ['--wells', '8', '--sites', '1', '--size', '64'],
  train: ['--epochs', '1', '--crop', '64'],
  segment: ['--gallery', '1'],
};

const folder = temporaryFolder();
const before = process.cwd();
beforeAll(() => process.chdir(folder));
afterAll(() => process.chdir(before));

describe('an hour with your own screen', () => {
  const said = new Map<string, Finished[]>();

  it('is nine commands at most, none of which names an absolute path', () => {
    expect(commands.length).toBeLessThanOrEqual(9);
    expect(commands.flat().filter((word) => word.startsWith('/'))).toEqual([]);
    const kinds = ['simulate', 'inspect', 'train', 'predict', 'evaluate', 'segment'];
    expect([...new Set(commands.map(([name]) => name))]).toEqual(kinds);
  });

  it('shows the plate map that its first command makes', () => {
    const option = (name: string) => Number(commands[0]![commands[0]!.indexOf(`--${name}`) + 1]);
    const [classes, plates, wells, sites] = ['classes', 'plates', 'wells', 'sites'].map(option);
    const made = controlsOf(planScreen({ seed: 1, classes: classes!, plates: plates!, wells: wells!, sites: sites! }));
    const shown = [...tutorial.matchAll(/^\| Screen_Plate_1 \| (.+?) *\|$/gm)].map(([, cells]) =>
      cells!.split(/ *\| */),
    );
    expect(shown).toEqual(made.slice(1, 3).map(([, ...cells]) => cells.map(String)));
    expect(shown).toHaveLength(2);
  });

  it.each(commands.map((words) => [words.join(' '), words] as const))('milscope %s', async (_, words) => {
    const finished = await milscope(...words, ...(smaller[words[0]!] ?? []));
    expect(finished.code, finished.err).toBe(0);
    said.set(words[0]!, [...(said.get(words[0]!) ?? []), finished]);
  });

  it('learns from the controls alone, and predicts every field and well', async () => {
    const rows = async (path: string): Promise<Record<string, string>[]> =>
      parse(await readFile(join(folder, path)), { columns: true });
    // On each plate four of eight wells are controls, two of each phenotype.
    const [trained] = said.get('train')!;
    expect(trained!.err).toMatch(/8 of 16 fields have no label/);
    const run = JSON.parse(await readFile(join(folder, 'run', 'run.json'), 'utf8'));
    expect(run.fields).toHaveLength(8);
    const predicted = await rows('predictions.csv');
    expect(predicted).toHaveLength(16);
    expect(predicted.filter(({ Metadata_Phenotype }) => Metadata_Phenotype === '')).toHaveLength(8);
    expect(await rows('predictions.by-well.csv')).toHaveLength(16);
    const [ofControls, ofAll] = said.get('evaluate')!;
    expect(ofControls!.out).toMatch(/^\d of 8 fields right/m);
    expect(ofAll!.out).toMatch(/^\d+ of 16 fields right/m);
  });
});
