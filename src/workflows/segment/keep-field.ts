import { packNumbers } from '../../packed-numbers.ts';
import { type ChannelSums, channelMeans, sumChannels } from '../../pixels/channel-sums.ts';
import { measureImage } from '../../pixels/windows/strips.ts';
import type { Screen } from '../../screen/screen.ts';
import type { Host } from '../host.ts';
import type { Parts } from '../shared/parts/open-parts.ts';
import { packThumbnail, type Thumbnails } from '../shared/report/thumbnails.ts';
import { createFieldFiles, type FieldFilesOptions } from './field-files.ts';
import { createLargeFieldFiles } from './large/large-field-files.ts';
import type { SegmentEntry, SegmentLine } from './segment-entry.ts';
import type { SegmentedOne } from './segment-fields.ts';

/** What is known of a field beside its regions, however large it is. */
export interface SeenField {
  /** Of the intensities in the files. */
  readonly sums: ChannelSums;
  readonly probability: Float32Array;
  readonly bag: Float32Array;
}

/** What is known of a field; undefined where it could not be read. */
export function seenOf({ segmentation, large }: SegmentedOne): SeenField | undefined {
  if (large) return { sums: large.sums, ...large.drawn };
  return segmentation && { sums: sumChannels(segmentation.image), ...segmentation.maps[0]! };
}

export interface KeepOptions extends FieldFilesOptions {
  readonly parts: Parts<SegmentLine>;
  /** Fields made small for a report; undefined where there will be none. */
  readonly thumbnails: Thumbnails | undefined;
}

/** Makes what writes the files of a field, and keeps what the tables and the report will say of it. */
export function createKeeping(
  screen: Screen,
  { parts, thumbnails, ...options }: KeepOptions,
  host: Host,
): (one: SegmentedOne, seen: SeenField) => Promise<void> {
  const write = createFieldFiles(screen, options, host);
  const writeLarge = createLargeFieldFiles(screen, options, host);
  const reported = ({ field, segmentation }: SegmentedOne, seen: SeenField): Partial<SegmentEntry> => {
    if (!thumbnails) return {};
    // A large field was made small when it was read.
    const shrink = segmentation && thumbnails.watch(field, segmentation.image);
    if (shrink) measureImage(segmentation.image, shrink);
    const small = thumbnails.take(field);
    return {
      probability: packNumbers(seen.probability),
      bag: packNumbers(seen.bag),
      channelMeans: packNumbers(channelMeans(seen.sums)),
      ...(small && { thumbnail: packThumbnail(small) }),
    };
  };
  return async (one, seen) => {
    const { field, segmentation, large, overlap } = one;
    if (!large) {
      const entry = await write(segmentation!, one);
      await parts.write(field, { ...entry, ...reported(one, seen) });
      return;
    }
    const { entry, regions } = await writeLarge(large, overlap);
    await parts.write(field, { ...entry, ...reported(one, seen) });
    for await (const more of regions) await parts.write(field, { more });
  };
}
