import { fieldTable } from '../workflows/table/table.ts';
import type { CreateCommand } from './main.ts';
import { workflowCommand } from './run-workflow.ts';

/** Plates that are named on the terminal. */
const NAMED = 6;

/** `table <screen> --out fields.csv`: what was read, as a table. */
export const createTableCommand: CreateCommand = (console) =>
  workflowCommand(fieldTable, console, {
    summary({ out, layout, fields, plates, wells, sites, channels, columns, incomplete }) {
      const count = (number: number, one: string) => `${number} ${one}${number === 1 ? '' : 's'}`;
      const names = plates.length > NAMED ? `${plates.slice(0, NAMED).join(', ')}, …` : plates.join(', ');
      const perWell = sites && (sites.least === sites.most ? `${sites.most}` : `${sites.least} to ${sites.most}`);
      return [
        `${count(fields, 'field')} from ${layout}: ${out}`,
        `  plates: ${plates.length === 0 ? 'none is named' : `${plates.length} (${names})`}`,
        `  wells: ${wells === null ? 'none is named' : `${wells}, with ${perWell} ${perWell === '1' ? 'field' : 'fields'} each`}`,
        `  channels: ${channels.join(', ')}`,
        `  columns: ${columns.join(', ') || 'none'}`,
        ...(incomplete === 0
          ? []
          : [
              `${count(incomplete, 'field')} ${incomplete === 1 ? 'lacks' : 'lack'} an image: cells of such a row are empty`,
            ]),
        `Look it through and correct what is wrong. Then: milscope inspect ${out}`,
        '',
      ].join('\n');
    },
    examples: [
      'milscope table plate/ --out fields.csv',
      'milscope table plate/ --plate-map compounds.csv --out fields.csv',
    ],
  });
