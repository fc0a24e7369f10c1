import type * as z from 'zod';
import type { PredictionRow } from '../evaluation/prediction-table.ts';
import { predict as predictWorkflow } from '../workflows/predict/predict.ts';
import { predictedRows } from '../workflows/predict/predicted-rows.ts';
import type { predictRequest, predictResult, rowsRequest } from '../workflows/predict/request.ts';
import { type Run, unlessAborted } from '../workflows/workflow.ts';
import { call, hostOf, type ModelLike, type RunOptions, type ScreenLike } from './run.ts';

/** How a screen is predicted: the options of `milscope predict`. */
export type PredictOptions = Partial<Omit<z.input<typeof predictRequest>, 'model' | 'screen'>> & RunOptions;
type RowOptions = Omit<z.input<typeof rowsRequest>, 'model' | 'screen'>;

/** A prediction under way: iterated it gives the rows, awaited it writes the table `out` and gives what `milscope predict` prints. */
export interface Prediction extends AsyncIterable<PredictionRow>, PromiseLike<z.output<typeof predictResult>> {}

/**
 * Predicts the class of every field of a screen, or of every cell with `cells`. The path of a folder of runs stands for the
 * average of their models, and `also` adds more of them.
 *
 * @returns rows in the order of the screen when it is iterated, and then nothing is written; awaited, the result of writing
 *   `out`. Leaving the loop, an abort of the signal and an error close everything that was opened.
 * @throws MilscopeError
 *
 * @example
 * for await (const row of predict(model, screen, { signal })) console.log(row.imageNumber, row.predicted);
 * const { predicted } = await predict(model, screen, { out: 'predictions.csv' });
 */
export function predict(model: ModelLike, screen: ScreenLike, options: PredictOptions = {}): Prediction {
  let awaited: Run<z.output<typeof predictResult>> | undefined;
  return {
    async *[Symbol.asyncIterator]() {
      const { signal, threads, out, by, treatment, profile, cpa, resume, overwrite, ...asked } = options;
      const paths = {
        model: typeof model === 'string' ? model : model.path,
        screen: typeof screen === 'string' ? screen : screen.source,
      };
      const host = hostOf({ signal, threads }, { model, screen });
      try {
        yield* predictedRows({ ...(asked as RowOptions), ...paths }, { ...host, emit: () => undefined });
      } catch (error) {
        throw unlessAborted(error, host.signal);
      }
    },
    // biome-ignore lint/suspicious/noThenProperty: it is awaited for its result.
    then: (fulfilled, rejected) => {
      awaited ??= call(predictWorkflow, options, { model, screen });
      return awaited.then(fulfilled, rejected);
    },
  };
}
