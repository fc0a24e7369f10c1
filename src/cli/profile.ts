import { counted } from '../words.ts';
import { profile } from '../workflows/profile/profile.ts';
import type { CreateCommand } from './main.ts';
import { workflowCommand } from './run-workflow.ts';

/** `profile <screen> --nuclei-channel NAME --out <file.csv>`: a row of classical features for every field. */
export const createProfileCommand: CreateCommand = (console) =>
  workflowCommand(profile, console, {
    summary({ out, cellsFile, fields, cells, features, skipped, skippedFile }) {
      return [
        `${counted(fields, 'field')} with ${counted(cells, 'cell')} measured, ${features.field} features of each field: ${out}`,
        ...(cellsFile === null ? [] : [`${features.cell} features of each cell: ${cellsFile}`]),
        ...(skipped > 0 ? [`${counted(skipped, 'field')} could not be read: see ${skippedFile}`] : []),
        '',
      ].join('\n');
    },
    examples: [
      'milscope profile fields.csv --nuclei-channel DNA --out features.csv',
      'milscope profile fields.csv --nuclei-channel DNA --out features.parquet --cells cells.parquet',
    ],
  });
