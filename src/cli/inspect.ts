import { writeOptions } from '../errors.ts';
import { inspect } from '../workflows/inspect/inspect.ts';
import type { InspectResult } from '../workflows/inspect/result.ts';
import type { CreateCommand } from './main.ts';
import { optionName } from './request-command.ts';
import { workflowCommand } from './run-workflow.ts';
import { terminalReport } from './terminal-report.ts';

/** `inspect <screen>`: what should be known of a screen before anything is trained on it. */
export const createInspectCommand: CreateCommand = (console) =>
  workflowCommand(inspect, console, {
    tellsLost: true,
    summary: (result) => terminalReport(withOptions(result)),
    document: withOptions,
    examples: [
      'milscope inspect fields.csv --label MOA',
      'milscope inspect fields.csv --label MOA --holdout Replicate=3 --out report.html',
    ],
  });

/** What is to be done, with the options as they are typed. */
function withOptions({ advice, split, ...rest }: InspectResult): InspectResult {
  const typed = (text: string) => writeOptions(text, optionName);
  return {
    ...rest,
    split: split && { ...split, refused: split.refused && typed(split.refused) },
    advice: advice.map(({ serious, problem, remedy }) => ({ serious, problem: typed(problem), remedy: typed(remedy) })),
  };
}
