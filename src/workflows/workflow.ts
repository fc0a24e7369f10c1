import type * as z from 'zod';
import { isMilscopeError, MilscopeError, writeOptions } from '../errors.ts';
import { explainFailures, explainReading } from '../files/explain-failures.ts';
import { type WorkEvent, type WorkflowEvent, writeEvent } from './events.ts';
import type { Host, RunningHost } from './host.ts';
import type { Rehearsal } from './rehearsal/document.ts';
import { type RehearsingHost, rehearsingHost } from './rehearsal/rehearsing-host.ts';
import { spellPaths } from './spell-paths.ts';

/** A workflow under way: awaited it gives the result, iterated the events, of which the last has the result. */
export interface Run<Result> extends AsyncGenerator<WorkflowEvent<Result>, void, undefined>, PromiseLike<Result> {}

/** One thing that users do: a function of a request and a host, with what they have to say to each other. */
export interface Workflow<Request extends z.ZodType, Result extends z.ZodType> {
  (request: z.input<Request>, host: Host): Run<z.output<Result>>;
  /** What it is called: `predict`. */
  readonly title: string;
  /** What it does, in a line. */
  readonly description: string;
  readonly request: Request;
  readonly result: Result;
  /** Says what the work would do, and refuses what it would refuse; it writes nothing. Not given where the work is short. */
  readonly rehearse?: ((request: z.input<Request>, host: Host) => Run<Rehearsal>) | undefined;
}

/** What a workflow is, beside its work. */
export interface AboutWorkflow<Request extends z.ZodType, Result extends z.ZodType> {
  readonly title: string;
  readonly description: string;
  readonly request: Request;
  readonly result: Result;
  /**
   * Says what the work would do.
   *
   * @param perform does the work itself, which a rehearsal may watch for a while
   */
  readonly rehearse?: (
    request: z.output<Request>,
    host: RehearsingHost,
    perform: (request: z.output<Request>, host: Host) => Run<z.output<Result>>,
  ) => Promise<Rehearsal>;
}

/**
 * Makes a workflow of a function. Nothing happens before its run is awaited or iterated. A caller that breaks off the
 * iteration aborts the host's signal for it, and waits until it has closed what it opened.
 *
 * @param about.rehearse says what the work would do, with files that are only imagined
 * @param work gets the request with its defaults, and a host that hears its events
 */
export function defineWorkflow<Request extends z.ZodType, Result extends z.ZodType>(
  { rehearse, ...about }: AboutWorkflow<Request, Result>,
  work: (request: z.output<Request>, host: RunningHost) => Promise<z.output<Result>>,
): Workflow<Request, Result> {
  const understand = (request: z.input<Request>, { files }: Host) =>
    spellPaths(about.request, parseRequest(about.request, request), files);
  const start = (request: z.input<Request>, host: Host): Run<z.output<Result>> =>
    startRun(async (running) => work(await understand(request, running), running), host);
  if (rehearse === undefined) return Object.assign(start, about);
  const perform = (request: z.output<Request>, host: Host) => startRun((running) => work(request, running), host);
  const rehearsal = (request: z.input<Request>, host: Host) =>
    startRun(async (running) => {
      const told = await rehearse(await understand(request, running), rehearsingHost(running), perform);
      return { ...told, does: told.does.map((line) => writeOptions(line, host.nameOption)) };
    }, host);
  return Object.assign(start, { ...about, rehearse: rehearsal });
}

/** The request with its defaults. @throws BadOption for a field that is missing, unknown or makes no sense */
export function parseRequest<Request extends z.ZodType>(schema: Request, request: unknown): z.output<Request> {
  const parsed = schema.safeParse(request);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues as [z.core.$ZodIssue, ...z.core.$ZodIssue[]];
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  throw new MilscopeError('BadOption', {
    option: unknown ?? (issue.path.length > 0 ? String(issue.path[0]) : undefined),
    problem: unknown === undefined ? issue.message.replace(/\.$/, '') : 'there is no such option',
  });
}

/** What became of some work. */
interface Outcome<Result> {
  result?: { readonly of: Result };
}

/** Begins some work when it is first listened to: the events of it, as they come, and its result, however often it is awaited. */
export function startRun<Result>(work: (host: RunningHost) => Promise<Result>, host: Host): Run<Result> {
  const outcome: Outcome<Result> = {};
  const events = eventsOf(work, { host, outcome });
  let awaited: Promise<Result> | undefined;
  const result = () => {
    awaited ??= resultOf(events, outcome);
    return awaited;
  };
  return {
    next: () => events.next(),
    return: (value) => events.return(value),
    throw: (error) => events.throw(error),
    [Symbol.asyncIterator]() {
      return this;
    },
    // biome-ignore lint/suspicious/noThenProperty: a run is awaited for its result.
    then: (fulfilled, rejected) => result().then(fulfilled, rejected),
  };
}

async function resultOf<Result>(
  events: AsyncGenerator<WorkflowEvent<Result>>,
  outcome: Outcome<Result>,
): Promise<Result> {
  while (!(await events.next()).done);
  if (outcome.result) return outcome.result.of;
  throw new MilscopeError('Interrupted', { problem: 'the work was broken off, and has no result' });
}

async function* eventsOf<Result>(
  work: (host: RunningHost) => Promise<Result>,
  { host, outcome: known }: { host: Host; outcome: Outcome<Result> },
): AsyncGenerator<WorkflowEvent<Result>, void, undefined> {
  const left = new AbortController();
  const waiting: WorkEvent[] = [];
  let wake = () => {};
  const emit = (event: WorkEvent) => {
    waiting.push(event);
    wake();
  };
  // Work within other work is heard by that, which passes on what it says.
  const isInner = 'emit' in host;
  let outcome: { readonly result: Result } | { readonly error: unknown } | undefined;
  const files = explainFailures(host.files);
  const done = work({ ...host, files, signal: AbortSignal.any([host.signal, left.signal]), emit })
    .then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    )
    .then((settled) => {
      outcome = settled;
      wake();
    });
  try {
    while (outcome === undefined || waiting.length > 0) {
      const event = waiting.shift();
      if (event !== undefined) yield isInner ? event : writeEvent(event, host.nameOption);
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
    if ('error' in outcome) throw unlessAborted(outcome.error, host.signal);
    known.result = { of: outcome.result };
    yield { event: 'finished', result: outcome.result };
  } finally {
    // Whoever breaks off waits until everything is closed.
    left.abort(new MilscopeError('Interrupted', { problem: 'the work was broken off' }));
    await done;
  }
}

/** What work failed with; `Interrupted` instead of another's error once its signal was aborted. */
export function unlessAborted(error: unknown, signal: AbortSignal): unknown {
  if (!signal.aborted || isMilscopeError(error)) return explainReading(error);
  return new MilscopeError('Interrupted', { problem: 'the work was broken off', cause: error });
}
