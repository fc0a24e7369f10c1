import type { PredictionRow } from '../../evaluation/prediction-table.ts';
import { profileLength } from '../../network/profile-graph.ts';
import type { SessionPool } from '../../onnx/session-pool.ts';
import type { Image } from '../../pixels/pixels.ts';
import { readUntil, readWhole, type WindowedImage, windowsOf } from '../../pixels/windows/windowed-image.ts';
import type { FieldPrediction } from '../../prediction/average-predictions.ts';
import { isInside } from '../../prediction/crop.ts';
import { fillOf } from '../../prediction/cut-cells.ts';
import { emptyForEnsemble, type Members } from '../../prediction/ensemble.ts';
import { createNovelty } from '../../prediction/novelty/reference.ts';
import { createFieldSource } from '../../screen/field-source.ts';
import type { Field } from '../../screen/screen.ts';
import type { SkippedField } from '../../screen/skipped.ts';
import { counted } from '../../words.ts';
import type { NucleiFinder, RunningHost } from '../host.ts';
import { boundedWorkers } from '../shared/bounded-workers.ts';
import type { Adjustment } from '../shared/measure-plates.ts';
import { beginTask, tellLost, tellParts } from '../task.ts';
import type { Prediction } from './open-prediction.ts';
import { lostCells, predictCellRows } from './predict-cell-rows.ts';
import { type PredictRowsOptions, predictRows } from './predict-rows.ts';
import type { RowsRequest } from './request.ts';
import { type ShownModel, showModel } from './show-model.ts';
import { watchIntensities } from './watch-intensities.ts';

export interface HowToPredict extends Pick<RowsRequest, 'cells' | 'symmetries' | 'tile' | 'profile' | 'workers'> {
  /** What is done to the intensities of a field before the model sees them. */
  readonly adjustment: Adjustment | undefined;
  /** The fields that are predicted now, in the order of their rows; all of the prediction unless given. */
  readonly fields?: readonly Field[];
  /** Fields or cells that were predicted before. */
  readonly start?: number;
  /** Cells of fields for which this gives different things are never run together. */
  readonly groupOf?: (field: Field) => unknown;
  /** Hears of a field that cannot be read, and of cells that are not in their field. */
  readonly onLost?: (entry: SkippedField, what: 'field' | 'cells') => void;
  /** Sees the pixels of every field that is read, in the intensities of the file. */
  readonly watch?: PredictRowsOptions['watch'];
  /** Fields of more pixels are read in windows and predicted in tiles. */
  readonly wholePixels?: number | undefined;
}

/**
 * The rows of an opened prediction, in the order of the fields, as they are computed: no more is computed than is asked for,
 * but for what the workers have begun. Fields and cells that cannot be read are told as lost; in place of a whole field that
 * cannot be read there is nothing. When the rows end, for whatever reason, the pool of workers has been released.
 *
 * @throws the reason of the host's signal when that was aborted
 */
export async function* predictionRows(
  prediction: Prediction,
  how: HowToPredict,
  host: RunningHost,
): AsyncGenerator<PredictionRow | undefined, void, undefined> {
  const { ofCells, cells, nuclei, total } = prediction;
  const unit = ofCells && cells ? 'cells' : 'fields';
  const { threads, signal } = host;
  const { start = 0 } = how;
  const workers = boundedWorkers(how.workers, host) ?? threads;
  signal.throwIfAborted();
  const task = beginTask(host, { task: 'predicting', total, unit, start });
  const finder = nuclei && host.nucleiFinder(nuclei, threads);
  tellUnknown(prediction, host);
  const watch = watchIntensities(prediction.model.about, host);
  const pool = host.pool({ workers, threads: Math.max(1, Math.floor(threads / workers)) });
  try {
    let done = start;
    let last: number | undefined;
    const onTile = tellParts((text) => task.update(done, text), 'a large field');
    const shown = await showModel(prediction, { ...how, pool, onTile }, host);
    for await (const row of rowsOf(prediction, { ...how, pool, ...shown, find: finder?.find }, host)) {
      // How many cells will be found is not known: then fields are counted.
      const same = ofCells && !cells && row?.imageNumber === last;
      last = row?.imageNumber;
      task.update(same ? done : ++done);
      if (row) watch?.addRow(row);
      yield row;
    }
  } finally {
    await pool.release();
    await finder?.release();
  }
  task.end();
}

/** Fields that are told one by one: a table of the cells of a larger screen names many that are not there. */
const TOLD = 5;

/** Tells of cells in fields that the screen does not have. */
function tellUnknown({ cells, screen }: Pick<Prediction, 'cells' | 'screen'>, host: RunningHost): void {
  const unknown = cells?.unknown ?? [];
  for (const entry of unknown.slice(0, TOLD)) tellLost(host, entry);
  const more = unknown.length - TOLD;
  if (more <= 0) return;
  const message = `${screen.source} lacks ${counted(more, 'more field')} with cells: is the table that of a larger screen?`;
  host.emit({ event: 'warned', message });
}

function rowsOf(
  { model, members, screen, ofCells, cells, fields: all, side, leastSide, columns }: Prediction,
  how: HowToPredict & ShownModel & { readonly pool: SessionPool; readonly find: NucleiFinder['find'] | undefined },
  host: RunningHost,
): AsyncGenerator<PredictionRow | undefined> {
  const { pool, tiles, isTiled, run, find, symmetries, profile, cells: table, adjustment, fields = all, groupOf } = how;
  const { adjust, check } = adjustment ?? {};
  const { classes, thresholds } = columns;
  const lose = (what: 'field' | 'cells') => (entry: SkippedField) => {
    how.onLost?.(entry, what);
    tellLost(host, entry);
  };
  // Nuclei are found in whole fields, and so are the positions that hold cells.
  const seesWhole = find !== undefined || model.about.instances === 'foreground';
  const kept = { cacheBytes: 0, wholePixels: seesWhole ? Number.POSITIVE_INFINITY : how.wholePixels };
  const files = createFieldSource(screen, { ...kept, leastSide, check, onSkip: lose('field') }, host);
  const open = async (field: Field) => {
    const windows = await files.open(field);
    return windows && readUntil(windows, host.signal);
  };
  const source = { ...files, open };
  const { novelty } = model.about;
  const noveltyMeasure = novelty && createNovelty(novelty);
  const moments = members.some(({ about }) => about.normalization.scope === 'field');
  const options = {
    pool,
    source,
    adjust,
    noveltyMeasure,
    moments,
    classes,
    thresholds,
    model: model.hash,
    profile,
    run,
    watch: how.watch,
  };
  const cellsOf = async (field: Field, pixels: WindowedImage) =>
    find
      ? (await find(await readWhole(pixels))).map(({ label, x, y }) => ({ objectNumber: label, x, y }))
      : (cells!.byField.get(field) ?? []);
  if (!ofCells) {
    const toldOf = async (field: Field, image: Image) => {
      const all = await cellsOf(field, windowsOf(image));
      const lost = all.filter((cell) => !isInside(cell, image));
      if (lost.length > 0) lose('cells')(lostCells(lost, { field, table: table!, ...image }));
      return all;
    };
    const pools = model.about.instances === 'foreground';
    const foreground = pools ? { cellsOf: toldOf, empty: emptyOf(members, profile) } : undefined;
    return predictRows(fields, { ...options, symmetries, tiles, isTiled, foreground });
  }
  const shown = { side, window: model.about.window, fill: fillOf(model.about.normalization), symmetries };
  return predictCellRows(fields, { ...options, ...shown, cellsOf, table: table!, onLost: lose('cells'), groupOf });
}

/** What is said of a field without a cell; no feature is found in it. */
function emptyOf(members: Members, profile: boolean | undefined): FieldPrediction {
  const profiles = profile && { profile: new Float32Array(profileLength(members[0]!)) };
  return { ...emptyForEnsemble(members), ...profiles };
}
