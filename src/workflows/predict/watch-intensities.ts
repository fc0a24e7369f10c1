import {
  createIntensityCheck,
  type IntensityReport,
  intensityWords,
  isWorthWarning,
} from '../../evaluation/intensity-check.ts';
import type { PredictionRow } from '../../evaluation/prediction-table.ts';
import type { ModelDescription } from '../../network/model-file.ts';
import type { FieldIntensities } from '../../pixels/seen-intensities.ts';
import type { RunningHost } from '../host.ts';

/** Fields after which a user is warned, when most of them have other intensities than those of the training. */
const FIRST = 5;

/** Watches whether the fields of a screen have intensities of the kind that a model was trained on. */
export interface IntensityWatch {
  /** Takes a field; a warning comes early where the first fields are not of that kind. */
  readonly add: (field: FieldIntensities) => void;
  /** Takes the field of a row, once for all of its cells, which come one after the other. */
  readonly addRow: (row: Pick<PredictionRow, 'imageNumber' | 'channelMeans' | 'channelLargest'>) => void;
  readonly report: () => IntensityReport;
}

type Trained = Pick<ModelDescription, 'intensities' | 'channels' | 'normalization'>;

/** Begins to watch; undefined for a model that does not say what it was trained on. */
export function watchIntensities(
  { intensities: seen, channels, normalization: { scope } }: Trained,
  host?: Pick<RunningHost, 'emit'>,
): IntensityWatch | undefined {
  if (!seen) return undefined;
  const check = createIntensityCheck({ seen, channels, scope });
  let last: number | undefined;
  const add = (field: FieldIntensities) => {
    check.add(field);
    const first = check.report();
    if (!host || first.fields !== FIRST || first.outside * 2 <= FIRST) return;
    host.emit({ event: 'warned', message: intensityWords(first, { first: true, scope })! });
  };
  return {
    add,
    addRow({ imageNumber, channelMeans: means, channelLargest: largest }) {
      if (imageNumber === last || !largest) return;
      last = imageNumber;
      add({ means, largest });
    },
    report: check.report,
  };
}

/** Says in the end how many fields were unlike those of the training: as a warning, unless they are few. */
export function tellIntensities(
  report: IntensityReport | undefined,
  { normalization: { scope } }: Trained,
  { emit }: Pick<RunningHost, 'emit'>,
): void {
  const message = report && intensityWords(report, { scope });
  if (message !== undefined) emit({ event: isWorthWarning(report!) ? 'warned' : 'noted', message });
}
