import type { Overlap } from '../../localization/overlap.ts';
import type { PackedNumbers } from '../shared/parts/packed-numbers.ts';
import type { PackedThumbnail } from '../shared/report/thumbnails.ts';
import type { WrittenRegions } from './region-files.ts';
import type { FieldCounts } from './tally.ts';

/** What a part keeps of a segmented field: all that the tables and the figures of the screen say of it. */
export interface SegmentEntry {
  /** Its line of `fields.csv`. */
  readonly row: string;
  readonly written: WrittenRegions;
  readonly counts: FieldCounts;
  /** With the reference, where it has one. */
  readonly overlap?: Overlap | undefined;
  /** How sure each selection is of it, in their order. */
  readonly sure: PackedNumbers;
  /** What the model says of the field, `[K]` each: its last layer, and its pooling layer. */
  readonly probability?: PackedNumbers;
  readonly bag?: PackedNumbers;
  /** The mean intensity of each channel. */
  readonly channelMeans?: PackedNumbers;
  /** The field made small. */
  readonly thumbnail?: PackedThumbnail;
}
