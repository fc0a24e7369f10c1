import type { Command } from 'commander';
import type * as z from 'zod';
import { formatBytes } from '../download/disk-space.ts';
import { writeOptions } from '../errors.ts';
import type { WorkflowEvent } from '../workflows/events.ts';
import type { Host } from '../workflows/host.ts';
import { spellPath } from '../workflows/spell-paths.ts';
import type { Run, Workflow } from '../workflows/workflow.ts';
import { ConfigurableCommand, type ConfigurableOptions } from './config/configurable-command.ts';
import type { CommonOptions, Console } from './console.ts';
import { Ended } from './ended.ts';
import { type LogFile, openLogFile } from './log-file.ts';
import { optionName } from './option-name.ts';
import { addCommonOptions } from './options.ts';
import { rehearsalWords } from './rehearsal/rehearsal-words.ts';
import { addRequestOptions, requestOf } from './request-command.ts';
import { createProgress, type Progress } from './terminal/progress.ts';

/** Options of a command that are about the command line itself. */
interface FaceOptions extends CommonOptions {
  readonly strict?: boolean;
  readonly dryRun?: boolean;
}

/** How a command shows a workflow. */
export interface CommandFace<Result, Request> {
  /** The result in words. */
  readonly summary: (result: Result, request: Request) => string;
  /** Whether what a result leaves out can fail a strict command, and whether the result is a failure at all. */
  readonly failed?: (result: Result, options: { readonly strict: boolean }) => boolean;
  /** Whether the summary names what was lost, so that it is not told at once. */
  readonly tellsLost?: boolean;
  /** The options that repeat what a record describes, where the command can; see {@link ConfigurableCommand}. */
  readonly fromRecord?: ConfigurableOptions['fromRecord'];
  /** Two lines, as typed, that stand at the end of the help. */
  readonly examples?: readonly string[];
}

/** Makes the command of a workflow: its options are the fields of the request, its output the events and the result. */
export function workflowCommand<Request extends z.ZodObject, Result extends z.ZodType>(
  workflow: Workflow<Request, Result>,
  console: Console,
  face: CommandFace<z.output<Result>, z.output<Request>>,
): Command {
  const { title, description, request } = workflow;
  const command = addCommonOptions(
    addRequestOptions(
      new ConfigurableCommand(title, { fields: request.shape, fromRecord: face.fromRecord }).description(description),
      request,
    ),
  );
  if (workflow.rehearse) {
    command.option('--dry-run', 'only say what would be read, done and written, and how long it may take', false);
  }
  if (isStrict(workflow.result)) {
    command.option('--strict', 'exit with code 1 when a field is left out, though all else is done', false);
  }
  if (face.examples)
    command.addHelpText('after', `\nExamples:\n${face.examples.map((line) => `  ${line}\n`).join('')}`);
  return command.action(() => performWorkflow(command, workflow, { console, face }));
}

/** Runs the workflow that a command was given, and prints what became of it. @throws Ended */
export async function performWorkflow<Request extends z.ZodObject, Result extends z.ZodType>(
  command: Command,
  workflow: Workflow<Request, Result>,
  { console, face }: { console: Console; face: CommandFace<z.output<Result>, z.output<Request>> },
): Promise<void> {
  const { request } = workflow;
  const options = command.opts<FaceOptions>();
  const asked = requestOf(request, { args: command.args, options: { ...options } });
  const input = asked as z.input<Request>;
  if (options.dryRun && workflow.rehearse) {
    const { rehearse } = workflow;
    const told = await followWorkflow((host) => rehearse(input, host), { console, options, face: {} });
    return console.out(options.json ? `${JSON.stringify(told, undefined, 2)}\n` : rehearsalWords(told));
  }
  const result = await followWorkflow((host) => workflow(input, host), { console, options, face });
  const words = () => writeOptions(face.summary(result, request.parse(asked) as z.output<Request>), optionName);
  console.out(options.json ? `${JSON.stringify(result, undefined, 2)}\n` : words());
  const strict = options.strict === true;
  const failed = face.failed?.(result, { strict }) ?? (strict && (result as { skipped?: number }).skipped !== 0);
  if (failed) throw new Ended(1);
}

/** Runs a workflow on this computer, showing its events, and gives its result. Ctrl-C stops it. */
async function followWorkflow<Result>(
  workflow: (host: Host) => Run<Result>,
  {
    console,
    options,
    face,
  }: {
    console: Console;
    options: Pick<CommonOptions, 'threads' | 'log' | 'logFormat'>;
    face: { readonly tellsLost?: boolean };
  },
): Promise<Result> {
  const interruption = console.interruptible?.();
  let log: LogFile | undefined;
  try {
    const { threads } = options;
    const command = console.typed ?? [];
    // The help needs no native library.
    const { createNodeHost } = await import('../workflows/node/node-host.ts');
    const host = createNodeHost({ signal: interruption?.signal, threads, command, nameOption: optionName });
    const { versions } = host.about;
    if (options.log !== undefined) {
      const path = await spellPath(options.log, host.files);
      log = openLogFile(path, { format: options.logFormat, command, version: versions.milscope }, host.clock);
    }
    const show = createEventDisplay(console);
    const message = 'Stopping when what is under way is done; Ctrl-C again ends at once.';
    interruption?.signal.addEventListener('abort', () => show({ event: 'noted', message }), { once: true });
    for await (const event of workflow(host)) {
      log?.event(event);
      if (event.event === 'finished') return event.result;
      if (event.event !== 'lost' || !face.tellsLost) show(event);
    }
    throw new Error('a workflow ended without a result');
  } catch (error) {
    log?.failed(error);
    throw error;
  } finally {
    interruption?.end();
  }
}

/** Shows events: a bar for the task under way, and lines for what is said. */
function createEventDisplay(console: Console): (event: WorkflowEvent<never>) => void {
  let progress: Progress | undefined;
  let isFleeting = false;
  const say = (message: string) => {
    if (progress && !isFleeting) progress.note(message);
    else console.err(`${progress && console.terminal ? '\r\x1b[K' : ''}${message}\n`);
  };
  return (event) => {
    if (event.event === 'began') {
      const { task: label, total, unit, start, startShare, fleeting } = event;
      const amount = unit === 'bytes' ? { amount: formatBytes } : {};
      isFleeting = fleeting;
      progress = createProgress(console, { label, total, unit, start, startShare, fleeting, ...amount });
    } else if (event.event === 'progress') progress?.update(event.done, event.text, event.share);
    else if (event.event === 'ended') {
      progress?.finish(event.text);
      progress = undefined;
    } else if (event.event === 'epoch') {
      if (event.validation && !isFleeting) say(epochText(event, event.validation));
    } else if (event.event === 'lost') say(event.field.message);
    else if (event.event !== 'finished') say(event.message);
  };
}

type EpochEvent = Extract<WorkflowEvent<never>, { readonly event: 'epoch' }>;

/** What is told of an epoch that validated. */
function epochText(
  { epoch, unit, several, best }: EpochEvent,
  validation: NonNullable<EpochEvent['validation']>,
): string {
  const { loss, correct, fields } = validation;
  const figures = several ? `validation loss ${(loss / fields).toFixed(3)}, ` : '';
  return (
    `epoch ${epoch}: ${figures}${correct} of ${fields} validation ${unit} right` +
    `${several ? ' at 0.5' : ''}${best ? ', the best so far' : ''}`
  );
}

function isStrict(result: z.ZodType): boolean {
  return 'shape' in result && 'skipped' in (result as z.ZodObject).shape;
}
