import { measureMoments } from '../../pixels/channel-moments.ts';
import { type ChannelSums, measureSums } from '../../pixels/channel-sums.ts';
import type { Image } from '../../pixels/pixels.ts';
import { measureOf, type Strip, type StripMeasure } from '../../pixels/windows/strips.ts';
import { showStrips } from '../../pixels/windows/walk.ts';
import { changedWindows, type WindowedImage } from '../../pixels/windows/windowed-image.ts';
import type { AdjustField } from '../../screen/plates/plates.ts';
import type { Field } from '../../screen/screen.ts';

/** What is seen of fields beside what a model says of them. */
export interface SeenBeside {
  /** What is done to the intensities before the model sees them; the table has the means of those in the files. */
  readonly adjust?: AdjustField | undefined;
  /** Says how far a field lies from those of the training; it sees what the model sees. */
  readonly noveltyMeasure?: ((size: Omit<Image, 'data'>) => StripMeasure<number>) | undefined;
  /** Sees the pixels of every field that is read, in the intensities of the file. */
  readonly watch?: ((field: Field, size: Omit<Image, 'data'>) => StripMeasure<void> | undefined) | undefined;
  /** Whether the model normalizes a field by its own mean and deviation. */
  readonly moments?: boolean | undefined;
}

/** What is measured of a field beside its prediction. */
export interface FieldMeasures {
  /** In the intensities of the file. */
  readonly sums: ChannelSums;
  /** Of what the model sees. */
  readonly novelty: number | undefined;
}

/**
 * Measures a field in one pass, and gives what the model sees of it: a field in memory with its intensities changed, one in files
 * so that they are changed as it is read.
 */
export async function measureAsSeen(
  field: Field,
  windows: WindowedImage,
  { adjust, noveltyMeasure, watch, moments = false }: SeenBeside,
): Promise<FieldMeasures & { readonly seen: WindowedImage }> {
  const sums = measureSums(windows);
  const novelty = noveltyMeasure?.(windows);
  const own = moments ? measureMoments(windows.channels) : undefined;
  const watching = watch?.(field, windows);
  const change = (image: Image) => (adjust ? adjust(field, image) : image);
  const ofSeen = [novelty, own].filter((measure) => measure !== undefined) as StripMeasure<unknown>[];
  const raw = [sums, ...(watching ? [watching] : [])];
  const seen = adjust ? changedWindows(windows, change) : windows;
  if (windows.whole) {
    await showStrips(windows, raw);
    await showStrips(seen, ofSeen);
  } else await showStrips(windows, [...raw, ...(adjust ? together(ofSeen, change) : ofSeen)]);
  watching?.result();
  return {
    sums: sums.result(),
    novelty: novelty?.result(),
    seen: own ? { ...seen, moments: own.result() } : seen,
  };
}

/** Several measures of what is made of strips, which is made once. */
function together(
  measures: readonly StripMeasure<unknown>[],
  change: (image: Image) => Image,
): readonly StripMeasure<unknown>[] {
  if (measures.length === 0) return [];
  const rows = Math.max(1, ...measures.map((measure) => measure.rows ?? 1));
  const add = (strip: Strip) => {
    for (const measure of measures) measure.add(strip);
  };
  return [measureOf({ rows, add, result: () => undefined }, change)];
}
