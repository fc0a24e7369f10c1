import { createViewMemory } from '../../pixels/view-memory.ts';
import { keepMemory } from '../../threads/keep-memory.ts';
import { createWorkerPool } from '../../threads/worker-pool.ts';
import type { Chain } from '../blocked/chain.ts';
import type { Tensors } from '../session.ts';
import type { Feed, SessionPool, SessionPoolOptions } from '../session-pool.ts';
import type { Request } from './session-pool.worker.ts';

/**
 * A pool of worker threads with a session of ONNX Runtime each. The memory of a session is freed when the pool ends.
 */
export function createNodeSessionPool({ workers, threads = 1 }: SessionPoolOptions): SessionPool {
  keepMemory();
  const pool = createWorkerPool<Request, Tensors>('./session-pool.worker', {
    from: import.meta.url,
    workers,
    workerData: { threads },
  });
  const memory = createViewMemory();
  const chains = createChainLedger(workers);
  return {
    size: workers,
    async load(name, model) {
      chains.remove(name);
      if (!(model instanceof Uint8Array)) return chains.add(name, model);
      chains.isReplaced(name);
      await pool.askAll({ kind: 'load', name, model });
    },
    async unload(name) {
      if (!chains.remove(name)) await pool.askAll({ kind: 'unload', name });
    },
    async run(name, feeds, outputs, into) {
      const lent: (() => void)[] = [];
      const toSend = Object.entries(feeds).map(([input, feed]): [string, Feed] => {
        if (!('views' in feed)) return [input, feed];
        const { views, giveBack } = memory.lend(feed.views);
        lent.push(giveBack);
        return [input, { ...feed, views }];
      });
      const request = { kind: 'run', name, feeds: Object.fromEntries(toSend), outputs, into } as const;
      let asked: number | undefined;
      try {
        const answer = await pool.askAny((worker) => {
          asked = worker;
          return { ...request, ...chains.changesFor(worker, name) };
        });
        return { ...answer, ...into };
      } catch (error) {
        // It may have none now, and is sent it again.
        if (asked !== undefined) chains.forget(asked, name);
        throw error;
      } finally {
        for (const giveBack of lent) giveBack();
      }
    },
    release: () => pool.release(),
  };
}

/**
 * The chains of a pool, and which workers have them. A worker is sent a chain with the first run that it is asked for, and told
 * with a later run which of them to forget: so fields of many sizes do not make all workers wait for each other.
 */
function createChainLedger(workers: number) {
  const chains = new Map<string, Chain>();
  const held = Array.from({ length: workers }, () => new Set<string>());
  const gone = Array.from({ length: workers }, () => new Set<string>());
  return {
    add(name: string, chain: Chain): void {
      chains.set(name, chain);
    },
    /** @returns whether there was one of this name */
    remove(name: string): boolean {
      for (const [worker, names] of held.entries()) if (names.delete(name)) gone[worker]!.add(name);
      return chains.delete(name);
    },
    /** Workers forget what they have of a name when they load a model under it, and need not be told. */
    isReplaced(name: string): void {
      for (const names of gone) names.delete(name);
    },
    /** What a worker is to do before it runs a model of this name. */
    changesFor(worker: number, name: string): { readonly unload: readonly string[]; readonly load?: Chain } {
      const unload = [...gone[worker]!];
      gone[worker]!.clear();
      const chain = chains.get(name);
      if (!chain || held[worker]!.has(name)) return { unload };
      held[worker]!.add(name);
      return { unload, load: chain };
    },
    forget(worker: number, name: string): void {
      held[worker]!.delete(name);
    },
  };
}
