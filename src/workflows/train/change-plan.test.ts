/** Runs that are resumed on a machine that cannot compute steps as they were planned. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { simulateTinyScreen } from '../../../test/tiny-screen.ts';
import { isMilscopeError, MilscopeError } from '../../errors.ts';
import type { TrainingState } from '../../training/state.ts';
import type { WorkEvent } from '../events.ts';
import type { Host } from '../host.ts';
import { createNodeHost } from '../node/node-host.ts';
import { runRecord } from '../shared/run-folder.ts';
import { estimatedHere, planForHere } from './change-plan.ts';
import { planTraining } from './plan-training.ts';
import { examinedScreen, machine, requestOf } from './testing/examined-screen.ts';
import { train } from './train.ts';
import { trainSeeds } from './train-seeds.ts';

const folder = temporaryFolder();
let table: string;
beforeAll(async () => {
  table = await simulateTinyScreen(join(folder, 'screen'), { plates: 1, sites: 1 });
});

const at = (run: string, name: string) => join(folder, run, name);
const readRecord = async (run: string) => JSON.parse(await readFile(at(run, 'run.json'), 'utf8'));
const asked = (run: string, more: object = {}) => ({
  ...{ screen: table, label: 'Phenotype', out: join(folder, run), validation: 0 },
  ...{ epochs: 2, batch: 4, microBatch: 2, crop: 64, ...more },
});

/** Makes a run one that was planned in blocks; gives its record as it was before. */
async function planInBlocks(run: string) {
  const record = await readRecord(run);
  const planned = { ...record, options: { ...record.options, plan: 'blocked' } };
  await writeFile(at(run, 'run.json'), JSON.stringify(planned));
  return record;
}

/** Trains on a machine without blocks, and stops after an epoch if told; what was said, and the error if there was one. */
async function trainWithoutBlocks(request: ReturnType<typeof asked> & { seeds?: number }, { stop = false } = {}) {
  const controller = new AbortController();
  const host: Host = { ...createNodeHost({ threads: 1, signal: controller.signal }), lanes: async () => undefined };
  const events: WorkEvent[] = [];
  try {
    for await (const event of 'seeds' in request ? trainSeeds(request, host) : train(request, host)) {
      if (event.event === 'finished') continue;
      events.push(event);
      if (stop && event.event === 'epoch') controller.abort(new MilscopeError('Interrupted', { problem: 'stopped' }));
    }
  } catch (error) {
    if (!isMilscopeError(error)) throw error;
    return { events, error };
  }
  return { events };
}
const warningsOf = (events: readonly WorkEvent[]) =>
  events.flatMap((event) =>
    event.event === 'warned' && !event.message.includes('has learned little') ? [event.message] : [],
  );

it('a run in blocks that is resumed where there are none goes on with the reference, says so and notes it', async () => {
  await trainWithoutBlocks(asked('whole'));
  const stopped = await trainWithoutBlocks(asked('moved'), { stop: true });
  expect(stopped.error?.tag).toBe('Interrupted');
  // The run as if its first epoch had been computed in blocks.
  const begun = await planInBlocks('moved');
  expect(begun.options.plan).toBe('reference');

  const forced = await trainWithoutBlocks(asked('moved', { resume: true, plan: 'blocked' }));
  expect(forced.error).toMatchObject({ tag: 'BadOption', details: { option: 'plan' } });
  expect((await readRecord('moved')).planChanges).toBeUndefined();

  const { events, error } = await trainWithoutBlocks(asked('moved', { resume: true }));
  expect(error).toBeUndefined();
  expect(warningsOf(events)).toEqual([
    expect.stringMatching(/from blocked to reference in epoch 2: .*this processor.*not give the same bytes/s),
  ]);
  const reason = 'ONNX Runtime has no convolutions in blocks of channels on this processor';
  const { options, planChanges, runHash } = await readRecord('moved');
  expect(planChanges).toEqual([{ epoch: 2, from: 'blocked', to: 'reference', microBatch: 2, reason }]);
  expect({ plan: options.plan, runHash }).toEqual({ plan: 'blocked', runHash: begun.runHash });
  // What came after is what the reference computes.
  const [whole, moved] = await Promise.all(['whole', 'moved'].map((run) => readFile(at(run, 'model.onnx'))));
  expect(moved!.equals(whole!)).toBe(true);
});

it('seeds share the plan of the first, which is through and stays as it is', async () => {
  await cp(join(folder, 'whole'), join(folder, 'seeds', 'seed-1'), { recursive: true });
  await planInBlocks('seeds/seed-1');
  const { events, error } = await trainWithoutBlocks(asked('seeds', { resume: true, seeds: 2 }));
  expect(error).toBeUndefined();
  expect(warningsOf(events)).toEqual([expect.stringContaining('from blocked to reference in epoch 1')]);
  const [first, second] = await Promise.all(['seeds/seed-1', 'seeds/seed-2'].map(readRecord));
  expect([first, second].map(({ options }) => options.plan)).toEqual(['blocked', 'blocked']);
  expect(first.planChanges).toBeUndefined();
  expect(second.planChanges).toMatchObject([{ epoch: 1, to: 'reference' }]);
});

describe('a plan that changes', () => {
  const begun = () => planTraining(examinedScreen(), requestOf({ crop: 200, workers: 1 }), {}, machine);
  const poor = { memory: 1.5e9, lanes: async () => undefined };

  it('has micro-batches that fit into memory, which blocks do not need', async () => {
    const plan = await begun();
    expect(plan.options).toMatchObject({ plan: 'blocked', microBatch: 16 });
    const here = await estimatedHere(plan, poor);
    expect(here.options).toMatchObject({ plan: 'reference', microBatch: 8 });
    expect(here.runHash).toBe(plan.runHash);
    expect(await estimatedHere(plan, machine)).toBe(plan);
  });

  it('before stays as it is on a machine that has blocks, unless blocks are asked for', async () => {
    const change = { epoch: 3, from: 'blocked', to: 'reference', microBatch: 4, reason: 'no blocks' } as const;
    const plan = { ...(await begun()), planChanges: [change] };
    const events: WorkEvent[] = [];
    const host = { ...createNodeHost(), ...machine, emit: (event: WorkEvent) => events.push(event) };
    const goOn = (how: 'auto' | 'blocked') => planForHere(plan, { folder, state: undefined, asked: how }, host);
    expect((await goOn('auto')).options).toMatchObject({ plan: 'reference', microBatch: 4 });
    expect(events).toEqual([
      { event: 'noted', message: 'from epoch 3 on, this run uses the plan reference: no blocks' },
    ]);
    await expect(goOn('blocked')).rejects.toMatchObject({ details: { option: 'plan' } });
  });

  it('is not changed where the training is through', async () => {
    const plan = await begun();
    const state = { epoch: plan.options.epochs + 1 } as TrainingState;
    const host = { ...createNodeHost(), ...poor, emit: () => {} };
    expect(await planForHere(plan, { folder, state, asked: 'blocked' }, host)).toBe(plan);
  });
});

it('a record of an earlier version, which knows no plan, is of the reference', async () => {
  const record = {
    ...(await planTraining(examinedScreen(), requestOf({ plan: 'reference' }), {}, machine)),
    ...{ versions: {}, started: '', command: [] },
  };
  const { plan: _, ...options } = record.options;
  expect(runRecord.parse({ ...record, options }).options).toEqual(record.options);
});
