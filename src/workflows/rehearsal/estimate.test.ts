import { describe, expect, it } from 'vitest';
import type { WorkEvent } from '../events.ts';
import { createNodeHost } from '../node/node-host.ts';
import { startRun } from '../workflow.ts';
import { paceOf, rangeWords, rateOf, timeFor, times, together } from './estimate.ts';
import { followTrial } from './follow-trial.ts';

describe('an estimate', () => {
  it('leaves out of each unit what came before the first', () => {
    // 5 s to begin and for the first unit, then 2 s for each.
    const marks = [5, 7, 9].map((seconds, i) => ({ at: 1000 * (100 + seconds), done: i + 1 }));
    const { low, high } = timeFor(paceOf(100_000, marks)!, 101);
    const truth = 5 + 100 * 2;
    expect([low, high]).toEqual([expect.closeTo(0.8 * truth), expect.closeTo(1.3 * 5 + 1.6 * 200)]);
  });

  it('holds the truth where units come two at a time', () => {
    // Two at once take 2 s: the truth is 1 s for each.
    const marks = [2, 2, 4, 4].map((seconds, i) => ({ at: 1000 * seconds, done: i + 1 }));
    const { low, high } = timeFor(paceOf(0, marks)!, 100);
    expect(low).toBeLessThan(100);
    expect(high).toBeGreaterThan(100);
  });

  it('is wider for a single unit, of which the beginning is not known', () => {
    const { low, high } = timeFor(paceOf(0, [{ at: 1000, done: 1 }])!, 10);
    expect([low, high]).toEqual([expect.closeTo(0.8 + 9 * 0.4), expect.closeTo(13)]);
  });

  it('is none where nothing was done, and nothing where there is nothing to do', () => {
    expect(paceOf(0, [])).toBeUndefined();
    expect(paceOf(0, [{ at: 1000, done: 0 }])).toBeUndefined();
    expect(timeFor(paceOf(0, [{ at: 1000, done: 1 }])!, 0)).toEqual({ low: 0, high: 0 });
  });

  it('adds and multiplies', () => {
    expect(rateOf(10, 4)).toEqual({ low: 2, high: 3.25 });
    expect(together([times({ low: 1, high: 2 }, 3), { low: 1, high: 1 }])).toEqual({ low: 4, high: 7 });
  });

  it.each([
    [{ low: 0.1, high: 0.4 }, 'less than 1 s'],
    [{ low: 8, high: 12 }, 'about 8 to 12 s'],
    [{ low: 60, high: 110 }, 'about 60 to 110 s'],
    [{ low: 250, high: 350 }, 'about 4 to 6 min'],
    [{ low: 3500, high: 7000 }, 'about 58 to 120 min'],
    [{ low: 7200, high: 9000 }, 'about 2 to 3 h'],
    [{ low: 119, high: 120 }, 'about 2 min'],
  ])('is said in words: %j', (range, words) => {
    expect(rangeWords(range)).toBe(words);
  });
});

describe('a trial', () => {
  /** Work that takes `seconds` for each of many units, by a clock of its own. */
  function work(seconds: number, { units, fail }: { units: number; fail?: Error }) {
    let now = 0;
    let seen = 0;
    const host = { ...createNodeHost(), clock: { now: () => new Date(0), milliseconds: () => now } };
    const run = startRun(async ({ emit, signal }) => {
      const say = async (event: WorkEvent) => {
        emit(event);
        await new Promise((resolve) => setImmediate(resolve));
      };
      await say({ event: 'began', task: 'working', total: units, unit: 'fields', start: 0, fleeting: false });
      for (let done = 1; done <= units; done++) {
        signal.throwIfAborted();
        now += 1000 * seconds;
        seen = done;
        await say({ event: 'progress', done });
      }
      if (fail) throw fail;
    }, host);
    return { run, host, seen: () => seen };
  }

  it('is broken off when enough was seen', async () => {
    const { run, host, seen } = work(1, { units: 1000 });
    const { tasks } = await followTrial(run, { main: 'working' }, host);
    expect(tasks).toMatchObject([{ task: 'working', units: 1000, pace: { each: { low: 0.8, high: 1.6 } } }]);
    expect(seen()).toBeLessThan(10);
  });
});
