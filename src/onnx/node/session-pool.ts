import { createWorkerPool } from '../../threads/worker-pool.ts';
import type { Tensors } from '../session.ts';
import type { SessionPool, SessionPoolOptions } from '../session-pool.ts';
import type { Request } from './session-pool.worker.ts';

/**
 * A pool of worker threads with a session of ONNX Runtime each. The memory of a session is freed when the pool ends.
 */
export function createNodeSessionPool({ workers, threads = 1 }: SessionPoolOptions): SessionPool {
  const pool = createWorkerPool<Request, Tensors>('./session-pool.worker', {
    from: import.meta.url,
    workers,
    workerData: { threads },
  });
  return {
    size: workers,
    async load(name, model) {
      await pool.askAll({ kind: 'load', name, model });
    },
    async unload(name) {
      await pool.askAll({ kind: 'unload', name });
    },
    run: (name, feeds, outputs) => pool.ask({ kind: 'run', name, feeds, outputs }),
    release: () => pool.release(),
  };
}
