import { MilscopeError } from '../errors.ts';
import type { PredictionRow } from '../evaluation/prediction-table.ts';
import { EVEN_THRESHOLD } from '../evaluation/thresholds.ts';
import { nodeFiles } from '../files/node-files.ts';
import { LARGEST_FACTOR, smallestField, TOTAL_STRIDE } from '../network/architecture.ts';
import { thresholdsOf } from '../network/model-file.ts';
import { createProfileGraph, profileLength } from '../network/profile-graph.ts';
import { readModel } from '../network/read-model.ts';
import { createTiledPrediction, type PredictInTiles } from '../network/tiles/predict-in-tiles.ts';
import { createNodeSessionPool } from '../onnx/node/session-pool.ts';
import { PREDICTION_SESSION } from '../prediction/predict-fields.ts';
import { readCells } from '../screen/cells/read-cells.ts';
import { createFieldSource } from '../screen/field-source.ts';
import { labelParts } from '../screen/label-sets.ts';
import type { ScreenOptions } from '../screen/screen-options.ts';
import type { SkippedField } from '../screen/skipped.ts';
import { groupings } from '../workflows/predict/grouped-tables.ts';
import { predictCellRows } from '../workflows/predict/predict-cell-rows.ts';
import {
  type OutputOptions,
  openOutputs,
  requireNewOutputs,
  type WrittenOutputs,
} from '../workflows/predict/predict-outputs.ts';
import { type PredictResult, predictSummary } from '../workflows/predict/predict-result.ts';
import { predictRows } from '../workflows/predict/predict-rows.ts';
import { adjustmentFor } from '../workflows/shared/measure-plates.ts';
import { openModel, requireChannels } from '../workflows/shared/open-model.ts';
import { writeSkippedBeside } from '../workflows/shared/table-output.ts';
import { usualCellSize } from '../workflows/shared/training-cells.ts';
import type { CommonOptions, Console } from './console.ts';
import type { CreateCommand } from './main.ts';
import { openScreen } from './open-screen.ts';
import { createCommand, wholeNumber } from './options.ts';
import { createProgress } from './progress.ts';
import { addScreenOptions, SCREEN_ARGUMENT } from './screen-options.ts';
import { addStrictOption, endStrictly, type StrictOptions } from './strict.ts';

interface PredictOptions extends CommonOptions, OutputOptions, ScreenOptions, StrictOptions {
  readonly cells?: string;
  readonly cellSize?: number;
  readonly workers?: number;
  readonly symmetries: boolean;
  readonly tile?: number;
}

/** `predict <model> <screen> --out <file>`: a row of probabilities for every field, or for every cell of `--cells`. */
export const createPredictCommand: CreateCommand = (console) =>
  addStrictOption(
    addScreenOptions(
      createCommand(
        'predict',
        'Give every field of a screen, or every cell, its class and how probable each class is.',
      ),
    ),
  )
    .argument('<model>', 'model.onnx of a run')
    .argument('<screen>', SCREEN_ARGUMENT)
    .requiredOption('--out <file>', 'table of predictions to write (.csv or .parquet)')
    .option('--cells <file>', 'table of the centres of cells: predict these, not whole fields')
    .option(
      '--cell-size <pixels>',
      `side of the square around a cell that the network is shown (default: that of the training, else ${usualCellSize()}, once enlarged)`,
      wholeNumber({ least: smallestField(LARGEST_FACTOR) }),
    )
    .option(
      '--symmetries',
      'see each field turned and reflected in all eight ways, and average: eight times the work',
      false,
    )
    .option(
      '--tile <pixels>',
      'look at each field in tiles of so many pixels a side, for fields too large to be seen at once: the numbers are the same',
      wholeNumber({ least: TOTAL_STRIDE }),
    )
    .option(
      '--by <groups>',
      'also write tables of wells, of treatments, or of both (well,treatment): the medians of their fields',
      groupings,
    )
    .option('--treatment <column>', 'column of the treatment, for --by treatment (default: Metadata_Treatment)')
    .option(
      '--profile <file>',
      'also write what the network sees: the means of its 1000 feature maps (.csv or .parquet)',
    )
    .option('--cpa', 'with --cells: also write what CellProfiler Analyst opens', false)
    .option('--workers <n>', 'pieces of work done at once (default: --threads)', wholeNumber({ least: 1 }))
    .option('--overwrite', 'replace the tables', false)
    .action(async (model: string, screen: string, options: PredictOptions) => {
      const result = await predictScreen({ modelPath: model, screenPath: screen, options, console });
      console.out(options.json ? `${JSON.stringify(result, undefined, 2)}\n` : predictSummary(result));
      endStrictly(result, options);
    });

/** Refuses options that have nothing to say together. */
function requireFitting({ cells, cellSize, symmetries, tile, by, treatment, cpa }: PredictOptions): void {
  const refuse = (option: string, problem: string, remedy: string) => {
    throw new MilscopeError('BadOption', { option, problem, remedy });
  };
  if (treatment !== undefined && !by?.includes('treatment')) {
    refuse('--treatment', 'no treatments are predicted', 'give --by treatment too, or leave --treatment out');
  }
  if (cells === undefined) {
    const remedy = 'give the cells with --cells';
    if (cellSize !== undefined) refuse('--cell-size', 'whole fields are predicted, at their own size', remedy);
    if (cpa) refuse('--cpa', 'CellProfiler Analyst shows cells, and whole fields are predicted', remedy);
    return;
  }
  if (symmetries) refuse('--symmetries', 'cells are seen as they lie', 'leave --symmetries or --cells out');
  if (by) refuse('--by', 'wells and treatments are those of whole fields', 'leave --by or --cells out');
  if (tile !== undefined) refuse('--tile', 'cells are seen one by one', 'leave --tile or --cells out');
}

async function predictScreen({
  modelPath,
  screenPath,
  options,
  console,
}: {
  modelPath: string;
  screenPath: string;
  options: PredictOptions;
  console: Console;
}): Promise<PredictResult> {
  const { out, symmetries, tile, threads, workers = threads, cells: table } = options;
  const profile = options.profile !== undefined;
  requireFitting(options);
  await requireNewOutputs(options);
  const { bytes, about, hash: model } = await openModel(modelPath);
  const network = profile || tile !== undefined ? readModel(bytes, modelPath) : undefined;
  const screen = await openScreen(screenPath, options, console);
  requireChannels(screen, about, modelPath);
  const side = options.cellSize ?? about.cellSize ?? usualCellSize(about.enlarge);
  const least = smallestField(about.enlarge);
  if (table !== undefined && side < least) {
    throw new MilscopeError('BadOption', {
      option: '--cell-size',
      problem: 'the network sees nothing in so small a square',
      found: `${side} pixels`,
      expected: `at least ${least}`,
    });
  }
  if (about.cellSize !== undefined && table === undefined) {
    const squares = `squares of ${about.cellSize} pixels`;
    console.err(
      `${modelPath} was trained on single cells (${squares}), which --cells predicts; these are whole fields\n`,
    );
  }
  const cells = table === undefined ? undefined : await readCells(table, screen, { files: nodeFiles });
  const fields = cells ? screen.fields.filter((field) => cells.byField.has(field)) : screen.fields;
  const total = cells ? fields.reduce((sum, field) => sum + cells.byField.get(field)!.length, 0) : fields.length;

  const adjust = await adjustmentFor(about, { screen, threads, console });
  const progress = createProgress(console, { label: 'predicting', total, unit: cells ? 'cells' : 'fields' });
  const losses: SkippedField[] = [...(cells?.unknown ?? [])];
  for (const { message } of losses) progress.note(message);
  const source = createFieldSource(screen, {
    cacheBytes: 0,
    leastSide: cells ? side : least,
    onSkip: ({ message }) => progress.note(message),
  });
  const ofFields = thresholdsOf(about);
  // Of a cell the pooling layer decides, whose numbers the thresholds of the last layer do not fit.
  const thresholds = cells ? ofFields?.map(() => EVEN_THRESHOLD) : ofFields;
  const columns = {
    metadata: screen.columns,
    classes: about.classes,
    channels: cells ? [] : screen.channels,
    cells: cells !== undefined,
    thresholds,
  };
  const features = network ? profileLength(network) : 0;
  const outputs = await openOutputs(screen, { options, columns, features, cells, side });
  const pool = createNodeSessionPool({ workers, threads: Math.max(1, Math.floor(threads / workers)) });
  const rowOptions = { pool, source, adjust, classes: about.classes, thresholds, model, profile };
  const onLost = (entry: SkippedField) => {
    losses.push(entry);
    progress.note(entry.message);
  };
  let tiles: PredictInTiles | undefined;
  const rows = (): AsyncGenerator<PredictionRow | undefined> =>
    cells
      ? predictCellRows(fields, { ...rowOptions, cells: cells.byField, table: table!, side, onLost })
      : predictRows(fields, { ...rowOptions, symmetries, tiles });
  const predicted = Object.fromEntries(about.classes.map((name) => [name, 0]));
  const seen = new Set<number>();
  let [count, unlabelled] = [0, 0];
  const write = async (): Promise<WrittenOutputs> => {
    let done = 0;
    for await (const row of rows()) {
      progress.update(++done);
      if (!row) continue;
      count++;
      seen.add(row.imageNumber);
      if (row.predicted === '') unlabelled++;
      else for (const name of thresholds ? labelParts(row.predicted) : [row.predicted]) predicted[name]!++;
      await outputs.write(row);
    }
    return outputs.keep(new Set(source.skipped().flatMap(({ imageNumber }) => imageNumber ?? [])));
  };
  let written: WrittenOutputs;
  try {
    if (network && tile !== undefined) tiles = await createTiledPrediction(network, { pool, side: tile, profile });
    else await pool.load(PREDICTION_SESSION, network ? createProfileGraph(network) : bytes);
    written = await write();
  } catch (error) {
    await outputs.discard();
    throw error;
  } finally {
    await pool.release();
  }
  progress.finish();
  const unread = source.skipped();
  return {
    out,
    model,
    fields: seen.size,
    ...(cells && { cells: count, cellsLost: total - count + cells.unknownCells }),
    skipped: unread.length,
    skippedFile: await writeSkippedBeside(out, [...losses, ...unread]),
    label: about.label,
    predicted,
    ...(thresholds && { unlabelled }),
    ...written,
  };
}
