import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { isMilscopeError, MilscopeError, messageOf } from '../errors.ts';
import type { WorkflowEvent } from '../workflows/events.ts';
import type { Clock } from '../workflows/host.ts';
import { optionName } from './option-name.ts';

/** How a log is written: lines to read, or a JSON document a line. */
export const LOG_FORMATS = ['text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Keeps what a command says, with the time of each message. */
export interface LogFile {
  readonly event: (event: WorkflowEvent<unknown>) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Begins a log of a command, behind what the file has already: a run that is continued keeps its messages. Each message is
 * written at once, so that nothing is lost when the process is killed. Progress within a task is left out.
 *
 * @param about.command the words that were typed
 * @throws CannotWrite
 */
export function openLogFile(
  path: string,
  { format, command, version }: { format: LogFormat; command: readonly string[]; version: string },
  clock: Pick<Clock, 'now'>,
): LogFile {
  const write = (event: Readonly<Record<string, unknown>>, text: string): void => {
    const time = clock.now().toISOString();
    append(path, format === 'json' ? JSON.stringify({ time, ...event }) : `${time}  ${text.trimEnd()}`);
  };
  makeFolder(dirname(path));
  write({ event: 'started', version, command }, `milscope ${version}: milscope ${command.join(' ')}`);
  return {
    event(event) {
      if (event.event === 'progress') return;
      write(event, textOf(event));
    },
    failed(error) {
      const message = isMilscopeError(error) ? messageOf(error, optionName) : String((error as Error).stack ?? error);
      const tag = isMilscopeError(error) ? error.tag : 'Bug';
      write({ event: 'failed', tag, message }, `${tag === 'Interrupted' ? 'stopped' : 'failed'}: ${message}`);
    },
  };
}

/** An event in a line. */
function textOf(event: Exclude<WorkflowEvent<unknown>, { readonly event: 'progress' }>): string {
  switch (event.event) {
    case 'began':
      return `${event.task}: ${event.total} ${event.unit}${event.start > 0 ? `, from ${event.start} on` : ''}`;
    case 'ended':
      return event.text === undefined ? 'done with it' : `done with it: ${event.text}`;
    case 'warned':
      return `warning: ${event.message}`;
    case 'noted':
      return event.message;
    case 'lost':
      return `left out: ${event.field.message}`;
    case 'epoch':
      return epochText(event);
    case 'finished':
      return 'finished';
  }
}

type EpochEvent = Extract<WorkflowEvent<unknown>, { readonly event: 'epoch' }>;

/** The figures of an epoch: losses for one field, and how many are right. */
function epochText({ epoch, training, validation, unit, best }: EpochEvent): string {
  const figures = ({ loss, correct, fields }: EpochEvent['training']) =>
    `loss ${(loss / fields).toFixed(3)}, ${correct} of ${fields} ${unit} right`;
  const validated = validation ? `; validation: ${figures(validation)}${best ? ', the best so far' : ''}` : '';
  return `epoch ${epoch}: training: ${figures(training)}${validated}`;
}

/** Makes a folder and those above it that are missing, one by one; what goes wrong is said where the first line is written. */
function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let each = folder; !existsSync(each) && each !== dirname(each); each = dirname(each)) missing.unshift(each);
  try {
    for (const each of missing) mkdirSync(each);
  } catch {}
}

function append(path: string, line: string): void {
  try {
    appendFileSync(path, `${line}\n`);
  } catch (cause) {
    throw new MilscopeError('CannotWrite', {
      file: path,
      option: 'log',
      problem: 'the log cannot be written',
      found: (cause as { code?: string }).code ?? String(cause),
      remedy: 'name a file in a folder that you may write to',
      cause,
    });
  }
}
