import { type RowsOfModel, rowBuilder } from '../../evaluation/prediction-row.ts';
import type { PredictionRow } from '../../evaluation/prediction-table.ts';
import type { PredictInTiles } from '../../network/tiles/predict-in-tiles.ts';
import type { SessionPool } from '../../onnx/session-pool.ts';
import { channelMeans, sumChannels } from '../../pixels/channel-sums.ts';
import type { Image } from '../../pixels/pixels.ts';
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
  /** Average over the eight symmetries of the square. */
  readonly symmetries?: boolean;
  /** For a model that pools only the positions that hold cells. */
  readonly foreground?: ForegroundCells<Field> | undefined;
  /** Look at each field in tiles. */
  readonly tiles?: PredictInTiles | undefined;
  /** Give the rows their profiles, which what shows the pictures makes. */
  readonly profile?: boolean;
  /** Sees the pixels of every field that is read, in the intensities of the file. */
  readonly look?: ((field: Field, image: Image) => void) | undefined;
}

/** Rows of the table of predictions, in order, as they are computed; nothing for a field that cannot be read. */
export async function* predictRows(
  fields: Iterable<Field>,
  { pool, run, source, adjust, symmetries = false, tiles, foreground, profile, look, ...ofModel }: PredictRowsOptions,
): AsyncGenerator<PredictionRow | undefined> {
  const rowOf = rowBuilder(ofModel);
  const means = new Map<Field, number[]>();
  const cells = new Map<Field, readonly Centre[]>();
  const read = async (field: Field) => {
    const image = await source.read(field);
    if (!image) return undefined;
    means.set(field, channelMeans(sumChannels(image)));
    look?.(field, image);
    // Cells are found in the intensities of the file.
    if (foreground) cells.set(field, await foreground.cellsOf(field, image));
    return adjust ? adjust(field, image) : image;
  };
  const seen = foreground && { ...foreground, cellsOf: (field: Field) => cells.get(field)! };
  const options = { pool, run, read, symmetries, tiles, profile, foreground: seen };
  for await (const { field, prediction } of predictFields(fields, options)) {
    yield prediction && rowOf({ field, prediction, channelMeans: means.get(field) });
    means.delete(field);
    cells.delete(field);
  }
}
