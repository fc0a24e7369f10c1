import { agreeing, counted } from '../words.ts';
import { predict } from '../workflows/predict/predict.ts';
import type { PredictResult } from '../workflows/predict/request.ts';
import { typedCommand } from '../workflows/shared/typed-command.ts';
import type { CreateCommand } from './main.ts';
import { workflowCommand } from './run-workflow.ts';
import { reportLine } from './summary-words.ts';

/** `predict <model> <screen> --out <file>`: a row of probabilities for every field, or for every cell of `--cells`. */
export const createPredictCommand: CreateCommand = (console) =>
  workflowCommand(predict, console, {
    summary,
    examples: [
      'milscope predict run/model.onnx fields.csv --out predictions.csv --by well',
      'milscope predict run/model.onnx fields.csv --out cells.parquet --cells nuclei.csv',
    ],
  });

function summary(result: PredictResult): string {
  const { out, fields, cells, cellsLost, skipped, skippedFile, predicted, unlabelled } = result;
  const named = [
    ...Object.entries(predicted),
    ...(unlabelled === undefined ? [] : [['no label', unlabelled] as const]),
  ];
  const counts = named.map(([name, count]) => `  ${String(count).padStart(6)}  ${name}\n`);
  const head =
    cells === undefined
      ? `${counted(fields, 'field')} predicted`
      : `${counted(cells, 'cell')} of ${counted(fields, 'field')} predicted`;
  const lost = cellsLost ? `${counted(cellsLost, 'cell')} could not be predicted: see ${skippedFile}\n` : '';
  const unread = skipped > 0 ? `${counted(skipped, 'field')} could not be read: see ${skippedFile}\n` : '';
  const beside = besideLines(result).join('');
  return `${head}: ${out}\n${counts.join('')}${beside}${lost}${unread}${reportLine(result.report)}${cells === undefined ? nextLine(result) : ''}`;
}

/** How the predictions are compared with the truth. */
function nextLine({ out, label, labelled = 0, fields, run }: PredictResult): string {
  const ofRun = run === null ? [] : ['--run', run];
  if (labelled === 0) {
    const command = typedCommand('evaluate', out, '--label', label, '--labels', 'LABELS.csv', ...ofRun);
    return `If a table LABELS.csv has the truth of some fields or wells: ${command}\n`;
  }
  const have = `${labelled} of them ${labelled === 1 ? 'has' : 'have'} a label`;
  const all = labelled === fields ? 'To compare them with their labels' : `${have}. To see how many of these are right`;
  return `${all}: ${typedCommand('evaluate', out, '--label', label, ...ofRun)}\n`;
}

function besideLines({ by = {}, profile, cpa }: PredictResult): readonly string[] {
  const grouped = Object.entries(by).map(([name, { out, groups, leftOut }]) => {
    const without =
      leftOut > 0 ? `, without ${counted(leftOut, 'field')} that ${agreeing(leftOut, 'has', 'have')} no ${name}` : '';
    return `${counted(groups, name)}${without}: ${out}\n`;
  });
  return [
    ...grouped,
    ...(profile === undefined ? [] : [`profiles: ${profile}\n`]),
    ...(cpa === undefined ? [] : [`for CellProfiler Analyst: ${cpa}\n`]),
  ];
}
