import { plateName } from '../screen/simulation/imagexpress/plate-files.ts';
import { counted } from '../words.ts';
import { simulate } from '../workflows/simulate/simulate.ts';
import type { CreateCommand } from './main.ts';
import { workflowCommand } from './run-workflow.ts';

/** `milscope simulate <dir>`: a synthetic screen with truth. */
export const createSimulateCommand: CreateCommand = (console) =>
  workflowCommand(simulate, console, {
    summary({ out, fields, cells, plates: folder, plateMap, total, classes, channels, options }) {
      const { plates, wells, sites, size, mixture } = options;
      const mixed = mixture[1] > 1;
      const width = Math.max(...classes.map(({ name }) => name.length));
      const path = /\s/.test(fields) ? `"${fields}"` : fields;
      const responding = (share: number) => (share === 0 ? 'none respond' : `${Math.round(100 * share)} % respond`);
      return [
        `${counted(total.fields, 'field')} of ${size} × ${size} pixels with ${counted(total.cells, 'cell')} in ${out}`,
        `(plates: ${plates}, wells a plate: ${wells}, sites a well: ${sites}, channels: ${channels.join(', ')})`,
        '',
        ...classes.map(({ name, fields, cells, responders }) => {
          const counts = `${String(fields).padStart(5)} fields ${String(cells).padStart(7)} cells`;
          return `  ${name.padEnd(width)}  ${counts}${cells === 0 ? '' : `  ${responding(responders)}`}`;
        }),
        '',
        `  ${fields}  one row for each field, with its label${mixed ? 's' : ''} in Metadata_Phenotype`,
        `  ${cells}  one row for each cell, with its true class in Phenotype`,
        ...(folder === undefined ? [] : [`  ${folder}  the images, in the folders of an ImageXpress`]),
        ...(plateMap === undefined ? [] : [`  ${plateMap}  the wells of the controls, with their Phenotype`]),
        '',
        ...(folder === undefined || plateMap === undefined
          ? [
              plates > 1 ? 'Train on all plates but the last:' : 'Train on it:',
              `  milscope train ${path} ‹label› Phenotype${mixed ? ' ‹head› sigmoid' : ''}${plates > 1 ? ` ‹holdout› Replicate=${plates}` : ''} ‹out› run`,
            ]
          : trainOnPlates({ folder, plateMap, plates })),
        '',
      ].join('\n');
    },
    examples: [
      'milscope simulate screen --classes 4 --wells 24',
      'milscope simulate mixed --mixture 1-3 --responders 0.6-0.9 --seed 7',
    ],
  });

/** How to begin with plates whose controls alone have labels. */
function trainOnPlates(of: { folder: string; plateMap: string; plates: number }): readonly string[] {
  const [folder, plateMap] = [of.folder, of.plateMap].map((path) => (/\s/.test(path) ? `"${path}"` : path));
  const held = of.plates > 1 ? ` ‹holdout› Plate=${plateName({ replicate: of.plates })}` : '';
  return [
    of.plates > 1 ? 'Train on the controls of all plates but the last:' : 'Train on the controls:',
    `  milscope train ${folder} ‹plateMap› ${plateMap} ‹label› Phenotype${held} ‹out› run`,
  ];
}
