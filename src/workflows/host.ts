import type { Pictures } from '../image/pictures.ts';
import type { SessionPool, SessionPoolOptions } from '../onnx/session-pool.ts';
import type { ScreenAccess } from '../screen/access.ts';
import type { WorkEvent } from './events.ts';
import type { Opened } from './opened.ts';

/** Everything that a workflow needs of the machine that it runs on. */
export interface Host extends ScreenAccess {
  /** Aborts when the work should stop. */
  readonly signal: AbortSignal;
  /** Threads of the processor that may be used. */
  readonly threads: number;
  /** Bytes of memory that the machine has. */
  readonly memory: number;
  /** Encodes pictures. */
  readonly pictures: Pictures;
  /** Makes a pool of workers that run models. */
  readonly pool: (options: SessionPoolOptions) => SessionPool;
  readonly clock: Clock;
  /** Screens and models that the caller has read already, which are not read again. */
  readonly opened?: Opened | undefined;
  /** What computes, and what was asked for, as records of a run say it. */
  readonly about: {
    readonly versions: Readonly<Record<string, string>> & { readonly milscope: string };
    /** The words of the command line; empty where there is none. */
    readonly command: readonly string[];
  };
}

export interface Clock {
  /** The time of day. */
  readonly now: () => Date;
  /** Milliseconds since some moment, for durations. */
  readonly milliseconds: () => number;
}

/** The host of a workflow that runs, which hears what it says. */
export interface RunningHost extends Host {
  readonly emit: (event: WorkEvent) => void;
}
