import { formatMetrics } from '../evaluation/format.ts';
import { evaluate } from '../workflows/evaluate/evaluate.ts';
import type { CreateCommand } from './main.ts';
import { workflowCommand } from './run-workflow.ts';

/** `evaluate <predictions> --label COLUMN`: how well predictions agree with the truth, beside honest baselines. */
export const createEvaluateCommand: CreateCommand = (console) =>
  workflowCommand(evaluate, console, {
    summary: formatMetrics,
    examples: [
      'milscope evaluate predictions.csv --label MOA --treatment Compound',
      'milscope evaluate predictions.csv --label MOA --labels annotated.csv --json',
    ],
  });
