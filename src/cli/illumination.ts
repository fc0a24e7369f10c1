import { illumination } from '../workflows/illumination/illumination.ts';
import { typedCommand } from '../workflows/shared/typed-command.ts';
import type { CreateCommand } from './main.ts';
import { workflowCommand } from './run-workflow.ts';

/** Plates that are named on the terminal. */
const NAMED = 12;

/** `illumination <screen> --out folder`: by what the pixels of each plate and channel are to be divided. */
export const createIlluminationCommand: CreateCommand = (console) =>
  workflowCommand(illumination, console, {
    summary({ table, picture, plates, channels, skipped, skippedFile }, { screen }) {
      const lines = plates.slice(0, NAMED).map(({ name, fields, falloff }) => {
        const each = channels.map((channel, c) => `${channel} ${falloff[c]!.toFixed(2)}`).join(', ');
        return `  ${name || 'the screen'}: ${each}, from ${fields} ${fields === 1 ? 'field' : 'fields'}`;
      });
      return [
        'How many times brighter the brightest place of a field is than the darkest:',
        ...lines,
        ...(plates.length > NAMED ? [`  … and ${plates.length - NAMED} more plates`] : []),
        `functions: ${table}`,
        `look at them: ${picture}`,
        ...(skipped > 0
          ? [`${skipped} ${skipped === 1 ? 'field was' : 'fields were'} left out: see ${skippedFile}`]
          : []),
        `Divide pixels by them: ${typedCommand('train', screen, '--illumination', table, '--label', 'COLUMN', '--out', 'run')}`,
        '',
      ].join('\n');
    },
    examples: [
      'milscope illumination fields.csv --out illumination',
      'milscope train fields.csv --illumination illumination/illumination.csv --label MOA --out run',
    ],
  });
