import { counted } from '../words.ts';
import { exportModel } from '../workflows/export/export.ts';
import { LICENSE } from '../workflows/export/request.ts';
import type { CreateCommand } from './main.ts';
import { workflowCommand } from './run-workflow.ts';

/** `export <model> --out <file>`: a bioimage.io package, or the plain ONNX file. */
export const createExportCommand: CreateCommand = (console) =>
  workflowCommand(exportModel, console, {
    summary({ out, kind, files, bytes, models, validation, inRun }, { author, license }) {
      if (models) return `${counted(models.length, 'model')} in one file, which gives their average: ${out}\n`;
      if (kind === 'onnx') return `The model: ${out}\n`;
      const size = (of: number) => `${Math.ceil(of / 1000)} kB`;
      return [
        `A bioimage.io package of ${size(bytes)}: ${out}`,
        ...files.map((file) => `  ${file.name.padEnd(28)}${size(file.bytes).padStart(9)}`),
        ...(author.length > 0 ? [] : ['No author is named: set ‹author›.']),
        ...(license === undefined ? [`The licence is ${LICENSE}; choose another with ‹license›.`] : []),
        ...(validation
          ? []
          : [
              `The README says that there are no figures: ${inRun ? 'the run tested no fields' : 'the model does not lie in its run folder'}.`,
            ]),
        '',
      ].join('\n');
    },
    examples: [
      'milscope export run --out package.zip --screen fields.csv --author "Ada Example"',
      'milscope export run --out model.onnx',
      'milscope export run --out run/model.int8.onnx --precision int8 --calibrate fields.csv',
    ],
  });
