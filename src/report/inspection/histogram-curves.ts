import { binEdge } from '../../profiling/quality/intensities.ts';
import type { IntensityCurve } from '../plots/intensities-plot.ts';

/** Plates whose curves are drawn: more would be a band. */
const MOST_PLATES = 60;

/**
 * Curves of intensity, a channel and a plate each. Bins that no whole number is in, which there are at low counts, are
 * joined with the one below; empty ends are cut off.
 *
 * @param whole by channel: whether its intensities are whole numbers, which were counted as one more than they are
 */
export function histogramCurves(
  histograms: ReadonlyMap<string, readonly Float64Array[]>,
  { channels, whole }: { channels: readonly string[]; whole: readonly boolean[] },
): IntensityCurve[] {
  return [...histograms].slice(0, MOST_PLATES).flatMap(([plate, planes]) =>
    planes.map((bins, c): IntensityCurve => {
      const total = bins.reduce((sum, count) => sum + count, 0);
      const first = bins.findIndex((count) => count > 0);
      const last = bins.findLastIndex((count) => count > 0);
      const points: { intensity: number; share: number }[] = [];
      let [begin, held] = [first, 0];
      for (let i = first; i <= last; i++) {
        held += bins[i]!;
        // The bin ends where the next whole number begins.
        if (whole[c]! && i < last && Math.ceil(binEdge(i + 1) - 1e-6) === Math.ceil(binEdge(begin) - 1e-6)) continue;
        const span = Math.log2(binEdge(i + 1) / binEdge(begin));
        points.push({ intensity: binEdge(begin), share: held / total / (span / Math.log2(binEdge(1) / binEdge(0))) });
        [begin, held] = [i + 1, 0];
      }
      return { plate, channel: channels[c]!, points };
    }),
  );
}
