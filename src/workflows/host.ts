import type { NameOption } from '../errors.ts';
import type { Pictures } from '../image/pictures.ts';
import type { BeliefSolver } from '../localization/belief/propagate-in-tiles.ts';
import type { DetectedNuclei, Nucleus } from '../localization/nuclei/nuclei.ts';
import type { SessionPool, SessionPoolOptions } from '../onnx/session-pool.ts';
import type { Image } from '../pixels/pixels.ts';
import type { ScreenAccess } from '../screen/access.ts';
import type { SimulatedField } from '../screen/simulation/field.ts';
import type { FieldOptions } from '../screen/simulation/field-options.ts';
import type { WorkEvent } from './events.ts';
import type { Opened } from './opened.ts';
import type { NucleiOptions } from './profile/measure-field.ts';

/** Everything that a workflow needs of the machine that it runs on. */
export interface Host extends ScreenAccess {
  /** Aborts when the work should stop. */
  readonly signal: AbortSignal;
  /** Threads of the processor that may be used. */
  readonly threads: number;
  /** Bytes of memory that the machine has. */
  readonly memory: number;
  /** Fields of more pixels are segmented in parts; `WHOLE_PIXELS` unless given. */
  readonly wholePixels?: number | undefined;
  /**
   * Channels in a block of the convolutions that the runtime has for blocks on this processor; undefined where it has none.
   * They are looked for when this is first called.
   */
  readonly lanes: () => Promise<8 | 16 | undefined>;
  /** Encodes pictures. */
  readonly pictures: Pictures;
  /** Makes a pool of workers that run models. */
  readonly pool: (options: SessionPoolOptions) => SessionPool;
  /** Starts what finds nuclei in fields, on so many threads. */
  readonly nucleiFinder: (options: NucleiOptions, threads: number) => NucleiFinder;
  /** Starts what solves belief propagation in tiles of large fields, on so many threads at most. */
  readonly beliefSolver: (threads: number) => BeliefSolver & { readonly release: () => Promise<void> };
  /** Starts what simulates fields, on so many threads. */
  readonly fieldSimulator: (threads: number) => FieldSimulator;
  /**
   * Takes the lock that a path stands for, which two pieces of work never hold at once, be they of one process or of several.
   * A host on whose files nobody else works gives every lock.
   *
   * @returns the lock, or who holds it
   */
  readonly lock: (path: string) => Promise<Lock | { readonly heldBy: LockHolder }>;
  readonly clock: Clock;
  /** Writes the options in messages and files as the users of the host know them: `cellSize`, or `--cell-size`. */
  readonly nameOption: NameOption;
  /** Screens and models that the caller has read already, which are not read again. */
  readonly opened?: Opened | undefined;
  /** What computes, and what was asked for, as records of a run say it. */
  readonly about: {
    readonly versions: Readonly<Record<string, string>> & { readonly milscope: string };
    /** The words of the command line; empty where there is none. */
    readonly command: readonly string[];
    /** The folder that paths are meant from, in full, where there is one. */
    readonly folder?: string | undefined;
  };
}

/** Simulates fields; the same options give the same pixels. */
export interface FieldSimulator {
  readonly simulate: (options: FieldOptions) => Promise<SimulatedField>;
  readonly release: () => Promise<void>;
}

/** Finds the nuclei of fields. */
export interface NucleiFinder {
  readonly find: (image: Image) => Promise<readonly Nucleus[]>;
  /** The same, with the pixels of each. */
  readonly outline: (image: Image) => Promise<DetectedNuclei>;
  /** Ends what it has started. */
  readonly release: () => Promise<void>;
}

/** Who holds a lock. */
export interface LockHolder {
  /** The number of the process, and the computer that it runs on. */
  readonly pid: number;
  readonly host: string;
  /** When the lock was taken, as ISO 8601 has it. */
  readonly started: string;
}

/** A lock that is held. */
export interface Lock {
  /** Gives it back, and removes folders that were made for it and are still empty. */
  readonly release: () => Promise<void>;
  /** Who left it behind, where it was taken over. */
  readonly left?: LockHolder | undefined;
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
