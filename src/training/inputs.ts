import type { CellWindow } from '../network/cell-window.ts';
import type { Head } from '../network/forward.ts';
import type { NetworkShape, Parameters } from '../network/parameters.ts';
import type { SessionPool } from '../onnx/session-pool.ts';
import type { Exposure } from '../pixels/exposure.ts';
import type { Normalization } from '../pixels/normalization.ts';
import type { Image } from '../pixels/pixels.ts';
import type { Balance } from './balance.ts';
import type { Schedule } from './schedule.ts';
import type { TrainingState } from './state.ts';

/** Where a cell is: pixels, 0 being the middle of the first. */
export interface Centre {
  readonly x: number;
  readonly y: number;
}

/** A field for training or validation. */
export interface LabelledField {
  /** The key under which the source is asked for it. */
  readonly key: number;
  /** Class indices of its labels: one with a softmax, any number with sigmoids. */
  readonly targets: readonly number[];
}

/** Everything that determines what is learned, besides the fields. */
export interface TrainingOptions {
  readonly network: NetworkShape;
  readonly sharpness: number;
  readonly head: Head;
  readonly normalization: Normalization;
  /** Factor by which the network enlarges its input; 1 by default. */
  readonly enlarge?: number;
  /** Side of the crops, in pixels of the field. */
  readonly crop: number;
  /** Side of the crops of the first epochs, see `epochsOfFirstCrops`; that of the others by default. Not for cells. */
  readonly firstCrop?: number | undefined;
  /** Spread of the random gain and shift of each channel's intensity; 0 leaves them unchanged. */
  readonly jitter: number;
  readonly balance: Balance;
  readonly batch: number;
  readonly microBatch: number;
  /** Cells of a bag that a step sees, where bags are cells: then `batch` and `microBatch` count bags. */
  readonly cellsPerBag?: number | undefined;
  /** How the neighbours of these cells are hidden; not at all by default. */
  readonly window?: CellWindow | undefined;
  /** Pool only the positions that hold cells. */
  readonly foreground?: boolean | undefined;
  /** Validation fields that are computed together; 1 by default, since fields may differ in size. */
  readonly validationBatch?: number;
  readonly epochs: number;
  readonly learningRate: number;
  /** Learning rate of Noisy-AND's thresholds, as a multiple of the others'. */
  readonly thresholdRate: number;
  readonly schedule: Schedule;
  /** Share of the running average that each step keeps; with 0, the weights of the last step are used. */
  readonly averaging: number;
  /** Which epoch is kept: that which validates best, where fields validate at all, or the last. The best by default. */
  readonly keep?: 'best' | 'last';
  /** Whether the first epochs have each cell for a bag by itself, where bags are cells; not by default. */
  readonly beginsAlone?: boolean | undefined;
  /** Whether what follows the features is settled on all cells of all bags, where bags are cells; not by default. */
  readonly settles?: boolean | undefined;
  /** After how many epochs the validation fields are predicted; after all by default. */
  readonly validations?: number | undefined;
  readonly seed: number;
  /** Channels in a block, to compute steps as a chain of convolutions in blocks; by default as one graph. */
  readonly lanes?: 8 | 16 | undefined;
}

/** What training needs from its caller. */
export interface TrainingInputs {
  readonly options: TrainingOptions;
  readonly fields: readonly LabelledField[];
  readonly validation: readonly LabelledField[];
  /**
   * Pixels of a field; undefined if it cannot be read, and training continues without it. With `epoch`, on which they
   * may depend, they are for training; without, for validation.
   */
  readonly read: (key: number, epoch?: number) => Promise<Image | undefined>;
  /**
   * The pixels around the cells of a bag, where bags are cells, each at least `crop` pixels a side; undefined if there are none.
   * Asked in place of `read`.
   */
  readonly readCells?: ((key: number) => Promise<readonly Image[] | undefined>) | undefined;
  /** Where the cells of a field are, where only positions that hold some are pooled; those outside of it are passed over. */
  readonly cellsOf?: ((key: number) => readonly Centre[]) | undefined;
  /** The change of each channel's intensities of a field before anything else, that makes plates alike; none by default. */
  readonly plate?: ((key: number) => readonly Exposure[]) | undefined;
  readonly pool: SessionPool;
  /** Initial values of the parameters; random by default. */
  readonly initial?: Parameters | undefined;
  /** State to continue from; by default training starts anew. */
  readonly state?: TrainingState | undefined;
}
