import type { WorkEvent } from '../events.ts';
import type { RunningHost } from '../host.ts';
import { createNodeHost } from '../node/node-host.ts';

/** What was seen of a host. */
export interface Watched {
  readonly host: RunningHost;
  readonly events: WorkEvent[];
  /** Pools that were made and released, and how often a model was run. */
  readonly pools: { made: number; released: number; runs: number };
}

/** This computer as a host of which it is seen what it is used for. */
export async function watchedHost({ signal }: { signal?: AbortSignal } = {}): Promise<Watched> {
  const host = createNodeHost({ signal, threads: 1 });
  const events: WorkEvent[] = [];
  const pools = { made: 0, released: 0, runs: 0 };
  const pool: RunningHost['pool'] = (options) => {
    const made = host.pool(options);
    pools.made++;
    return {
      ...made,
      run(...asked) {
        pools.runs++;
        return made.run(...asked);
      },
      async release() {
        await made.release();
        pools.released++;
      },
    };
  };
  return { host: { ...host, pool, emit: (event) => events.push(event) }, events, pools };
}
