import { counted } from '../words.ts';
import { report } from '../workflows/report/report.ts';
import type { CreateCommand } from './main.ts';
import { workflowCommand } from './run-workflow.ts';

/** `report <run, table or folder>`: the page that shows it, made anew. */
export const createReportCommand: CreateCommand = (console) =>
  workflowCommand(report, console, {
    summary({ report: page, rows, pictures, missing }) {
      const shown = rows === null ? '' : `${counted(rows, 'row')}, ${counted(pictures, 'picture')}. `;
      return `Report: ${page}\n${shown}${missing.join(' ')}`.trimEnd().concat('\n');
    },
    examples: ['milscope report run', 'milscope report predictions.csv'],
  });
