/** Long commands that are stopped with Ctrl-C say what was done and how to go on, and leave nothing half written. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { allCommands } from '../src/cli/commands.ts';
import { main } from '../src/cli/main.ts';
import { MilscopeError } from '../src/errors.ts';
import { filesOf } from '../src/workflows/testing/files-of.ts';
import { milscope, startMilscope } from './run-milscope.ts';
import { sharedRun } from './shared-run.ts';
import { temporaryFolder } from './temporary-folder.ts';

const commands = await allCommands();

const folder = temporaryFolder();
let shared: Awaited<ReturnType<typeof sharedRun>>;

beforeAll(async () => {
  shared = await sharedRun();
});

/** Runs a command with --json and stops it, as Ctrl-C does, when it first says how far it is. */
async function stopped(...argv: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const controller = new AbortController();
  const code = await main([...argv, '--threads', '1', '--json'], {
    console: {
      out: (text) => out.push(text),
      err(text) {
        err.push(text);
        if (/: \d+ of \d+ \w+/.test(text)) controller.abort(new MilscopeError('Interrupted', { problem: 'stopped' }));
      },
      terminal: undefined,
      interruptible: () => ({ signal: controller.signal, end: () => undefined }),
    },
    commands,
    version: '0.0.0',
  });
  return { code, error: JSON.parse(out.join('')).error, err: err.join('') };
}

describe('a command that is stopped', () => {
  it.each([
    ['inspect', () => [shared.table, '--out', join(folder, 'inspect', 'report.html')]],
    [
      'detect',
      () => [
        shared.table,
        '--channel',
        'DNA',
        '--out',
        join(folder, 'detect', 'cells.csv'),
        '--masks',
        join(folder, 'detect', 'masks'),
      ],
    ],
    ['convert', () => [shared.table, '--out', join(folder, 'convert', 'plates')]],
    ['predict', () => [shared.model, shared.table, '--out', join(folder, 'predict', 'p.csv')]],
    ['segment', () => [shared.model, shared.table, '--out', join(folder, 'segment')]],
    ['profile', () => [shared.table, '--nuclei-channel', 'DNA', '--out', join(folder, 'profile', 'f.csv')]],
  ] as const)('%s says so, and how to go on, and leaves nothing', async (command, argv) => {
    const { code, error, err } = await stopped(command, ...argv());
    expect(code).toBe(130);
    expect(error).toMatchObject({
      tag: 'Interrupted',
      problem: expect.stringMatching(/was stopped after \d+ of 16 fields; /),
    });
    expect(error.remedy).toMatch(/repeat the command/);
    expect(err).toContain('Ctrl-C again ends at once');
    expect(err).toContain(error.message);
    expect(readdirSync(folder)).not.toContain(command);
  });
});

describe('a prediction in a process of its own', () => {
  const predict = (name: string) => [
    'predict',
    shared.model,
    shared.table,
    '--out',
    join(folder, name, 'p.csv'),
    '--symmetries',
  ];

  it('goes on after a kill, and takes over the lock that it left', async () => {
    const running = startMilscope(...predict('killed'));
    const parts = join(folder, 'killed', 'p.csv.unfinished', 'parts');
    while (!existsSync(join(parts, '000001.jsonl')) && running.child.exitCode === null) await sleep(5);
    running.child.kill('SIGKILL');
    expect((await running.ended).signal).toBe('SIGKILL');
    const { code, err } = await milscope(...predict('killed'), '--resume');
    expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining('was taken over') });
    expect(err).toContain('fields are done already');
    expect(await milscope(...predict('whole'))).toMatchObject({ code: 0 });
    const outputs = (name: string) => filesOf(join(folder, name), /record\.json$/);
    expect(outputs('killed')).toEqual(outputs('whole'));
  });

  it('ends at once on a second Ctrl-C', async () => {
    const running = startMilscope(...predict('twice'));
    await running.says(/predicting: \d+ of/);
    running.child.kill('SIGINT');
    await running.says(/Ctrl-C again/);
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130, signal: null });
  });
});
