import type { Metrics } from '../../evaluation/evaluate.ts';
import type { SkippedField } from '../../screen/skipped.ts';
import type { TrainingState } from '../../training/state.ts';
import type { MakePictures } from '../shared/report/report-pictures.ts';
import type { EpochLine } from '../shared/run-folder.ts';

/** A piece of what comes of a run, as it comes. */
export type RunPart =
  /** An epoch has ended: its figures, and from where to go on. */
  | { readonly part: 'epoch'; readonly line: EpochLine; readonly state: TrainingState }
  /** The training was stopped here. */
  | { readonly part: 'stopped'; readonly state: TrainingState }
  /** The training is through, or was stopped: every field that was left out, those of the plan among them. */
  | { readonly part: 'left out'; readonly skipped: readonly SkippedField[] }
  | { readonly part: 'model'; readonly model: TrainedModel }
  /** What the model says of the fields that are tested. */
  | { readonly part: 'tested'; readonly test: TestedModel }
  /** Makes the pictures of the fields that were tested, as long as nothing more is asked for. */
  | { readonly part: 'pictures'; readonly pictures: MakePictures };

/** The model of a run. */
export interface TrainedModel {
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes. */
  readonly hash: string;
  /** The epoch whose weights it has. */
  readonly epoch: number;
  /** What the scores of its last layer are divided by, so that probabilities are shares of fields. */
  readonly temperature: number;
  /** The probability from which on each class is a label; only with sigmoids. */
  readonly thresholds?: Readonly<Record<string, number>>;
}

export interface TestedModel {
  /** The table of predictions, as text. */
  readonly table: string;
  /** Missing where there was no field to test. */
  readonly metrics: Metrics | undefined;
  /** In words, which fields were tested. */
  readonly tested: string;
}
