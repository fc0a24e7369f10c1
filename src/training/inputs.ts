import type { Head } from '../network/forward.ts';
import type { NetworkShape, Parameters } from '../network/parameters.ts';
import type { SessionPool } from '../onnx/session-pool.ts';
import type { Normalization } from '../pixels/normalization.ts';
import type { Image } from '../pixels/pixels.ts';
import type { Balance } from './balance.ts';
import type { Schedule } from './schedule.ts';
import type { TrainingState } from './state.ts';

/** A field to learn from or to validate on. */
export interface LabelledField {
  /** What to ask the source for. */
  readonly key: number;
  /** Places of its labels among the classes: one with a softmax, any number with sigmoids. */
  readonly targets: readonly number[];
}

/** Everything that decides what is learned, beside the fields. */
export interface TrainingOptions {
  readonly network: NetworkShape;
  readonly sharpness: number;
  readonly head: Head;
  readonly normalization: Normalization;
  /** How many times the network enlarges what it is shown; 1 unless given. */
  readonly enlarge?: number;
  /** Side of the crops, in pixels of the field. */
  readonly crop: number;
  /** Spread of the random gain and shift of each channel's intensity; 0 leaves them as they are. */
  readonly jitter: number;
  readonly balance: Balance;
  readonly batch: number;
  readonly microBatch: number;
  /** Validation fields that are computed together; 1 unless given, since fields may differ in size. */
  readonly validationBatch?: number;
  readonly epochs: number;
  readonly learningRate: number;
  /** Learning rate of Noisy-AND's thresholds, as a multiple of the others'. */
  readonly thresholdRate: number;
  readonly schedule: Schedule;
  /** Share of the running average that each step keeps; 0 uses the weights of the last step alone. */
  readonly averaging: number;
  readonly seed: number;
}

/** What training needs from outside. */
export interface TrainingInputs {
  readonly options: TrainingOptions;
  readonly fields: readonly LabelledField[];
  readonly validation: readonly LabelledField[];
  /**
   * Pixels of a field; nothing if it cannot be read: then the training goes on without it. With `epoch`, of which they may
   * depend, they are learned from; without, validated on.
   */
  readonly read: (key: number, epoch?: number) => Promise<Image | undefined>;
  readonly pool: SessionPool;
  /** First values of the parameters; drawn at random unless given. */
  readonly initial?: Parameters | undefined;
  /** Where to go on; left out, training begins. */
  readonly state?: TrainingState | undefined;
}
