import type { SkippedField } from '../screen/skipped.ts';
import type { RunningHost } from './host.ts';

/** Long work whose progress is told. */
export interface Task {
  /**
   * Says that `done` units are done, and which share of the work that is, where units do not take equally long.
   *
   * @throws the reason of the host's signal when that was aborted
   */
  readonly update: (done: number, text?: string, share?: number) => void;
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
  about: { task: string; total: number; unit: string; start?: number; startShare?: number; fleeting?: boolean },
): Task {
  emit({ event: 'began', start: 0, fleeting: false, ...about });
  return {
    update: (done, text, share) => {
      signal.throwIfAborted();
      emit({ event: 'progress', done, ...(text !== undefined && { text }), ...(share !== undefined && { share }) });
    },
    end: (text) => emit({ event: 'ended', ...(text !== undefined && { text }) }),
  };
}

/** Says that a field cannot be used. */
export function tellLost({ emit }: Pick<RunningHost, 'emit'>, { imageNumber, ...field }: SkippedField): void {
  emit({ event: 'lost', field: { ...field, ...(imageNumber !== undefined && { imageNumber }) } });
}

/** Parts of a field so few that they are done soon. */
const FEW = 20;

/**
 * Makes what tells how far a large field is, whose parts are done one after the other, at every hundredth.
 *
 * @param what what is being done: `the maps of a large field`
 */
export function tellParts(tell: (text: string) => void, what: string): (done: number, total: number) => void {
  return (done, total) => {
    const hundredth = (part: number) => Math.floor((100 * part) / total);
    if (total >= FEW && hundredth(done) > hundredth(done - 1)) tell(`${hundredth(done)} % of ${what}`);
  };
}
