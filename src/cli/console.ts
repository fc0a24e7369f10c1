/** What a command writes to: replaced in tests, so that no command touches the process. */
export interface Console {
  /** Where the result goes. */
  readonly out: (text: string) => void;
  /** Where progress and warnings go. */
  readonly err: (text: string) => void;
  /** Whether `err` is a terminal that a bar can be redrawn on, and how wide it is (columns). */
  readonly terminal: { readonly width: number } | undefined;
}

/** The options that every command has. */
export interface CommonOptions {
  readonly json: boolean;
  readonly seed: number;
  readonly threads: number;
  readonly device: string;
  readonly debug: boolean;
}
