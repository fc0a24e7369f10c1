import { agreeing, counted } from '../words.ts';
import { detect } from '../workflows/detect/detect.ts';
import type { CreateCommand } from './main.ts';
import { workflowCommand } from './run-workflow.ts';

/** `detect <screen> --channel NAME --out cells.csv`: where the nuclei are. */
export const createDetectCommand: CreateCommand = (console) =>
  workflowCommand(detect, console, {
    summary(result, { screen }) {
      const { out, channel, fields, nuclei, empty, medianDiameter, masks, skipped, skippedFile } = result;
      const size = medianDiameter === null ? '' : `, ${medianDiameter.toFixed(1)} pixels wide in the median`;
      return [
        `${counted(nuclei, 'nucleus')} in ${counted(fields, 'field')}${size}: ${out}`,
        ...(empty > 0 ? [`${counted(empty, 'field')} ${agreeing(empty, 'has', 'have')} none in ${channel}`] : []),
        ...(masks === null ? [] : [`masks: ${masks}`]),
        ...(skipped > 0 ? [`${counted(skipped, 'field')} could not be read: see ${skippedFile}`] : []),
        `Learn from them: milscope train ${screen} ‹label› COLUMN ‹cells› ${out} ‹out› run`,
        `Or give each its class: milscope predict model.onnx ${screen} ‹out› predictions.csv ‹cells› ${out}`,
        '',
      ].join('\n');
    },
    examples: ['milscope detect fields.csv --channel DNA --out cells.csv'],
  });
