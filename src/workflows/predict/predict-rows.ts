import { type RowsOfModel, rowBuilder } from '../../evaluation/prediction-row.ts';
import type { PredictionRow } from '../../evaluation/prediction-table.ts';
import type { SessionPool } from '../../onnx/session-pool.ts';
import { channelMeans } from '../../pixels/channel-sums.ts';
import type { Image } from '../../pixels/pixels.ts';
import { isWindowed, readWhole, type WindowedImage, windowsOf } from '../../pixels/windows/windowed-image.ts';
import type { ModelOutputs } from '../../prediction/average-predictions.ts';
import type { Centre } from '../../prediction/crop.ts';
import { type ForegroundCells, predictFields } from '../../prediction/predict-fields.ts';
import type { RunModel } from '../../prediction/run-model.ts';
import type { FieldSource } from '../../screen/field-source.ts';
import type { Field } from '../../screen/screen.ts';
import { type FieldMeasures, measureAsSeen, type SeenBeside } from './measure-as-seen.ts';

/** What is the same for every row. */
export interface PredictRowsOptions extends RowsOfModel, SeenBeside {
  readonly pool: SessionPool;
  /** Shows pictures to the model; not needed where fields are looked at in tiles. */
  readonly run?: RunModel | undefined;
  readonly source: FieldSource;
  /** Average over the eight symmetries of the square. */
  readonly symmetries?: boolean;
  /** For a model that pools only the positions that hold cells. */
  readonly foreground?: ForegroundCells<Field> | undefined;
  /** Look at each field in tiles. */
  readonly tiles?: ((pixels: Image | WindowedImage) => Promise<ModelOutputs>) | undefined;
  /** Which fields are looked at so; all unless given. */
  readonly isTiled?: ((size: Pick<Image, 'height' | 'width'>) => boolean) | undefined;
  /** Give the rows their profiles, which what shows the pictures makes. */
  readonly profile?: boolean;
}

/** Rows of the table of predictions, in order, as they are computed; nothing for a field that cannot be read. */
export async function* predictRows(
  fields: Iterable<Field>,
  {
    pool,
    run,
    source,
    adjust,
    noveltyMeasure,
    symmetries = false,
    tiles,
    foreground,
    profile,
    watch,
    moments,
    isTiled,
    ...ofModel
  }: PredictRowsOptions,
): AsyncGenerator<PredictionRow | undefined> {
  const rowOf = rowBuilder(ofModel);
  const measured = new Map<Field, FieldMeasures>();
  const cells = new Map<Field, readonly Centre[]>();
  const prepare = (field: Field, pixels: Image | WindowedImage) =>
    source.unlessLost(field, async () => {
      const windows = isWindowed(pixels) ? pixels : windowsOf(pixels);
      const { seen, ...measures } = await measureAsSeen(field, windows, { adjust, noveltyMeasure, watch, moments });
      measured.set(field, measures);
      // Cells are found in the intensities of the file.
      if (foreground) cells.set(field, await foreground.cellsOf(field, await readWhole(windows)));
      return seen;
    });
  const cellsOf = foreground && { ...foreground, cellsOf: (field: Field) => cells.get(field)! };
  const shown = { run, tiles, isTiled, symmetries, profile, foreground: cellsOf };
  const options = { pool, read: source.open, prepare, done: source.free, ...shown };
  for await (const { field, prediction } of predictFields(fields, options)) {
    const { sums, novelty } = measured.get(field) ?? {};
    const measures = sums && { channelMeans: channelMeans(sums), channelLargest: sums.largest, novelty };
    yield measures && prediction && rowOf({ field, prediction, ...measures });
    measured.delete(field);
    cells.delete(field);
  }
}
