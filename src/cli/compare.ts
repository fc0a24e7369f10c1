import { join } from '../files/paths.ts';
import { counted } from '../words.ts';
import { compare } from '../workflows/compare/compare.ts';
import { describeUnit } from '../workflows/compare/methods.ts';
import type { CreateCommand } from './main.ts';
import { workflowCommand } from './run-workflow.ts';
import { reportLine } from './summary-words.ts';

/** `compare <screen> --label COLUMN --out <folder>`: pooling functions and baselines side by side, as in the paper. */
export const createCompareCommand: CreateCommand = (console) =>
  workflowCommand(compare, console, {
    summary({ out, table, methods, failed, skipped, report }) {
      const notDone = failed.map(({ unit, message }) => `Not done: ${describeUnit(unit)}. ${message}\n`).join('');
      const left =
        skipped > 0 ? `${counted(skipped, 'field')} could not be read: see ${join(out, 'skipped.csv')}\n` : '';
      return `${table}\n${methods}\n\n${notDone}${left}Tables and figures: ${out}\n${reportLine(report)}`;
    },
    failed: ({ failed, skipped }, { strict }) => failed.length > 0 || (strict && skipped > 0),
    examples: [
      'milscope compare fields.csv --label MOA --protocols compound --baselines field-features --nuclei-channel DNA --out compared',
      'milscope compare fields.csv --label MOA --poolings noisy-and=7.5,mean --seeds 3 --out compared --resume',
    ],
  });
