import type { Plane } from '../plane.ts';
import { countIntensities, type Histogram, measureRange } from '../threshold/histogram.ts';
import { OTSU_BINS, otsuOfHistogram, threeClassOtsuOfHistogram } from '../threshold/otsu.ts';
import { placeOfQuantile, selectIntensity } from '../threshold/quantile.ts';
import { type ThresholdChoice, thresholdOf } from '../threshold/threshold.ts';

/** The pieces of a plane, which can be had again and again. */
export type Pieces = () => AsyncIterable<Plane['data']>;

/** The threshold of a plane that comes in pieces: exactly `thresholdOf` the whole. */
export async function thresholdOfPieces(
  pieces: Pieces,
  choice: ThresholdChoice,
  { height, width }: { readonly height: number; readonly width: number },
): Promise<number> {
  switch (choice.kind) {
    case 'otsu':
      return otsuOfHistogram(await histogramOfPieces(pieces));
    case 'otsu-3':
      return threeClassOtsuOfHistogram(await histogramOfPieces(pieces))[choice.middle === 'foreground' ? 0 : 1];
    case 'quantile': {
      const find = selectIntensity(placeOfQuantile(choice.share, height * width));
      for await (const piece of pieces()) find.first(piece);
      for await (const piece of pieces()) find.second(piece);
      return find.result();
    }
    case 'value':
      return thresholdOf({ data: new Uint8Array(0), height: 0, width: 0 }, choice);
  }
}

async function histogramOfPieces(pieces: Pieces): Promise<Histogram> {
  const range = measureRange();
  let float = false;
  for await (const piece of pieces()) {
    range.add(piece);
    float = piece instanceof Float32Array;
  }
  const counts = countIntensities({ range: range.result(), float, bins: OTSU_BINS });
  for await (const piece of pieces()) counts.add(piece);
  return counts.result();
}
