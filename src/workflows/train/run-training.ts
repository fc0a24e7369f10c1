import type { Console } from '../../cli/console.ts';
import { openScreen } from '../../cli/open-screen.ts';
import { readTrainingCells, usualCellSize } from '../shared/training-cells.ts';
import { refuseExisting, resumeRun, startRun, type TrainOptions } from './begin-run.ts';
import { finishRun, type TrainResult } from './finish-run.ts';
import { mostWorkers } from './training-defaults.ts';

/**
 * Trains into `options.out`, or goes on with the run there, and tests the model on what was held out. Throws `Ended` when
 * the user interrupts it.
 */
export async function runTraining(screenPath: string, options: TrainOptions, console: Console): Promise<TrainResult> {
  const { out: folder, threads } = options;
  await refuseExisting(options);
  const resumed = options.resume ? await resumeRun(screenPath, options, console) : undefined;
  const screen = resumed?.screen ?? (await openScreen(screenPath, options, console));
  const asked =
    options.cells === undefined
      ? null
      : { file: options.cells, size: options.cellSize ?? usualCellSize(options.enlarge) };
  const wanted = resumed ? resumed.record.options.cells : asked;
  const cells = wanted ? await readTrainingCells(wanted, screen) : undefined;
  const workers = Math.min(options.workers ?? threads, resumed?.record.options.batch ?? mostWorkers(options));
  const begun = resumed ?? (await startRun({ screen, screenPath, options, cells, workers, console }));
  return finishRun(begun, { screen, cells: cells?.byImage, folder, threads, workers, console });
}
