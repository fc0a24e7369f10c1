import { describe, expect, it } from 'vitest';
import type { WorkEvent } from '../events.ts';
import { boundedWorkers } from './bounded-workers.ts';

function bound(workers: number | undefined, threads: number) {
  const said: WorkEvent[] = [];
  return { workers: boundedWorkers(workers, { threads, emit: (event) => void said.push(event) }), said };
}

describe('workers', () => {
  it.each([undefined, 1, 3, 8])('%s on two threads are as asked', (workers) => {
    expect(bound(workers, 2)).toEqual({ workers, said: [] });
  });

  it('are bounded where more make no sense, and that is said', () => {
    const message = '1000 workers would take memory and gain nothing on 2 threads: 8 are used';
    expect(bound(1000, 2)).toEqual({ workers: 8, said: [{ event: 'noted', message }] });
    expect(bound(9, 1).workers).toBe(4);
  });
});
