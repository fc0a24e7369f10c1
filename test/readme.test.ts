import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { allCommands } from '../src/cli/commands.ts';
import { shownCommands } from './read-page.ts';

const commands = await allCommands();

const root = fileURLToPath(new URL('..', import.meta.url));
const silent = { out: () => {}, err: () => {}, terminal: undefined };
const known = new Map(
  commands.map((create) => {
    const command = create(silent);
    return [command.name(), { options: new Set(command.options.map(({ long }) => long)), command }];
  }),
);
const everyOption = new Set([...known.values()].flatMap(({ options }) => [...options]));
/** What commander adds, and options of npm. */
const otherOptions = ['--help', '--global', '--ignore-scripts'];

const readme = await readFile(join(root, 'README.md'), 'utf8');
const docs = await readdir(join(root, 'docs'), { recursive: true });
const pages = await Promise.all(
  docs
    .filter((name) => name.endsWith('.md'))
    .map(async (name) => [`docs/${name}`, await readFile(join(root, 'docs', name), 'utf8')] as const),
);

describe.each([['README.md', readme] as const, ...pages])('%s', (_, text) => {
  it('shows commands with options that exist', () => {
    for (const [, name, ...rest] of shownCommands(text)) {
      expect(known.has(name!), name).toBe(true);
      const { options, command } = known.get(name!)!;
      const given = rest.filter((word) => word.startsWith('--'));
      for (const word of given) expect([...options], `milscope ${name}`).toContain(word);
      const required = command.options.filter(({ mandatory }) => mandatory).map(({ long }) => long);
      // A file of options may have them.
      if (given.includes('--config')) continue;
      for (const option of required) expect(given, `milscope ${name}`).toContain(option);
    }
  });

  it('speaks only of options that some command has', () => {
    const prose = text.replaceAll(/^```.*?^```$/gms, '');
    for (const [option] of prose.matchAll(/--[a-z][a-z-]*/g))
      expect([...everyOption, ...otherOptions]).toContain(option);
  });
});

describe('README.md', () => {
  it('is at most 1300 words and three pictures long', () => {
    expect(readme.split(/\s+/).length).toBeLessThanOrEqual(1300);
    expect([...readme.matchAll(/!\[/g)].length).toBeLessThanOrEqual(3);
  });

  it('names every command that works on screens, with a guide for each', () => {
    const options = pages.find(([name]) => name === 'docs/guides/options.md')![1];
    for (const name of known.keys()) {
      if (name === 'doctor') expect(readme).toContain('milscope doctor');
      else if (name === 'completion') expect(options).toContain('milscope completion');
      else expect(readme).toContain(`[\`${name}\`](docs/guides/${name}.md)`);
    }
  });

  it('names scripts that are there', async () => {
    const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    for (const [, script] of readme.matchAll(/npm run (?:-s )?(\w+)/g)) expect(Object.keys(scripts)).toContain(script);
  });
});
