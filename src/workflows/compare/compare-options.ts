import type { CommonOptions } from '../../cli/console.ts';
import type { StrictOptions } from '../../cli/strict.ts';
import type { ProtocolName } from '../../evaluation/protocols/protocols.ts';
import type { Head } from '../../network/forward.ts';
import type { ScreenOptions } from '../../screen/screen-options.ts';
import type { SharedTraining } from './context.ts';
import type { AskedPooling, BaselineMethod } from './methods.ts';

/** Options of the command `compare`, as commander gives them. */
export interface CompareOptions extends CommonOptions, ScreenOptions, SharedTraining, StrictOptions {
  readonly out: string;
  readonly poolings: readonly AskedPooling[];
  readonly sharpness?: readonly number[];
  readonly heads: readonly Head[];
  readonly baselines: readonly BaselineMethod['name'][];
  readonly protocols: readonly ProtocolName[];
  readonly seeds: number;
  readonly holdout: readonly string[];
  readonly folds: number;
  readonly fraction: number;
  readonly treatment?: string;
  readonly replicate?: string;
  readonly compound?: string;
  readonly batchColumn?: string;
  readonly controls?: readonly string[];
  readonly nucleiChannel?: string;
  readonly cells?: string;
  readonly cellSize?: number;
  readonly distance: number;
  readonly diameter?: number;
  readonly resume: boolean;
  readonly overwrite: boolean;
}
