/** Training steps in blocks of channels (`--plan blocked`), where the processor has them: whole, stopped, repeated, compared. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { MilscopeError } from '../src/errors.ts';
import { train } from '../src/index.ts';
import { findLanes } from '../src/onnx/blocked/find-lanes.ts';
import { createNodeSession } from '../src/onnx/node/session.ts';
import { compare } from '../src/workflows/compare/compare.ts';
import type { WorkEvent } from '../src/workflows/events.ts';
import { createNodeHost } from '../src/workflows/node/node-host.ts';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { simulateTinyScreen } from './tiny-screen.ts';

const lanes = await findLanes(createNodeSession);
const folder = temporaryFolder();
const at = (...names: string[]) => join(folder, ...names);
const readJson = async (...names: string[]) => JSON.parse(await readFile(at(...names), 'utf8'));
let table: string;
beforeAll(async () => {
  table = await simulateTinyScreen(at('screen'), { wells: 4, sites: 1 });
});

const how = ['--label', 'Phenotype', '--holdout', 'Plate=Plate2', '--validation', '0', '--batch', '4', '--crop', '64'];
const command = (run: string, ...more: string[]) => milscope('train', table, ...how, '--out', at(run), ...more);

/** Trains in blocks, and is asked to stop after the first epoch. */
async function stopAfterEpoch(out: string, epochs: number): Promise<void> {
  const controller = new AbortController();
  const request = {
    ...{ label: 'Phenotype', holdout: { Plate: 'Plate2' }, validation: 0, batch: 4, crop: 64, epochs },
    ...({ out, plan: 'blocked', threads: 1, signal: controller.signal } as const),
  };
  for await (const { event } of train(table, request)) {
    if (event === 'epoch') controller.abort(new MilscopeError('Interrupted', { problem: 'stopped' }));
  }
}

describe.skipIf(lanes === undefined)('in blocks, which need AVX2 or AVX-512', () => {
  it('a training goes on to the very bytes of one that was never stopped, and its record repeats it', async () => {
    await expect(stopAfterEpoch(at('stopped'), 3)).rejects.toMatchObject({ tag: 'Interrupted' });
    // The plan of the run stands, whatever would be chosen now.
    const resumed = await command('stopped', '--epochs', '3', '--resume', '--plan', 'auto');
    expect(resumed.code, resumed.err).toBe(0);
    const { options, planChanges } = await readJson('stopped', 'run.json');
    expect({ plan: options.plan, planChanges }).toEqual({ plan: 'blocked', planChanges: undefined });
    const whole = await milscope('train', '--config', at('stopped', 'run.json'), '--out', at('whole'));
    expect(whole, whole.err).toMatchObject({ code: 0, err: expect.stringContaining('plan blocked') });
    for (const file of ['model.onnx', 'predictions.csv', 'metrics.json']) {
      expect((await readFile(at('whole', file))).equals(await readFile(at('stopped', file))), file).toBe(true);
    }
    const refused = await command('stopped', '--epochs', '3', '--resume', '--plan', 'reference');
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(/--plan.*found "reference".*"blocked"/s) });
  });

  it('a comparison keeps its plan; where that cannot run, its trainings change theirs', async () => {
    const request = {
      ...{ screen: table, label: 'Phenotype', out: at('compared'), poolings: ['mean'], baselines: 'none' },
      ...{ protocols: 'replicate', replicate: 'Plate', setAside: ['none'] },
      ...{ epochs: 1, batch: 4, crop: 64, validation: 0 },
    } as const;
    const controller = new AbortController();
    const host = createNodeHost({ threads: 1, signal: controller.signal });
    const begun = async () => {
      for await (const event of compare({ ...request, plan: 'blocked' }, host)) {
        const isDone = event.event === 'noted' && event.message.includes('right (');
        if (isDone) controller.abort(new MilscopeError('Interrupted', { problem: 'stopped' }));
      }
    };
    await expect(begun()).rejects.toMatchObject({ tag: 'Interrupted' });
    expect((await readJson('compared', 'comparison.json')).settings.plan).toBe('blocked');

    const events: WorkEvent[] = [];
    // With more threads too: what was begun keeps its micro-batches.
    const elsewhere = { ...createNodeHost({ threads: 2 }), lanes: async () => undefined };
    for await (const event of compare({ ...request, resume: true }, elsewhere)) {
      if (event.event !== 'finished') events.push(event);
    }
    const warnings = events.flatMap((event) => (event.event === 'warned' ? [event.message] : []));
    expect(warnings).toEqual([expect.stringContaining('from blocked to reference in epoch 1')]);
    const files = (await readdir(at('compared'), { recursive: true })).filter((file) => /run\.json$/.test(file));
    const records = await Promise.all(files.sort().map((file) => readJson('compared', file)));
    expect(records.map(({ options, planChanges }) => [options.plan, planChanges?.[0].to])).toEqual([
      ['blocked', undefined],
      ['blocked', 'reference'],
    ]);
  });
});
