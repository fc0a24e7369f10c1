import { duration } from '../../workflows/shared/duration.ts';
import type { Console } from '../console.ts';

/** Shows how far long work has come: a bar that is redrawn on a terminal, a line now and then elsewhere. */
export interface Progress {
  /**
   * Says that `done` units are done; `text` is shown behind the counts (a loss, an accuracy), and `share` of the work says how
   * much time is left, where units do not take equally long.
   */
  readonly update: (done: number, text?: string, share?: number) => void;
  /** Prints a line of its own without breaking the bar. */
  readonly note: (line: string) => void;
  /** Ends the display with a last line that stays. */
  readonly finish: (text?: string) => void;
}

export interface ProgressOptions {
  /** What is being done: `training`. */
  readonly label: string;
  /** Units to do. */
  readonly total: number;
  /** What is counted: `fields`. */
  readonly unit: string;
  /** How a number of units is written with what it counts (`1.2 GB`), where the number and `unit` do not say it well. */
  readonly amount?: (units: number) => string;
  /** Units that were done before this run, so that they do not count in the rate. */
  readonly start?: number;
  /** Share of the work that these were, where units do not take equally long. */
  readonly startShare?: number | undefined;
  /** Whether nothing stays of it: there is a bar on a terminal as long as the work goes on, and elsewhere nothing. */
  readonly fleeting?: boolean;
  /** The clock, milliseconds. */
  readonly now?: () => number;
}

const redraw = 100; // ms between two bars
const lineEvery = 10_000; // ms between two lines
const leastBetweenLines = 1_000; // ms between two lines, however fast the work

/**
 * Starts a display on `console.err`.
 *
 * @example
 * const bar = createProgress(console, { label: 'training', total: 4200, unit: 'fields' });
 * bar.update(16, 'loss 1.79');
 * bar.finish();
 */
export function createProgress(
  console: Pick<Console, 'err' | 'terminal'>,
  {
    label,
    total,
    unit,
    amount,
    start = 0,
    startShare,
    fleeting = false,
    now = () => performance.now(),
  }: ProgressOptions,
): Progress {
  const { terminal } = console;
  const began = now();
  let done = start;
  let text = '';
  let share = startShare;
  let shownAt = Number.NEGATIVE_INFINITY;
  let shownDone = start;

  const status = () =>
    describe({ done, start, total, unit, amount, share, startShare, seconds: (now() - began) / 1000 });
  const join = (parts: readonly string[]) => parts.filter((part) => part !== '').join('  ');
  /** The numbers matter more than the bar: it shrinks, then goes, where there is no room. */
  const barLine = (width: number) => {
    const lines = [20, 10, 0].map((length) => join([label, bar(share ?? done / total, length), status(), text]));
    return lines.find((line) => line.length <= width) ?? lines.at(-1)!.slice(0, Math.max(0, width));
  };
  const show = () => {
    if (fleeting && terminal === undefined) return;
    shownAt = now();
    shownDone = done;
    if (terminal === undefined) console.err(`${label}: ${join([status(), text])}\n`);
    else console.err(`\r\x1b[K${barLine(terminal.width - 1)}`);
  };
  const due = () => {
    const since = now() - shownAt;
    if (terminal !== undefined) return since >= redraw;
    return since >= lineEvery || (since >= leastBetweenLines && done - shownDone >= total / 10);
  };

  show();
  return {
    update: (at, say = '', ofWork) => {
      done = at;
      text = say;
      share = ofWork;
      if (due()) show();
    },
    note: (line) => {
      if (fleeting) return;
      console.err(terminal === undefined ? `${line}\n` : `\r\x1b[K${line}\n`);
      if (terminal !== undefined) show();
    },
    finish: (say = text) => {
      if (fleeting) {
        if (terminal !== undefined) console.err('\r\x1b[K');
        return;
      }
      const seconds = (now() - began) / 1000;
      const rate = perSecond(done - start, seconds);
      const counts = `${countOf({ done, total, unit, amount })} in ${duration(seconds)}`;
      const line = `${label}: ${join([rate > 0 ? `${counts}, ${rateOf(rate, { unit, amount })}` : counts, say])}\n`;
      console.err(terminal === undefined ? line : `\r\x1b[K${line}`);
    },
  };
}

/** Counts, rate and time left. */
function describe({
  done,
  start,
  total,
  unit,
  amount,
  share,
  startShare = 0,
  seconds,
}: Pick<ProgressOptions, 'total' | 'unit' | 'amount' | 'startShare'> & {
  readonly done: number;
  readonly start: number;
  readonly share: number | undefined;
  readonly seconds: number;
}): string {
  const rate = perSecond(done - start, seconds);
  const counts = amount ? `${amount(done)} of ${amount(total)}` : `${done} of ${total} ${unit}`;
  if (rate === 0) return counts;
  const left =
    share === undefined || share <= startShare ? (total - done) / rate : (seconds * (1 - share)) / (share - startShare);
  return `${counts}, ${rateOf(rate, { unit, amount })}, ${duration(left)} left`;
}

function countOf({ done, total, unit, amount }: { done: number } & Pick<ProgressOptions, 'total' | 'unit' | 'amount'>) {
  const written = amount ?? String;
  const count = done === total ? written(total) : `${written(done)} of ${written(total)}`;
  return amount ? count : `${count} ${unit}`;
}

function rateOf(rate: number, { unit, amount }: Pick<ProgressOptions, 'unit' | 'amount'>): string {
  return amount ? `${amount(rate)}/s` : `${figure(rate)} ${unit}/s`;
}

function perSecond(done: number, seconds: number): number {
  return done > 0 && seconds > 0 ? done / seconds : 0;
}

function bar(part: number, length: number): string {
  if (length === 0) return '';
  const filled = Math.round(length * Math.min(1, Math.max(0, part || 0)));
  return `[${'='.repeat(filled)}${' '.repeat(length - filled)}]`;
}

function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toPrecision(2);
}
