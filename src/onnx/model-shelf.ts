import type { Chain } from './blocked/chain.ts';
import type { Tensors } from './session.ts';
import type { Feed, SessionPool } from './session-pool.ts';

/** Models that are made when first needed; the pool holds only those used most recently. */
export interface ModelShelf {
  /** Runs a model by its name, see {@link SessionPool}; `make` is called if the pool does not hold it. */
  run(
    name: string,
    make: () => Uint8Array | Chain,
    feeds: Readonly<Record<string, Feed>>,
    outputs?: readonly string[],
  ): Promise<Tensors>;
}

/** A model of the pool. */
interface Held {
  readonly loaded: Promise<void>;
  /** Runs that have begun and not ended. */
  users: number;
}

/**
 * A session holds memory in proportion to its activations, so graphs for all sizes of field cannot be kept.
 *
 * @param most models to hold; more only while more are in use
 */
export function createModelShelf(pool: SessionPool, { most }: { most: number }): ModelShelf {
  /** The most recently used is last. */
  const held = new Map<string, Held>();
  /**
   * Loading and unloading happen one after the other, so that a model that is loaded again is not confused with the one
   * being unloaded.
   */
  let changes: Promise<unknown> = Promise.resolve();
  const change = (work: () => Promise<void>): Promise<void> => {
    const done = changes.then(work);
    changes = done.catch(() => undefined);
    return done;
  };
  const take = (name: string, make: () => Uint8Array | Chain): Held => {
    const model = held.get(name) ?? { loaded: change(() => pool.load(name, make())), users: 0 };
    held.delete(name);
    held.set(name, model);
    return model;
  };
  const tidy = async (): Promise<void> => {
    const idle = [...held].filter(([, { users }]) => users === 0).map(([name]) => name);
    const surplus = idle.slice(0, Math.max(0, held.size - most));
    for (const name of surplus) held.delete(name);
    await Promise.all(surplus.map((name) => change(() => pool.unload(name))));
  };
  return {
    async run(name, make, feeds, outputs) {
      const model = take(name, make);
      model.users++;
      try {
        await tidy();
        await model.loaded;
        return await pool.run(name, feeds, outputs);
      } catch (error) {
        // A model that could not be loaded is tried again the next time.
        if (held.get(name) === model && model.users === 1) held.delete(name);
        throw error;
      } finally {
        model.users--;
      }
    },
  };
}
