import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { nodeFiles } from '../files/node-files.ts';
import { isCommaNumber } from './parse-number.ts';
import { readTable } from './read-table.ts';

const folder = temporaryFolder();

it('gives back every cell of a table, whatever it holds and however the table is written', async () => {
  const cell = fc
    .oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: fc.constantFrom('"', ',', ';', '\t', '\n', '\r', 'µ') }))
    .filter((text) => !isCommaNumber(text.trim()));
  const tables = fc.integer({ min: 1, max: 5 }).chain((width) =>
    fc.record({
      width: fc.constant(width),
      // A row without any text is passed over.
      rows: fc.array(
        fc.array(cell, { minLength: width, maxLength: width }).map(([, ...rest]) => ['x', ...rest]),
        { minLength: 1 },
      ),
      delimiter: fc.constantFrom(',', '\t', ';'),
      recordDelimiter: fc.constantFrom('\n', '\r\n', '\r'),
      encoding: fc.constantFrom('utf8' as const, 'utf16le' as const),
      bom: fc.boolean(),
    }),
  );
  await fc.assert(
    fc.asyncProperty(tables, async ({ width, rows, delimiter, recordDelimiter, encoding, bom }) => {
      const columns = Array.from({ length: width }, (_, i) => `Column ${i}`);
      const text = stringify([columns, ...rows], {
        delimiter,
        record_delimiter: recordDelimiter,
        quoted_match: /[\r\n,;\t]/,
      });
      const mark = bom || encoding === 'utf16le' ? '\ufeff' : '';
      writeFileSync(join(folder, 'table.csv'), Buffer.from(mark + text, encoding));
      const table = await readTable(join(folder, 'table.csv'), nodeFiles);
      expect(table.columns).toEqual(columns);
      expect(table.rows).toEqual(rows.map((cells, i) => ({ row: i + 2, cells })));
    }),
  );
});
