import { measureField } from '../../pixels/channel-quantiles.ts';
import type { Image } from '../../pixels/pixels.ts';
import { readField } from '../../screen/read-field.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { requireReadable } from '../../screen/skipped.ts';
import { findNuclei } from '../profile/measure-field.ts';
import type { TimeRange } from '../rehearsal/document.ts';
import { rateOf } from '../rehearsal/estimate.ts';
import type { RehearsingHost } from '../rehearsal/rehearsing-host.ts';
import { type SeenFields, sampleFields, seeFields } from '../rehearsal/see-fields.ts';
import { AUTO_CELLS, type TrainingCells } from '../shared/training-cells.ts';
import type { CellSearch } from './begin-run.ts';
import type { ExaminedScreen, LabelledScreen } from './examine-screen.ts';

/** A few fields that were decoded. */
export interface DecodedFields {
  readonly images: readonly Image[];
  /** Seconds that a field takes. */
  readonly pace: TimeRange;
}

/** A labelled screen as far as the headers of its files and a few of its fields tell. */
export interface GlancedScreen {
  readonly seen: SeenFields;
  readonly examined: ExaminedScreen;
  readonly decoded: DecodedFields;
}

/** Fields that are decoded. */
const FEW = 3;

/**
 * Reads the headers of every file and decodes a few fields, which stand for all where intensities matter: enough to plan a
 * training, but not to run the plan.
 *
 * @throws TooManyUnreadable
 */
export async function glanceAt(labelled: LabelledScreen, host: RehearsingHost): Promise<GlancedScreen> {
  const { screen, whole, labelOf } = labelled;
  const seen = await seeFields(whole, host);
  const numbers = new Set(screen.fields.map(({ imageNumber }) => imageNumber));
  requireReadable(
    screen,
    seen.skipped.filter(({ imageNumber }) => numbers.has(imageNumber!)),
  );
  const withLabel = seen.readable.filter(({ field }) => labelOf.has(field));
  const decoded = await decodeFew(screen, sampleFields({ readable: withLabel }, FEW), host);
  const sums = decoded.images.map((image) => measureField(image, 'median'));
  const measure = (place: number) => sums[place % sums.length]!;
  return {
    seen,
    decoded,
    examined: {
      ...labelled,
      readable: withLabel.map((of, place) => ({ ...of, measured: measure(place) })),
      measured: seen.readable.map(({ field }, place) => [field, measure(place)]),
      skipped: seen.skipped,
      hashes: new Map(),
    },
  };
}

/** Decodes fields of a screen one after the other. */
export async function decodeFew(
  screen: Screen,
  fields: readonly Field[],
  host: RehearsingHost,
): Promise<DecodedFields> {
  const began = host.clock.milliseconds();
  const images: Image[] = [];
  for (const field of fields) images.push(await readField(screen, field, host));
  const pace = rateOf((host.clock.milliseconds() - began) / 1000, images.length);
  // Fields are decoded side by side where there are threads.
  return { images, pace: { low: pace.low / host.threads, high: pace.high } };
}

/** Cells as if every field had those of one of the few that were decoded. */
export function cellsAsIn(
  { images }: DecodedFields,
  { readable }: Pick<ExaminedScreen, 'readable'>,
  { size, ...options }: CellSearch,
): TrainingCells {
  const found = images.map((image) => findNuclei(image, options).nuclei.map(({ x, y }) => ({ x, y })));
  const byImage = new Map(readable.map(({ field }, i) => [field.imageNumber, found[i % found.length]!]));
  return { file: AUTO_CELLS, sha256: '', size, byImage, unknown: [] };
}
