import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { isMilscopeError, MilscopeError } from '../errors.ts';
import type { Host } from './host.ts';
import { createNodeHost } from './node/node-host.ts';
import { wholeNumber } from './request-fields.ts';
import { beginTask } from './task.ts';
import { defineWorkflow } from './workflow.ts';

/** Counts to `to`, and notes what becomes of it. */
function counting(seen: string[] = []) {
  const about = { title: 'count', description: 'Counts.', result: z.object({ sum: z.number() }) };
  const request = z.strictObject({ to: wholeNumber({ least: 1 }).default(3) });
  return defineWorkflow({ ...about, request }, async ({ to }, host) => {
    seen.push('opened');
    try {
      const task = beginTask(host, { task: 'counting', total: to, unit: 'numbers' });
      let sum = 0;
      for (let i = 1; i <= to; i++) {
        sum += i;
        await new Promise((resolve) => setTimeout(resolve, 1));
        task.update(i);
      }
      task.end('done');
      return { sum };
    } finally {
      seen.push('closed');
    }
  });
}

describe('a workflow', () => {
  it('awaited gives its result, with the defaults of the request', async () => {
    expect(await counting()({}, createNodeHost())).toEqual({ sum: 6 });
  });

  it('iterated gives its events, the last of which has the result', async () => {
    const events = [];
    for await (const event of counting()({ to: 2 }, createNodeHost())) events.push(event);
    expect(events).toEqual([
      { event: 'began', task: 'counting', total: 2, unit: 'numbers', start: 0, fleeting: false },
      { event: 'progress', done: 1 },
      { event: 'progress', done: 2 },
      { event: 'ended', text: 'done' },
      { event: 'finished', result: { sum: 3 } },
    ]);
  });

  it('works once, however often it is awaited, and after it was iterated', async () => {
    const seen: string[] = [];
    const run = counting(seen)({}, createNodeHost());
    expect(await Promise.all([run, run])).toEqual([{ sum: 6 }, { sum: 6 }]);
    const iterated = counting(seen)({}, createNodeHost());
    for await (const _ of iterated);
    expect(await iterated).toEqual({ sum: 6 });
    expect(seen).toEqual(['opened', 'closed', 'opened', 'closed']);
  });

  it('has no result when it was broken off', async () => {
    const run = counting()({ to: 1000 }, createNodeHost());
    for await (const { event } of run) if (event === 'progress') break;
    await expect(run.then()).rejects.toMatchObject({ tag: 'Interrupted' });
  });

  it('does nothing before it is awaited or iterated', async () => {
    const seen: string[] = [];
    counting(seen)({}, createNodeHost());
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(seen).toEqual([]);
  });

  it('has closed what it opened when a caller who broke off goes on', async () => {
    const seen: string[] = [];
    for await (const { event } of counting(seen)({ to: 1000 }, createNodeHost())) if (event === 'progress') break;
    expect(seen).toEqual(['opened', 'closed']);
  });

  it.each([
    ['a reason', new MilscopeError('Interrupted', { problem: 'enough' })],
    ['none', undefined],
  ])('is interrupted by its signal, with %s', async (_, reason) => {
    const stop = new AbortController();
    const host = createNodeHost({ signal: stop.signal });
    const run = (async () => {
      for await (const { event } of counting()({ to: 1000 }, host)) if (event === 'progress') stop.abort(reason);
    })();
    await expect(run).rejects.toSatisfy((error) => isMilscopeError(error, 'Interrupted'));
  });

  it.each([
    [{ to: 0 }, 'to', 'Expected a whole number of at least 1'],
    [{ to: 1.5 }, 'to', 'Expected a whole number of at least 1'],
    [{ from: 1 }, 'from', 'there is no such option'],
  ])('refuses %j by the name of the field', async (request, option, problem) => {
    const host = createNodeHost();
    await expect(counting()(request as object, host).then()).rejects.toMatchObject({
      tag: 'BadOption',
      details: { option, problem },
    });
  });
});

describe('what fails in the file system', () => {
  /** A workflow that does something with the files of its host. */
  const working = (work: (host: Host) => Promise<unknown>) =>
    defineWorkflow(
      { title: 'work', description: 'Works.', request: z.strictObject({}), result: z.object({}) },
      async (_, host) => {
        await work(host);
        return {};
      },
    )({}, { ...createNodeHost(), files: { ...createNodeHost().files, ...full } });
  const full = {
    write: () => Promise.reject(Object.assign(new Error('write'), { code: 'ENOSPC', syscall: 'write' })),
  };

  it('is said with the path and what helps, whatever the host has for files', async () => {
    const writing = working(({ files }) => files.write('run/model.onnx', 'x'));
    await expect(writing).rejects.toMatchObject({ tag: 'CannotWrite', details: { file: 'run/model.onnx' } });
    await expect(writing).rejects.toThrow(
      'the disk is full (found ENOSPC). Make room, then run the same command again, with resume where it has that option.',
    );
    const reading = working(({ files }) => files.read('/nowhere/fields.csv'));
    await expect(reading).rejects.toMatchObject({ tag: 'MissingFile', details: { file: '/nowhere/fields.csv' } });
  });

  it('is told from a bug', async () => {
    const bug = new TypeError('x is undefined');
    await expect(working(() => Promise.reject(bug))).rejects.toBe(bug);
  });
});
