/** README.md tells the truth: its options exist, its files and scripts are there, its example runs. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { commands } from '../src/cli/commands.ts';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { simulateTinyScreen } from './tiny-screen.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = await readFile(join(root, 'README.md'), 'utf8');
const silent = { out: () => {}, err: () => {}, terminal: undefined };
const known = new Map(
  commands.map((create) => {
    const command = create(silent);
    return [command.name(), new Set(command.options.map(({ long }) => long))];
  }),
);

/** The code blocks of a language. */
const blocks = (language: string) =>
  [...readme.matchAll(/^```(\w*)\n(.*?)^```$/gms)].filter(([, of]) => of === language).map(([, , code]) => code!);

describe('README.md', () => {
  it('shows commands with options that exist', () => {
    const shown = blocks('sh').flatMap((code) =>
      [...code.matchAll(/^milscope .*$/gm)].map(([line]) => line.split(/\s+/)),
    );
    expect(shown.length).toBeGreaterThan(5);
    for (const [, name, ...rest] of shown) {
      const options = known.get(name!);
      expect(options, name).toBeDefined();
      for (const word of rest.filter((text) => text.startsWith('--'))) expect([...options!]).toContain(word);
    }
  });

  it('names every command, and only options that some command has', () => {
    for (const name of known.keys()) expect(readme).toContain(`milscope ${name}`);
    const all = new Set([...known.values()].flatMap((options) => [...options]));
    const text = readme.replaceAll(/^```.*?^```$/gms, '').replaceAll('--help', '');
    for (const [option] of text.matchAll(/--[a-z][a-z-]*/g)) expect([...all]).toContain(option);
  });

  it('links to files and runs scripts that are there', async () => {
    const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const headings = [...readme.matchAll(/^#+ (.+)$/gm)].map(
      ([, text]) => `#${text!.toLowerCase().replaceAll(' ', '-')}`,
    );
    for (const [, target] of readme.matchAll(/\]\(([^):]+)\)/g)) {
      if (target!.startsWith('#')) expect(headings).toContain(target);
      else expect(existsSync(join(root, target!)), target).toBe(true);
    }
    for (const [, script] of readme.matchAll(/npm run (?:-s )?(\w+)/g)) expect(Object.keys(scripts)).toContain(script);
  });

  it('has an example for programs that runs', async () => {
    const folder = temporaryFolder();
    const table = await simulateTinyScreen(join(folder, 'screen'));
    await mkdir(join(folder, 'runs'));
    const run = join(folder, 'runs', 'first');
    const argv = ['--label', 'Phenotype', '--out', run, '--epochs', '1', '--crop', '64'];
    expect((await milscope('train', table, ...argv)).code).toBe(0);
    const [example] = blocks('ts');
    const library = pathToFileURL(join(root, 'src', 'index.ts')).href;
    await writeFile(join(folder, 'example.mts'), example!.replace("'milscope'", JSON.stringify(library)));
    const tsx = import.meta.resolve('tsx');
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', tsx, 'example.mts'], { cwd: folder });
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(16);
    for (const line of lines) expect(line).toMatch(/^[A-H]\d\d (normal|large nuclei)$/);
  });
});
