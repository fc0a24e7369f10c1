import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allCommands } from '../commands.ts';
import { main } from '../main.ts';
import { SHELLS, type Shell } from './shells.ts';

const commands = await allCommands();

const folder = mkdtempSync(join(tmpdir(), 'milscope-completion-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const script = (shell: Shell) => join(folder, `milscope.${shell}`);

beforeAll(async () => {
  for (const shell of SHELLS) {
    const out: string[] = [];
    const console = { out: (text: string) => void out.push(text), err: () => {}, terminal: undefined };
    expect(await main(['completion', shell], { console, commands, version: '1.0.0' })).toBe(0);
    writeFileSync(script(shell), out.join(''));
  }
});

/** What a shell says to a command; where it is not installed, the test is skipped under a title that says so. */
function describeIn(shell: Shell, tests: (run: (command: string) => string) => void): void {
  const isThere = spawnSync(shell, ['-c', 'exit 0']).status === 0;
  const run = (command: string) => {
    const { status, stdout, stderr } = spawnSync(shell, ['-c', command], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout.trim();
  };
  if (isThere || process.env.CI) describe(shell, () => tests(run));
  else describe.skip(`${shell} (skipped: it is not installed)`, () => tests(run));
}

describeIn('bash', (run) => {
  const complete = (...typed: string[]) =>
    run(
      `source ${script('bash')}; COMP_WORDS=(milscope ${typed.map((word) => `'${word}'`).join(' ')}); ` +
        `COMP_CWORD=${typed.length}; _milscope; echo "\${COMPREPLY[@]}"`,
    ).split(' ');

  it('completes commands, options and their values', () => {
    expect(complete('tr')).toEqual(['train']);
    expect(complete('train', '--lab')).toEqual(['--label']);
    expect(complete('train', '--pooling', 'm')).toEqual(['mean', 'max']);
    expect(complete('train', '--pooling', '=', 'isr')).toEqual(['isr']);
    expect(complete('train', '--pooling', '=')).toContain('noisy-and');
    expect(complete('predict', 'model.onnx', 'fields.csv', '--by')).toEqual(['--by']);
  });

  it('leaves file names to bash', () => {
    expect(complete('train', 'fie')).toEqual(['']);
    expect(complete('train', '--out', 'ru')).toEqual(['']);
  });
});

describeIn('fish', (run) => {
  const complete = (typed: string) =>
    run(`source ${script('fish')}; complete -C '${typed}'`)
      .split('\n')
      .map((line) => line.split('\t')[0]!);

  it('completes commands, options and their values', () => {
    expect(complete('milscope tr')).toEqual(['train']);
    expect(complete('milscope train --lab')).toEqual(['--label']);
    expect(complete('milscope train --pooling m').toSorted()).toEqual(expect.arrayContaining(['max', 'mean']));
  });
});

describeIn('zsh', (run) => {
  it('knows the function that completes milscope', () => {
    expect(run(`autoload -Uz compinit; compinit -u -D; source ${script('zsh')}; echo $_comps[milscope]`)).toBe(
      '_milscope',
    );
  });
});

it('an unknown shell is wrong usage', async () => {
  const err: string[] = [];
  const console = { out: () => {}, err: (text: string) => void err.push(text), terminal: undefined };
  expect(await main(['completion', 'csh'], { console, commands, version: '1.0.0' })).toBe(2);
  expect(err.join('')).toContain('Allowed choices are bash, zsh, fish');
});
