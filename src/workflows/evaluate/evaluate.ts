import type * as z from 'zod';
import { MilscopeError, named } from '../../errors.ts';
import { evaluatePredictions } from '../../evaluation/evaluate.ts';
import { joinLabels } from '../../evaluation/join-labels.ts';
import { readPredictions } from '../../evaluation/read-predictions.ts';
import { screenOptionsOf } from '../shared/open-screen.ts';
import { requireNewFile } from '../shared/table-output.ts';
import { defineWorkflow } from '../workflow.ts';
import { metricsSchema } from './metrics-schema.ts';
import { readLabels } from './read-labels.ts';
import { evaluateRequest } from './request.ts';
import { readTrainingFields } from './training-fields.ts';

/** Compares predictions with the truth, beside honest baselines. */
export const evaluate = defineWorkflow(
  {
    title: 'evaluate',
    description: 'Compare predictions with the truth, and with simple baselines.',
    request: evaluateRequest,
    result: metricsSchema,
  },
  async (request, host) => {
    const { predictions, out, label, treatment, replicate, batch, seed } = request;
    if (out !== undefined) await requireNewFile(out, request, host);
    requireLabels(request);
    const read = await readPredictions(predictions, host.files);
    for (const message of read.notes ?? []) host.emit({ event: 'noted', message });
    const table =
      request.labels === undefined ? read : joinLabels(read, await readLabels(request.labels, request, host));
    const reference = await readTrainingFields({ run: request.run, predictions }, host.files);
    const metrics = evaluatePredictions(table, { label, treatment, replicate, batch, seed, reference });
    if (out !== undefined) await host.files.write(out, `${JSON.stringify(metrics, undefined, 2)}\n`);
    return metrics;
  },
);

/** The options that say how a screen is read need a screen. */
function requireLabels(request: z.output<typeof evaluateRequest>): void {
  const [given] = Object.keys(screenOptionsOf(request));
  if (request.labels !== undefined || given === undefined) return;
  throw new MilscopeError('BadOption', {
    option: given,
    problem: `this option needs ${named('labels')}`,
    remedy: `name the screen, or a table of its wells, with ${named('labels')}`,
  });
}
