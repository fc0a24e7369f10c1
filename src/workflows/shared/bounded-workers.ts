import type { RunningHost } from '../host.ts';

/** Workers for each thread of the processor, at most: more of them take memory and gain nothing. */
const WORKERS_PER_THREAD = 4;

/** As many workers as were asked for, or as make sense on the machine; where these are fewer, that is said. */
export function boundedWorkers<Asked extends number | undefined>(
  workers: Asked,
  { threads, emit }: Pick<RunningHost, 'threads' | 'emit'>,
): Asked {
  const most = WORKERS_PER_THREAD * threads;
  if (workers === undefined || workers <= most) return workers;
  const processor = threads === 1 ? '1 thread' : `${threads} threads`;
  const message = `${workers} workers would take memory and gain nothing on ${processor}: ${most} are used`;
  emit({ event: 'noted', message });
  return most as Asked;
}
