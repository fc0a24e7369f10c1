/** A training that is stopped, kindly or not, goes on as if it had never been stopped: same weights, bit for bit. */
import { copyFile, readFile, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeCheckpoint } from '../src/training/checkpoint.ts';
import { milscope, type RunningCommand, startMilscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

const folder = temporaryFolder();
const epochs = 5;
let table: string;

const train = (run: string) => [
  ...['train', table, '--label', 'Phenotype', '--holdout', 'Plate=Plate2', '--out', join(folder, run)],
  ...['--epochs', String(epochs), '--batch', '2', '--validation', '0.25', '--threads', '2'],
];
const file = (run: string, name: string) => join(folder, run, name);
const readLines = async (run: string) =>
  (await readFile(file(run, 'metrics.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const readState = async (run: string) => {
  const path = file(run, 'checkpoint/state.safetensors');
  return decodeCheckpoint(await readFile(path), path);
};

/** Waits until a running command has finished an epoch. */
async function untilEpoch(run: string, { child }: RunningCommand): Promise<void> {
  while (child.exitCode === null) {
    try {
      if ((await readLines(run)).length > 0) return;
    } catch {
      // Not written yet.
    }
    await sleep(5);
  }
  throw new Error('the training ended before it could be stopped');
}

beforeAll(async () => {
  table = await simulateTinyScreen(join(folder, 'screen'), { wells: 8 });
  expect(await milscope(...train('whole'))).toMatchObject({ code: 0 });
});

describe('milscope train --resume', () => {
  it('after a kill: no broken file, at most one epoch lost, and in the end the same model', async () => {
    const running = startMilscope(...train('killed'));
    await untilEpoch('killed', running);
    running.child.kill('SIGKILL');
    expect((await running.ended).signal).toBe('SIGKILL');

    const done = (await readLines('killed')).length;
    const record = JSON.parse(await readFile(file('killed', 'run.json'), 'utf8'));
    expect(record.fields).toHaveLength(32);
    expect(done).toBeLessThan(epochs);
    // Between the line of the first epoch and its checkpoint lies an instant in which the kill may have come.
    const saved = await readState('killed').catch(() => undefined);
    expect((saved?.epoch ?? 1) - 1).toBeGreaterThanOrEqual(done - 1);

    const resumed = await milscope(...train('killed'), '--resume');
    expect(resumed).toMatchObject({ code: 0 });
    await expectSameRun('killed');
  });

  it('after Ctrl-C in the middle of an epoch', async () => {
    const running = startMilscope(...train('interrupted'));
    await untilEpoch('interrupted', running);
    running.child.kill('SIGINT');
    const { code, err, out } = await running.ended;
    expect({ code, out }).toEqual({ code: 130, out: '' });
    expect(err).toContain('--resume');
    const state = await readState('interrupted');
    expect(state.epoch).toBeLessThanOrEqual(epochs);

    expect(await milscope(...train('interrupted'), '--resume')).toMatchObject({ code: 0 });
    await expectSameRun('interrupted');
  });

  it('of a run that is through changes nothing', async () => {
    expect(await milscope(...train('interrupted'), '--resume')).toMatchObject({ code: 0 });
    await expectSameRun('interrupted');
  });

  it('refuses other options and other tables', async () => {
    const other = await milscope(...train('whole'), '--resume', '--learning-rate', '0.01');
    expect(other).toMatchObject({ code: 1, out: '' });
    expect(other.err).toContain('--learning-rate');
    expect(other.err).toMatch(/found 0\.01; expected 0\.001/);
    const shorter = await changeTable(table, 'shorter.csv', (lines) => lines.slice(0, -1));
    const changed = await milscope(...train('whole').map((text) => (text === table ? shorter : text)), '--resume');
    expect(changed).toMatchObject({ code: 1, err: expect.stringContaining('shorter.csv') });
  });

  it('of nothing begins, and says so', async () => {
    const begun = await milscope(...train('nowhere'), '--resume', '--label', 'Nothing');
    expect(begun.err).toMatch(/there is no run to resume in .*nowhere, so one is begun\n.*Nothing/s);
  });

  it('refuses a checkpoint that is cut short', async () => {
    const broken = file('killed', 'checkpoint/state.safetensors');
    await truncate(broken, 1000);
    const { code, err } = await milscope(...train('killed'), '--resume');
    expect(code).toBe(1);
    expect(err).toContain(broken);
    expect(err).toContain('--overwrite');
  });

  it('still knows what could not be read at first', async () => {
    const cut = join(dirname(table), 'images', 'cut.tif');
    await copyFile(join(dirname(table), 'images', 'Plate1_A01_s1_w1.tif'), cut);
    await truncate(cut, 500);
    const screen = await changeTable(table, 'with-cut.csv', (lines) =>
      lines.map((line, i) => (i === 1 ? line.replace(/images\/\w+_w1/, 'images/cut') : line)),
    );
    const argv = [...train('skipping').map((text) => (text === table ? screen : text)), '--epochs', '1'];
    expect(await milscope(...argv)).toMatchObject({ code: 0 });
    const before = await readFile(file('skipping', 'skipped.csv'), 'utf8');
    expect(before).toContain('cut.tif,BadImage');
    expect(await milscope(...argv, '--resume')).toMatchObject({ code: 0 });
    expect(await readFile(file('skipping', 'skipped.csv'), 'utf8')).toBe(before);
  });
});

describe.each([
  ['cells', ['--cell-size', '66']],
  ['cropped-cells', ['--cell-size', '66']],
  ['foreground', ['--crop', '96']],
] as const)('milscope train --instances %s, stopped in between', (instances, more) => {
  const argv = (run: string) => [
    ...train(run),
    ...['--instances', instances, '--cells', 'auto', '--epochs', '3', '--validation', '0.25', ...more],
  ];

  it('goes on to the very same model, and not with other instances', async () => {
    const [whole, other] = [`${instances} whole`, `${instances} interrupted`];
    expect(await milscope(...argv(whole))).toMatchObject({ code: 0 });
    const running = startMilscope(...argv(other));
    await untilEpoch(other, running);
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130 });
    expect(await milscope(...argv(other), '--resume')).toMatchObject({ code: 0 });
    await expectSameRun(other, whole);
    expect(await milscope(...train(other), '--instances', 'positions', '--resume')).toMatchObject({
      code: 1,
      err: expect.stringContaining('--instances: the run in the folder'),
    });
  });
});

describe('milscope train', () => {
  it('gives the same model with one worker and with two', async () => {
    const more = ['--batch', '4', '--micro-batch', '2', '--epochs', '2'];
    const models = [1, 2].map(async (workers) => {
      const run = `workers ${workers}`;
      const threads = String(workers);
      expect(await milscope(...train(run), ...more, '--workers', threads, '--threads', threads)).toMatchObject({
        code: 0,
      });
      return readFile(file(run, 'model.onnx'));
    });
    const [one, two] = await Promise.all(models);
    expect(one!.equals(two!)).toBe(true);
  });

  it('gives another model for another seed', async () => {
    expect(await milscope(...train('seed 2'), '--epochs', '1', '--seed', '2')).toMatchObject({ code: 0 });
    const [one, other] = await Promise.all(['whole', 'seed 2'].map((run) => readFile(file(run, 'model.onnx'))));
    expect(one!.equals(other!)).toBe(false);
  });
});

/** Everything that follows from the weights is as in the run that was never stopped. */
async function expectSameRun(run: string, whole = 'whole'): Promise<void> {
  for (const name of ['model.onnx', 'predictions.csv', 'metrics.json', 'skipped.csv']) {
    const [one, other] = await Promise.all([whole, run].map((of) => readFile(file(of, name))));
    expect(other!.equals(one!), name).toBe(true);
  }
  const withoutSeconds = async (of: string) => (await readLines(of)).map(({ seconds: _, ...line }) => line);
  expect(await withoutSeconds(run)).toEqual(await withoutSeconds(whole));
}
