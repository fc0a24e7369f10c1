import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapInOrder } from './map-in-order.ts';

describe('mapInOrder', () => {
  it('keeps the order, loses nothing, and never has more under way than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3)), fc.integer({ min: 1, max: 5 }), async (delays, limit) => {
        let underWay = 0;
        let most = 0;
        const results: number[] = [];
        const work = async (i: number) => {
          most = Math.max(most, ++underWay);
          await new Promise((resolve) => setTimeout(resolve, delays[i]));
          underWay--;
          return i;
        };
        for await (const result of mapInOrder(delays.keys(), limit, work)) results.push(result);
        expect(results).toEqual([...delays.keys()]);
        expect(most).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 30 },
    );
  });

  it('passes on the first error and leaves no other unhandled', async () => {
    const run = async () => {
      const work = async (i: number) => {
        if (i % 2 === 1) throw new Error(`item ${i}`);
        return i;
      };
      for await (const _ of mapInOrder([0, 1, 2, 3], 4, work));
    };
    await expect(run()).rejects.toThrow('item 1');
  });

  it.each(['breaks off', 'meets an error'])('has nothing under way when a caller who %s goes on', async (how) => {
    let underWay = 0;
    const work = async (i: number) => {
      underWay++;
      await new Promise((resolve) => setTimeout(resolve, 1 + i));
      underWay--;
      if (i === 1 && how === 'meets an error') throw new Error('item 1');
    };
    const run = async () => {
      for await (const _ of mapInOrder([0, 1, 2, 3, 4, 5], 4, work)) if (how === 'breaks off') break;
    };
    await run().catch(() => undefined);
    expect(underWay).toBe(0);
  });
});
