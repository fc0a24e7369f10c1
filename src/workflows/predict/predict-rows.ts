import { type RowsOfModel, rowBuilder } from '../../evaluation/prediction-row.ts';
import type { PredictionRow } from '../../evaluation/prediction-table.ts';
import type { SessionPool } from '../../onnx/session-pool.ts';
import { type ChannelSums, channelMeans, sumChannels } from '../../pixels/channel-sums.ts';
import type { Image } from '../../pixels/pixels.ts';
import type { ModelOutputs } from '../../prediction/average-predictions.ts';
import type { Centre } from '../../prediction/crop.ts';
import { type ForegroundCells, predictFields } from '../../prediction/predict-fields.ts';
import type { RunModel } from '../../prediction/run-model.ts';
import type { FieldSource } from '../../screen/field-source.ts';
import type { AdjustField } from '../../screen/plates/plates.ts';
import type { Field } from '../../screen/screen.ts';

/** What is the same for every row. */
export interface PredictRowsOptions extends RowsOfModel {
  readonly pool: SessionPool;
  /** Shows pictures to the model; not needed where fields are looked at in tiles. */
  readonly run?: RunModel | undefined;
  readonly source: FieldSource;
  /** What is done to the intensities before the model sees them; the table has the means of those in the files. */
  readonly adjust?: AdjustField | undefined;
  /** Says how far a field lies from those of the training; it sees what the model sees. */
  readonly noveltyOf?: ((image: Image) => number) | undefined;
  /** Average over the eight symmetries of the square. */
  readonly symmetries?: boolean;
  /** For a model that pools only the positions that hold cells. */
  readonly foreground?: ForegroundCells<Field> | undefined;
  /** Look at each field in tiles. */
  readonly tiles?: ((pixels: Image) => Promise<ModelOutputs>) | undefined;
  /** Give the rows their profiles, which what shows the pictures makes. */
  readonly profile?: boolean;
  /** Sees the pixels of every field that is read, in the intensities of the file. */
  readonly look?: ((field: Field, image: Image) => void) | undefined;
}

/** Rows of the table of predictions, in order, as they are computed; nothing for a field that cannot be read. */
export async function* predictRows(
  fields: Iterable<Field>,
  {
    pool,
    run,
    source,
    adjust,
    noveltyOf,
    symmetries = false,
    tiles,
    foreground,
    profile,
    look,
    ...ofModel
  }: PredictRowsOptions,
): AsyncGenerator<PredictionRow | undefined> {
  const rowOf = rowBuilder(ofModel);
  const measured = new Map<Field, ChannelSums>();
  const novelties = new Map<Field, number>();
  const cells = new Map<Field, readonly Centre[]>();
  const read = async (field: Field) => {
    const image = await source.read(field);
    if (!image) return undefined;
    measured.set(field, sumChannels(image));
    look?.(field, image);
    // Cells are found in the intensities of the file.
    if (foreground) cells.set(field, await foreground.cellsOf(field, image));
    const pixels = adjust ? adjust(field, image) : image;
    if (noveltyOf) novelties.set(field, noveltyOf(pixels));
    return pixels;
  };
  const seen = foreground && { ...foreground, cellsOf: (field: Field) => cells.get(field)! };
  const options = { pool, run, read, symmetries, tiles, profile, foreground: seen };
  for await (const { field, prediction } of predictFields(fields, options)) {
    const sums = prediction && measured.get(field)!;
    const novelty = novelties.get(field);
    yield sums && rowOf({ field, prediction, channelMeans: channelMeans(sums), channelLargest: sums.largest, novelty });
    measured.delete(field);
    novelties.delete(field);
    cells.delete(field);
  }
}
