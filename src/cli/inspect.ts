import { inspect } from '../workflows/inspect/inspect.ts';
import type { CreateCommand } from './main.ts';
import { workflowCommand } from './run-workflow.ts';
import { terminalReport } from './terminal/terminal-report.ts';

/** `inspect <screen>`: what should be known of a screen before anything is trained on it. */
export const createInspectCommand: CreateCommand = (console) =>
  workflowCommand(inspect, console, {
    tellsLost: true,
    summary: terminalReport,
    examples: [
      'milscope inspect fields.csv --label MOA',
      'milscope inspect fields.csv --label MOA --holdout Replicate=3 --out report.html',
    ],
  });
