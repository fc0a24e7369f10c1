import type { ProtocolSplit } from '../../evaluation/protocols/protocol.ts';
import type { ProtocolName } from '../../evaluation/protocols/protocols.ts';
import type { SplitField } from '../../evaluation/splits.ts';
import type { FieldProfile } from '../../profiling/field-profile.ts';
import type { RunningHost } from '../host.ts';
import type { StepPlan } from '../shared/run-folder.ts';
import type { TrainingCells } from '../shared/training-cells.ts';
import type { ExaminedScreen } from '../train/examine-screen.ts';
import type { CompareRequest } from './request.ts';
import type { TrainingCount } from './training-count.ts';

/** Columns of the screen that the user named, or that are there. */
export interface ComparisonColumns {
  readonly label: string;
  readonly treatment: string | undefined;
  readonly batch: string | undefined;
}

/** What all units of a comparison share. */
export interface ComparisonContext {
  /** What was asked. */
  readonly request: CompareRequest;
  readonly examined: ExaminedScreen;
  /** The readable fields as protocols see them, in the order of `examined.readable`. */
  readonly fields: readonly SplitField[];
  readonly labelByNumber: ReadonlyMap<number, string>;
  /** Whether a field may have several labels. */
  readonly several: boolean;
  readonly columns: ComparisonColumns;
  /** Columns of the tables of predictions. */
  readonly tableColumns: { readonly metadata: readonly string[]; readonly channels: readonly string[] };
  /** The folds of a protocol. */
  readonly splitOf: (protocol: ProtocolName, seed: number) => ProtocolSplit;
  /**
   * The measured cells of every readable field, in order, and nothing where it can be read no more; measured when first
   * asked for, unless they are kept from an earlier time.
   */
  readonly profiles: () => Promise<readonly (FieldProfile | undefined)[]>;
  /** How the steps of all trainings are computed. */
  readonly stepPlan: StepPlan;
  readonly trainings: TrainingCount;
  /** The cells that networks are trained on; found when first asked for. */
  readonly cells: () => Promise<TrainingCells>;
  readonly host: RunningHost;
}
