import { convert } from '../workflows/convert/convert.ts';
import { PLACE_COLUMNS } from '../workflows/convert/field-table.ts';
import type { CreateCommand } from './main.ts';
import { workflowCommand } from './run-workflow.ts';

/** `convert <screen> --out plate.zarr`: a screen as OME-Zarr plates. */
export const createConvertCommand: CreateCommand = (console) =>
  workflowCommand(convert, console, {
    summary({ out, plates, fields, table, skipped, skippedFile }) {
      const wells = plates.reduce((sum, plate) => sum + plate.wells, 0);
      const laidOut = plates.filter(({ wellsAsNamed }) => !wellsAsNamed).map(({ name }) => name);
      const count = (number: number, one: string) => `${number} ${one}${number === 1 ? '' : 's'}`;
      return [
        `${count(fields, 'field')} in ${count(wells, 'well')} of ${count(plates.length, 'plate')}: ${out}`,
        ...(laidOut.length === 0
          ? []
          : [
              `The table does not give a row and a column for every well of ${laidOut.join(', ')}: their wells are laid out in the order of the table`,
            ]),
        ...(skipped > 0 ? [`${count(skipped, 'field')} or label images could not be read: see ${skippedFile}`] : []),
        `OME-Zarr does not store labels and treatments: they are in ${table}; join them with ‹annotations› ${table} ‹on› ${PLACE_COLUMNS.join(',')}`,
        '',
      ].join('\n');
    },
    examples: [
      'milscope convert fields.csv --out plate.zarr',
      'milscope convert fields.csv --out plates --ome-zarr 0.5 --pixel-size 0.65',
    ],
  });
