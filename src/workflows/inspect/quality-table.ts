import { stringify } from '#csv-stringify/sync';
import type { ChannelQuality } from '../../evaluation/inspection/inspected-field.ts';
import type { Inspection } from '../../evaluation/inspection/inspection.ts';

/** What is written of every channel: CellProfiler's name before that of the channel, and the number. */
const features: readonly (readonly [name: string, pick: (plane: ChannelQuality) => number])[] = [
  ['ImageQuality_PercentMaximal', ({ atMax }) => 100 * atMax],
  ['ImageQuality_PercentMinimal', ({ atMin }) => 100 * atMin],
  // The normalized variance.
  ['ImageQuality_FocusScore', ({ deviation, mean }) => (mean > 0 ? deviation ** 2 / mean : 0)],
  ['ImageQuality_PowerLogLogSlope', ({ slope }) => slope],
  ['Intensity_MeanIntensity', ({ mean }) => mean],
  ['Intensity_StdIntensity', ({ deviation }) => deviation],
  ['Intensity_MedianIntensity', ({ median }) => median],
  ['Intensity_MADIntensity', ({ mad }) => mad],
  ['Intensity_MinIntensity', ({ min }) => min],
  ['Intensity_LowerQuartileIntensity', ({ lowerQuartile }) => lowerQuartile],
  ['Intensity_UpperQuartileIntensity', ({ upperQuartile }) => upperQuartile],
  ['Intensity_MaxIntensity', ({ max }) => max],
  ['MIL_Percentile1', ({ percentile1 }) => percentile1],
  ['MIL_Percentile99', ({ percentile99 }) => percentile99],
  ['MIL_BitDepth', ({ bitDepth }) => bitDepth],
  ['MIL_FineDetail', ({ detail }) => detail],
  ['MIL_Structure', ({ structure }) => structure],
];

/**
 * The table of a screen's fields, in pieces: their metadata, `ImageNumber`, `MIL_Flags` (`saturated:DNA|empty`), size and
 * the measurements of every channel, in counts of the file. What could not be measured is empty.
 */
export async function* qualityTable({ screen, fields, flags }: Inspection): AsyncGenerator<string> {
  const columns = screen.columns.filter((name) => name.toLowerCase() !== 'imagenumber');
  const names = screen.channels.flatMap((channel) => features.map(([name]) => `${name}_${channel}`));
  yield stringify([[...columns, 'ImageNumber', 'MIL_Flags', 'Height', 'Width', ...names]]);
  for (const [i, { field, quality }] of fields.entries()) {
    const own = flags[i]!.map(({ kind, channel }) => (channel === undefined ? kind : `${kind}:${channel}`));
    const numbers = quality
      ? quality.channels.flatMap((plane) => features.map(([, pick]) => text(pick(plane))))
      : names.map(() => '');
    const metadata = columns.map((name) => field.metadata[name]!);
    const size = [quality?.height ?? '', quality?.width ?? ''];
    yield stringify([[...metadata, field.imageNumber, own.join('|'), ...size, ...numbers]]);
  }
}

/** Six digits say enough. */
function text(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : '';
}
