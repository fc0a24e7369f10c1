import { isMilscopeError, type MilscopeError } from '../../errors.ts';
import type { Clock, RunningHost } from '../host.ts';
import type { Run } from '../workflow.ts';
import { type Mark, type Pace, paceOf } from './estimate.ts';

/** How long work is watched once it is under way (ms). */
const PATIENCE = 3000;

/** A task of a trial, and how fast it goes. */
export interface TriedTask {
  readonly task: string;
  readonly units: number;
  readonly pace: Pace;
}

export interface Trial {
  readonly tasks: readonly TriedTask[];
  /** What the trial failed with after all of it was done: it may be of the few fields alone. */
  readonly failure?: MilscopeError;
}

/**
 * Watches how fast some work is, and breaks it off when enough was seen of its task `main`. What it says is not passed on, as
 * it is of a few fields only.
 *
 * @throws what the work throws before it has done anything
 */
export async function followTrial(
  run: Run<unknown>,
  { main }: { main: string },
  { clock, signal }: { readonly clock: Clock; readonly signal: RunningHost['signal'] },
): Promise<Trial> {
  const tasks: { task: string; total: number; began: number; marks: Mark[] }[] = [];
  const seen = (failure?: MilscopeError): Trial => {
    const tried = tasks.flatMap(({ task, total: units, began, marks }) => {
      const pace = paceOf(began, marks);
      return pace === undefined ? [] : [{ task, units, pace }];
    });
    return { tasks: tried, ...(failure && { failure }) };
  };
  try {
    for await (const event of run) {
      const now = clock.milliseconds();
      const last = tasks.at(-1);
      if (event.event === 'began') {
        tasks.push({ task: event.task, total: event.total, began: now, marks: [] });
      } else if (event.event === 'progress' && last) {
        last.marks.push({ at: now, done: event.done });
        const first = last.marks.find(({ done }) => done > 0);
        if (last.task === main && first && now - first.at > PATIENCE) break;
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!isMilscopeError(error) || !tasks.some(({ task, marks }) => task === main && marks.length > 0)) throw error;
    return seen(error);
  }
  return seen();
}
