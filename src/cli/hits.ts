import { formatAssay } from '../evaluation/assay/format.ts';
import { hits } from '../workflows/hits/hits.ts';
import type { CreateCommand } from './main.ts';
import { workflowCommand } from './run-workflow.ts';
import { reportLine } from './summary-words.ts';

/** `hits <predictions> --control-column C --negative V --out <file>`: scores of wells, quality of plates, hits, dose-response. */
export const createHitsCommand: CreateCommand = (console) =>
  workflowCommand(hits, console, {
    summary: (result) => {
      const { out, wells, plateQuality, positions, doses, report } = result;
      const beside = [wells, plateQuality, positions, doses].filter((path) => path !== null);
      return `${formatAssay(result)}\nTreatments: ${out}\nBeside it: ${beside.join(', ')}\n${reportLine(report)}`;
    },
    examples: [
      'milscope hits predictions.csv --control-column Compound --negative DMSO --out hits.csv',
      'milscope hits p.csv --control-column Control --negative negative --positive positive --dose Concentration --unit Unit --out hits.csv',
    ],
  });
