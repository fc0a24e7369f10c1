import type { LogFormat } from './log-file.ts';

/** What a command writes to: replaced in tests, so that no command touches the process. */
export interface Console {
  /** Where the result goes. */
  readonly out: (text: string) => void;
  /** Where progress and warnings go. */
  readonly err: (text: string) => void;
  /** Whether `err` is a terminal that a bar can be redrawn on, and how wide it is (columns). */
  readonly terminal: { readonly width: number } | undefined;
  /** The words that were typed, for records of a run. */
  readonly typed?: readonly string[];
  /** Hears of Ctrl-C as long as a command runs. */
  readonly interruptible?: () => Interruption;
}

/** Aborts when the user asks for it. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Stops listening. */
  readonly end: () => void;
}

/** The options that every command has. */
export interface CommonOptions {
  readonly json: boolean;
  readonly seed: number;
  readonly threads: number;
  readonly device: string;
  /** The file that keeps the messages, and how it is written. */
  readonly log?: string;
  readonly logFormat: LogFormat;
  readonly debug: boolean;
}
