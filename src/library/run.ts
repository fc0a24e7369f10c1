import type * as z from 'zod';
import { MilscopeError } from '../errors.ts';
import type { Screen } from '../screen/screen.ts';
import type { Host } from '../workflows/host.ts';
import { createNodeHost } from '../workflows/node/node-host.ts';
import type { Run, Workflow } from '../workflows/workflow.ts';
import type { Model } from './open.ts';

/** What every call takes beside its request. */
export interface RunOptions {
  /** Stops the work when it aborts; what was opened is closed. */
  readonly signal?: AbortSignal | undefined;
  /** Threads of the processor; all of them unless given. */
  readonly threads?: number | undefined;
}

/** The fields of a request but those that have places of their own, and how it is run. */
export type CallOptions<Request extends z.ZodType, Placed extends string> = Omit<z.input<Request>, Placed> & RunOptions;

/** A screen that was opened, or the path of one. */
export type ScreenLike = Screen | string;
/** A model that was opened, or the path of one. */
export type ModelLike = Model | string;

/** What a call opened before works on, by the paths that stand for it in the request. */
export interface Opened {
  readonly screen?: ScreenLike;
  readonly model?: ModelLike;
}

/** The host of a call: this computer, and what the caller has opened already. */
export function hostOf({ signal, threads }: RunOptions, { screen, model }: Opened = {}): Host {
  if (threads !== undefined) requireThreads(threads);
  const screens = screen === undefined || typeof screen === 'string' ? [] : [[screen.source, screen] as const];
  const models = model === undefined || typeof model === 'string' ? [] : [[model.path, model] as const];
  return { ...createNodeHost({ signal, threads }), opened: { screens: new Map(screens), models: new Map(models) } };
}

function requireThreads(threads: number): void {
  if (Number.isSafeInteger(threads) && threads >= 1) return;
  const expected = 'a whole number of at least 1';
  throw new MilscopeError('BadOption', {
    option: 'threads',
    problem: 'no work can be done',
    found: String(threads),
    expected,
  });
}

/** Starts a workflow on what the caller gives. */
export function call<Request extends z.ZodType, Result extends z.ZodType>(
  workflow: Workflow<Request, Result>,
  options: RunOptions,
  opened: Opened = {},
): Run<z.output<Result>> {
  const { signal, threads, ...asked }: RunOptions & Readonly<Record<string, unknown>> = { ...options };
  const { screen, model } = opened;
  const request = {
    ...asked,
    ...(screen !== undefined && { screen: typeof screen === 'string' ? screen : screen.source }),
    ...(model !== undefined && { model: typeof model === 'string' ? model : model.path }),
  };
  return workflow(request as z.input<Request>, hostOf({ signal, threads }, opened));
}
