import { readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { isMilscopeError } from '../errors.ts';
import { explainReading } from '../files/explain-failures.ts';
import { nodeFiles } from '../files/node-files.ts';
import { mutate } from '../image/testing/mutate.ts';
import { pngByHand } from '../image/testing/png-by-hand.ts';
import { createRandom } from '../random.ts';
import { openTable } from '../tables/open-table.ts';
import { columnsOf } from '../tables/table-layout.ts';
import { encodeWorkbook } from '../tables/write-workbook.ts';
import { checkFields } from './check-fields.ts';
import { nodeAccess } from './node/access.ts';
import { readScreen } from './read-screen.ts';

const folder = temporaryFolder();
const rows = ['a', 'b', 'c'].map((name, i) => [`${name}.png`, 'P1', `B0${i + 1}`, ['x', 'y "z"', 'µ'][i]!]);
const header = ['FileName_DNA', 'Metadata_Plate', 'Metadata_Well', 'Metadata_MOA'];
const text = [header, ...rows].map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n');
/** Whole files that are screens. */
const seeds = new Map<string, Uint8Array>([
  ['plain.csv', Buffer.from(text)],
  ['utf16.tsv', Buffer.from(`\ufeff${text.replaceAll('","', '"\t"')}`, 'utf16le')],
  ['semicolons.csv', Buffer.from(`sep=;\n${text.replaceAll('","', '";"')}`)],
]);

beforeAll(async () => {
  for (const name of 'abc') {
    writeFileSync(join(folder, `${name}.png`), pngByHand({ width: 2, height: 2, values: [1, 2, 3, 4] }));
  }
  const parquet = join(folder, 'seed.parquet');
  const layout = { columns: columnsOf('text', header), cells: (row: readonly string[]) => row };
  const table = await openTable(parquet, layout, nodeFiles, { version: '0.0.0' });
  for (const row of rows) await table.write(row);
  await table.keep();
  seeds.set('table.parquet', readFileSync(parquet));
  seeds.set('book.xlsx', await encodeWorkbook([header, ...rows], { sheet: 'Fields' }));
});

/** What becomes of a screen: fields, the tag of an error, or a bug. */
async function outcomeOf(path: string): Promise<string> {
  try {
    const screen = await readScreen(path, {}, nodeAccess);
    const { readable } = await checkFields(screen, { threads: 1 }, nodeAccess);
    return readable.length > 0 ? 'fields' : 'none';
  } catch (caught) {
    const error = explainReading(caught);
    return isMilscopeError(error) ? error.tag : `bug: ${error instanceof Error ? error.stack : String(error)}`;
  }
}

it('is a screen or a MilscopeError, whatever has become of a table', async () => {
  const outcomes = new Map<string, number>();
  for (const [name, bytes] of seeds) {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    expect(await outcomeOf(path), name).toBe('fields');
    for (let i = 0; i < 60; i++) {
      const random = createRandom(9, name, i);
      const mutant = i % 3 === 0 ? bytes.subarray(0, random.integer(bytes.length)) : mutate(Buffer.from(bytes), random);
      const file = join(folder, `mutant${extname(name)}`);
      writeFileSync(file, mutant);
      // What never ends is named, too.
      const outcome = await Promise.race([outcomeOf(file), sleep(60_000, 'bug: no end', { ref: false })]);
      expect(outcome, `${name}, mutant ${i}`).not.toMatch(/^bug/);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  }
  // Both come about, or the mutations would prove nothing.
  expect(outcomes.get('fields')).toBeGreaterThan(20);
  expect(outcomes.get('BadTable')).toBeGreaterThan(10);
});
