import type { Head } from '../../network/forward.ts';
import type { PoolingName } from '../../network/pooling/poolings.ts';
import type { Normalization } from '../../pixels/normalization.ts';
import type { Schedule } from '../../training/schedule.ts';
import type { ProtocolName } from '../protocols/protocols.ts';

/** What a methods section says of a comparison: nothing is said that is not here. */
export interface MethodsFacts {
  readonly software: { readonly name: string; readonly version: string };
  readonly screen: ScreenFacts;
  /** The networks; none where only baselines were compared. */
  readonly networks: readonly NetworkFacts[];
  /** The channel in which the cells of networks were found, or the table that has them; left out where no network looks at any. */
  readonly cells?: { readonly channel: string } | { readonly table: string };
  /** How each of them was trained; left out where there are none. */
  readonly training?: TrainingFacts;
  /** Names of methods, as `field-features`, in the order in which they are told. */
  readonly baselines: readonly BaselineName[];
  readonly protocols: readonly ProtocolFacts[];
}

export interface ScreenFacts {
  readonly fields: number;
  /** Left out where they are not known. */
  readonly wells?: number;
  /** 0 where there are none. */
  readonly treatments: number;
  readonly classes: number;
  readonly channels: readonly string[];
  /** Fields that took no part in anything, and why, as `could not be read`. */
  readonly leftOut?: readonly { readonly fields: number; readonly reason: string }[];
}

export interface NetworkFacts {
  readonly pooling: PoolingName;
  /** Where the pooling function has one. */
  readonly sharpness?: number;
  readonly head: Head;
  /** What it pools. */
  readonly instances: PooledInstances;
  /** Number of seeds. */
  readonly seeds: number;
}

/** What a network pools: positions of the maps of fields, the cells of a field or of a well, or positions of single cells. */
export type PooledInstances = 'positions' | 'foreground' | 'cells' | 'cells of a well' | 'cropped-cells';

/** What networks of a kind were shown. */
export interface ShownFacts {
  readonly instances: 'positions' | 'foreground' | 'cells' | 'cropped-cells';
  /** Side of the crops, or of the squares around cells, in pixels. */
  readonly side: number;
  /** The side of the crops of the first epochs, where these are smaller, and the share of the epochs that have these. */
  readonly first?: { readonly side: number; readonly share: number } | undefined;
  /** Fields, bags or cells of a step. */
  readonly batch: number;
  /** How long, in the unit that was given; a range where folds differ. */
  readonly length: { readonly unit: 'epoch' | 'step'; readonly least: number; readonly most: number };
  /** How cells that are pooled were trained. */
  readonly cells?: CellFacts;
}

/** How a training on cells that are pooled differs from others. */
export interface CellFacts {
  /** Share of the epochs, the first, in which each cell was a bag by itself. */
  readonly alone: number;
  /** From where to where cells faded out, as shares of half the side; whether other cells were hidden. */
  readonly window: { readonly full: number; readonly zero: number; readonly others?: number | undefined };
  /** Whether what follows the features was settled on all cells. */
  readonly settled: boolean;
}

export interface TrainingFacts {
  readonly optimizer: { readonly name: 'Adam'; readonly decays: readonly [number, number] };
  /** The highest learning rate. */
  readonly learningRate: number;
  readonly schedule: Schedule;
  /** At least one, each kind of instance once. */
  readonly shown: readonly ShownFacts[];
  /** How many times the network enlarged what it was shown; left out where it did not. */
  readonly enlarge?: number;
  /** Share of the training wells that chose the epoch; 0 where the last one was taken. */
  readonly validation: number;
  /** Whether some folds had too few wells for that, so that the last epoch was taken. */
  readonly orLast?: boolean;
  /** Share of the running average of the weights that a step kept, where they were averaged. */
  readonly averaging?: number;
  /** Spread of the random gain and shift of each channel's intensity, where there was one. */
  readonly jitter?: number;
  /** By what the intensities were normalized in each training; those that are alike are named once. */
  readonly normalizations?: readonly Pick<Normalization, 'scope' | 'measure'>[];
}

export interface ProtocolFacts {
  readonly name: ProtocolName;
  readonly folds: number;
  /** Fields and treatments that were tested: the denominators. */
  readonly fields: number;
  readonly treatments: number;
  /** `paper`: share of the wells of each class that were trained on. */
  readonly fraction?: number;
  /** `holdout`: the conditions. */
  readonly conditions?: readonly string[];
  /** What was not tested, with the reason that the protocol gives, as `no other compound has its class`. */
  readonly leftOut?: readonly { readonly treatments: number; readonly fields: number; readonly reason: string }[];
}

export type BaselineName =
  | 'field-features'
  | 'factor-analysis'
  | 'svm-ensemble'
  | 'cropped-cells'
  | 'mean-intensity'
  | 'batch-alone'
  | 'majority-class';
