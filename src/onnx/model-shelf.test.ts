import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createModelShelf } from './model-shelf.ts';
import type { SessionPool } from './session-pool.ts';

/** A pool that remembers what it holds, and refuses to run what it does not. */
function createFakePool({ fails = () => false }: { fails?: (name: string) => boolean } = {}) {
  const held = new Set<string>();
  const log: string[] = [];
  const later = () => new Promise((resolve) => setImmediate(resolve));
  const pool: SessionPool = {
    size: 2,
    async load(name) {
      await later();
      if (fails(name)) throw new Error(`${name} does not load`);
      log.push(`load ${name}`);
      held.add(name);
    },
    async unload(name) {
      await later();
      log.push(`unload ${name}`);
      held.delete(name);
    },
    async run(name) {
      if (!held.has(name)) throw new Error(`${name} is not there`);
      await later();
      if (!held.has(name)) throw new Error(`${name} was taken away`);
      log.push(`run ${name}`);
      return {};
    },
    release: async () => {},
  };
  return { pool, held, log };
}

const make = () => new Uint8Array();

describe('a shelf of models', () => {
  it('loads a model once, and gives up the one that was used longest ago', async () => {
    const { pool, log } = createFakePool();
    const shelf = createModelShelf(pool, { most: 2 });
    for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await shelf.run(name, make, {});
    expect(log.filter((line) => !line.startsWith('run'))).toEqual([
      ...['load a', 'load b', 'load c', 'unload b', 'load b', 'unload c'],
    ]);
  });

  it('never takes away what is in use, and holds no more than it may in the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 30 }), async (names) => {
        const { pool, held } = createFakePool();
        const shelf = createModelShelf(pool, { most: 2 });
        await Promise.all(names.map((name) => shelf.run(name, make, {})));
        await shelf.run('a', make, {});
        expect(held.size).toBeLessThanOrEqual(2);
      }),
      { numRuns: 50 },
    );
  });

  it('tries again what could not be loaded', async () => {
    let broken = true;
    const { pool, log } = createFakePool({ fails: (name) => broken && name === 'a' });
    const shelf = createModelShelf(pool, { most: 2 });
    await expect(shelf.run('a', make, {})).rejects.toThrow('a does not load');
    broken = false;
    await shelf.run('b', make, {});
    await shelf.run('a', make, {});
    expect(log).toEqual(['load b', 'run b', 'load a', 'run a']);
  });
});
