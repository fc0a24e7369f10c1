import type { SkippedField } from '../screen/skipped.ts';
import type { RunningHost } from './host.ts';

/** Long work whose progress is told. */
export interface Task {
  /** Says that `done` units are done. @throws the reason of the host's signal when that was aborted */
  readonly update: (done: number, text?: string) => void;
  /** Says how it ended. */
  readonly end: (text?: string) => void;
}

/**
 * Begins a task.
 *
 * @example
 * const task = beginTask(host, { task: 'predicting', total: 4200, unit: 'fields' });
 * task.update(16);
 * task.end();
 */
export function beginTask(
  { emit, signal }: Pick<RunningHost, 'emit' | 'signal'>,
  about: { task: string; total: number; unit: string; start?: number; fleeting?: boolean },
): Task {
  emit({ event: 'began', start: 0, fleeting: false, ...about });
  return {
    update: (done, text) => {
      signal.throwIfAborted();
      emit({ event: 'progress', done, ...(text !== undefined && { text }) });
    },
    end: (text) => emit({ event: 'ended', ...(text !== undefined && { text }) }),
  };
}

/** Says that a field cannot be used. */
export function tellLost({ emit }: Pick<RunningHost, 'emit'>, { imageNumber, ...field }: SkippedField): void {
  emit({ event: 'lost', field: { ...field, ...(imageNumber !== undefined && { imageNumber }) } });
}
