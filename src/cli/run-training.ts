import { readScreen } from '../screen/read-screen.ts';
import { refuseExisting, resumeRun, startRun, type TrainOptions } from './begin-run.ts';
import type { Console } from './console.ts';
import { finishRun, type TrainResult } from './finish-run.ts';

/**
 * Trains into `options.out`, or goes on with the run there, and tests the model on what was held out. Throws `Ended` when
 * the user interrupts it.
 */
export async function runTraining(screenPath: string, options: TrainOptions, console: Console): Promise<TrainResult> {
  const { out: folder, threads } = options;
  await refuseExisting(options);
  const workers = Math.min(options.workers ?? threads, options.batch);
  const begun = options.resume
    ? await resumeRun(screenPath, options)
    : await startRun({ screenPath, options, workers, console });
  return finishRun(begun, { screen: await readScreen(screenPath), folder, threads, workers, console });
}
