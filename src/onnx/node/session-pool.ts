import { createViewMemory } from '../../pixels/view-memory.ts';
import { keepMemory } from '../../threads/keep-memory.ts';
import { createWorkerPool } from '../../threads/worker-pool.ts';
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
  return {
    size: workers,
    async load(name, model) {
      await pool.askAll({ kind: 'load', name, model });
    },
    async unload(name) {
      await pool.askAll({ kind: 'unload', name });
    },
    async run(name, feeds, outputs) {
      const lent: (() => void)[] = [];
      const toSend = Object.entries(feeds).map(([input, feed]): [string, Feed] => {
        if (!('views' in feed)) return [input, feed];
        const { views, giveBack } = memory.lend(feed.views);
        lent.push(giveBack);
        return [input, { ...feed, views }];
      });
      try {
        return await pool.ask({ kind: 'run', name, feeds: Object.fromEntries(toSend), outputs });
      } finally {
        for (const giveBack of lent) giveBack();
      }
    },
    release: () => pool.release(),
  };
}
