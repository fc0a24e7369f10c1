import { binEdge } from '../../profiling/quality/intensities.ts';
import type { IntensityCurve } from '../plots/intensities-plot.ts';

/** Plates whose curves are drawn: more would be a band. */
const MOST_PLATES = 60;

/** Half the width of a bin on a logarithmic axis. */
const HALF = Math.sqrt(binEdge(1) / binEdge(0));

/**
 * Curves of intensity, a channel and a plate each: the share of the pixels in a bin around each intensity. At low counts
 * some bins have no whole number in them and others two, so there each number has its share of a bin; empty ends are cut
 * off.
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
      const points = Array.from({ length: last - first + 1 }, (_, i) => {
        const share = bins[first + i]! / total;
        const [begin, end] = [binEdge(first + i), binEdge(first + i + 1)];
        if (!whole[c]) return { intensity: begin * HALF, share };
        const [from, to] = [Math.ceil(begin - 1e-6), Math.ceil(end - 1e-6)];
        if (from === to) return undefined;
        const middle = (from + to - 1) / 2;
        return { intensity: Math.max(0.5, middle - 1), share: (share / (to - from)) * middle * (HALF - 1 / HALF) };
      });
      return { plate, channel: channels[c]!, points: points.filter((point) => point !== undefined) };
    }),
  );
}
