import type { Overlap } from '../../localization/overlap.ts';
import type { PackedNumbers } from '../../packed-numbers.ts';
import type { PackedThumbnail } from '../shared/report/thumbnails.ts';
import type { MoreRegions, WrittenRegions } from './region-files.ts';
import type { FieldCounts } from './tally.ts';

/** What a part keeps of a segmented field: all that the tables and the figures of the screen say of it. */
export interface SegmentEntry {
  /** Its line of `fields.csv`. */
  readonly row: string;
  readonly written: WrittenRegions;
  readonly counts: FieldCounts;
  /** With the reference, where it has one. */
  readonly overlap?: Overlap | undefined;
  /** The probability of each class of the model. */
  readonly probability: PackedNumbers;
  /** The output of the pooling layer, `[K]`. */
  readonly bag?: PackedNumbers;
  /** The mean intensity of each channel. */
  readonly channelMeans?: PackedNumbers;
  /** The field made small. */
  readonly thumbnail?: PackedThumbnail;
}

/** A line of a part: what is kept of a field, or more regions of a large field, which follow it. */
export type SegmentLine = SegmentEntry | { readonly more: MoreRegions };
