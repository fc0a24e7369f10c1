import type { ModelDescription } from '../network/model-file.ts';
import type { Screen } from '../screen/screen.ts';

/** A model file that was read. */
export interface OpenModel {
  readonly bytes: Uint8Array;
  /** What the file says of itself: classes, channels, pooling and so on. */
  readonly about: ModelDescription;
  /** SHA-256 of the file, in hexadecimal. */
  readonly hash: string;
}

/** What a caller has read already, by the paths that stand for it in a request. */
export interface Opened {
  readonly screens: ReadonlyMap<string, Screen>;
  readonly models: ReadonlyMap<string, OpenModel>;
  /** Whether these screens hold only a few of their fields, on which work is tried. */
  readonly part?: boolean | undefined;
}
