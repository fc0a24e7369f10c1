import { isMilscopeError, MilscopeError } from '../../errors.ts';
import type { WorkEvent, WorkflowEvent } from '../events.ts';
import type { Host } from '../host.ts';
import { createNodeHost } from '../node/node-host.ts';

/** What became of a run: what it said, and its result or its error. */
export interface Watched<Result> {
  readonly events: readonly WorkEvent[];
  readonly result?: Result;
  readonly error?: MilscopeError;
}

/**
 * Runs a workflow, and asks it to stop, as Ctrl-C does, when it has said `events` times that it goes on; never unless given.
 */
export async function runUntil<Result>(
  start: (host: Host) => AsyncIterable<WorkflowEvent<Result>>,
  { progress = Number.POSITIVE_INFINITY, threads = 1 }: { progress?: number; threads?: number } = {},
): Promise<Watched<Result>> {
  const controller = new AbortController();
  const events: WorkEvent[] = [];
  let [seen, result] = [0, undefined as Result | undefined];
  try {
    for await (const event of start(createNodeHost({ signal: controller.signal, threads }))) {
      if (event.event === 'finished') result = event.result;
      else events.push(event);
      if (event.event === 'progress' && ++seen === progress) {
        controller.abort(new MilscopeError('Interrupted', { problem: 'stopped' }));
      }
    }
  } catch (error) {
    if (!isMilscopeError(error)) throw error;
    return { events, error };
  }
  return { events, ...(result !== undefined && { result }) };
}
