import { isMilscopeError, MilscopeError } from '../../errors.ts';
import type { RunningHost } from '../host.ts';

/** What is told of work that was asked to stop. */
export interface StoppedWords {
  /** What is left of it: `nothing was written`. */
  readonly kept: string;
  /** How to go on. */
  readonly remedy: string;
}

/**
 * Does some work, and when it is asked to stop says how far it came, what is left of it and how to go on, in place of the bare
 * reason.
 *
 * @param words are asked for when the work has closed everything
 * @throws Interrupted, and what `work` throws for other reasons
 */
export async function untilStopped<T>(
  host: RunningHost,
  words: () => StoppedWords | Promise<StoppedWords>,
  work: (host: RunningHost) => Promise<T>,
): Promise<T> {
  let [task, unit, total, done] = ['', '', 0, 0];
  const emit: RunningHost['emit'] = (event) => {
    if (event.event === 'began') ({ task, unit, total, start: done } = event);
    if (event.event === 'progress') ({ done } = event);
    host.emit(event);
  };
  try {
    return await work({ ...host, emit });
  } catch (error) {
    const stopped = host.signal.aborted && (isMilscopeError(error, 'Interrupted') || !isMilscopeError(error));
    if (!stopped) throw error;
    const { kept, remedy } = await words();
    const where = task === '' ? 'stopped' : `${task} was stopped after ${done} of ${total} ${unit}`;
    throw new MilscopeError('Interrupted', { problem: `${where}; ${kept}`, remedy, cause: error });
  }
}

/** What is told where nothing is left of work that was stopped. */
export const NOTHING_KEPT: StoppedWords = {
  kept: 'nothing was written',
  remedy: 'repeat the command to begin again',
};
