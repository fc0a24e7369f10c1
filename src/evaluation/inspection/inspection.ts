import type { Screen } from '../../screen/screen.ts';
import type { ChannelSummary } from './channel-summary.ts';
import type { ClassReport } from './classes.ts';
import type { ControlReport } from './controls.ts';
import type { Flag, FlagKind } from './flags.ts';
import type { InspectedField } from './inspected-field.ts';
import type { Layout } from './layout.ts';
import type { SplitReport } from './split.ts';

/** All that is known of a screen before anything is trained on it. */
export interface Inspection {
  readonly screen: Pick<Screen, 'source' | 'channels' | 'rendered' | 'columns' | 'questions'>;
  readonly fields: readonly InspectedField[];
  /** What is wrong with every field, in the order of `fields`. */
  readonly flags: readonly (readonly Flag[])[];
  /** Numbers of fields by what is wrong with them. */
  readonly counts: Readonly<Record<FlagKind, number>>;
  /** Fields that can be read and have no flag. */
  readonly good: number;
  /** The size that most fields have (`512 × 512`), and how many have another. */
  readonly size: { readonly usual: string; readonly others: number } | null;
  readonly channels: readonly ChannelSummary[];
  readonly plates: readonly PlateSummary[];
  readonly layout: Layout;
  readonly classes: ClassReport | null;
  /** Columns that could be labels: with a few values, each in several wells. */
  readonly labelColumns: readonly string[];
  readonly split: SplitReport | null;
  readonly controls: ControlReport | null;
  readonly nuclei: NucleiSize | null;
  readonly advice: readonly Advice[];
}

/** Size of the nuclei of a sample of fields. */
export interface NucleiSize {
  readonly channel: string;
  /** Median over the fields (pixels). */
  readonly diameter: number;
  readonly fields: number;
}

/** What was found on one plate. */
export interface PlateSummary {
  readonly plate: string;
  readonly fields: number;
  readonly wells: number;
  readonly flagged: number;
  readonly counts: Readonly<Record<FlagKind, number>>;
  /** Medians over its fields, one a channel: mean intensity (counts) and detail. NaN where none can be read. */
  readonly brightness: readonly number[];
  readonly detail: readonly number[];
}

/** Something to know before training, and what to do about it. */
export interface Advice {
  /** Whether results suffer if nothing is done; a note is good to know. */
  readonly serious: boolean;
  readonly problem: string;
  readonly remedy: string;
}
