import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { type ParquetWriteOptions, parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { isMilscopeError } from '../errors.ts';
import { nodeFiles } from '../files/node-files.ts';
import { decompressorsFor } from './decompressors.ts';
import { openParquet } from './open-parquet.ts';
import { openTable } from './open-table.ts';
import { readRecords } from './read-records.ts';
import type { TableCell, TableLayout } from './table-layout.ts';

type Row = readonly TableCell[];
const folder = temporaryFolder();
let count = 0;
const newPath = (extension: string) => join(folder, `${count++}${extension}`);

async function records(path: string): Promise<(readonly string[])[]> {
  const all: (readonly string[])[] = [];
  for await (const { cells } of readRecords(path, nodeFiles)) all.push(cells);
  return all;
}

async function write(path: string, layout: TableLayout<Row>, rows: readonly Row[]): Promise<string> {
  const table = await openTable(path, layout, nodeFiles, { version: '1.2.3' });
  for (const row of rows) await table.write(row);
  await table.keep();
  return path;
}

async function other(options: Omit<ParquetWriteOptions, 'writer'>): Promise<string> {
  const path = newPath('.parquet');
  await writeFile(path, new Uint8Array(parquetWriteBuffer(options)));
  return path;
}

/** A table of every kind of column, with names and texts of every kind. */
const tables = fc
  .uniqueArray(
    fc.record({
      name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((name) => name.trim() === name),
      kind: fc.constantFrom('text', 'integer', 'single', 'double'),
    }),
    { minLength: 1, maxLength: 6, selector: ({ name }) => name },
  )
  .chain((columns) => {
    const cells = columns.map(({ kind }) => {
      if (kind === 'text') return fc.string({ unit: 'grapheme', maxLength: 6 });
      if (kind === 'integer') return fc.maxSafeInteger();
      const numbers = kind === 'single' ? fc.float({ noNaN: true }) : fc.double({ noNaN: true });
      // Text has no 0 below 0.
      return fc.option(
        numbers.map((value) => value + 0),
        { nil: undefined },
      );
    });
    const rows = fc.array(fc.tuple(...cells), { minLength: 1, maxLength: 9 });
    return fc.record({ columns: fc.constant(columns), rows });
  });

/** The values in a record, as numbers where the column has numbers. */
const valuesOf = (record: readonly string[], { columns }: TableLayout<Row>) =>
  record.map((text, i) => {
    if (columns[i]!.kind === 'text' || text === '') return text;
    return columns[i]!.kind === 'single' ? Math.fround(Number(text)) : Number(text);
  });

describe('a table', () => {
  it('holds the same in CSV and in Parquet, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async ({ columns, rows }) => {
        const layout = { columns, cells: (row: Row) => row };
        const csv = await records(await write(newPath('.csv'), layout, rows));
        const parquet = await records(await write(newPath('.parquet'), layout, rows));
        const expected = rows.map((row) => row.map((cell) => cell ?? ''));
        expect(parquet[0]).toEqual(columns.map(({ name }) => name));
        expect(parquet.slice(1).map((record) => valuesOf(record, layout))).toEqual(expected);
        // A row that is one empty cell is a blank line in CSV.
        if (columns.length > 1) {
          expect(csv[0]).toEqual(parquet[0]);
          expect(csv.slice(1).map((record) => valuesOf(record, layout))).toEqual(expected);
        }
      }),
      { numRuns: 60 },
    );
  });

  const layout: TableLayout<number> = {
    columns: [
      { name: 'Metadata_Well', kind: 'text' },
      { name: 'ImageNumber', kind: 'integer' },
      { name: 'MIL_Probability_a.b', kind: 'single' },
      { name: 'Location_Center_X', kind: 'double' },
    ],
    cells: (i) => [`A${i % 7}`, i, i % 5 === 0 ? undefined : i / 3, i % 4 === 0 ? Number.NaN : i / 3],
  };

  it('is written in groups of rows, in types that other readers know', async () => {
    const path = newPath('.parquet');
    const table = await openParquet(path, layout, nodeFiles, { version: '1.2.3', groupRows: 100 });
    for (let i = 0; i < 250; i++) await table.write(i);
    await table.keep();
    const file = new Uint8Array(readFileSync(path)).buffer;
    const { row_groups, schema, created_by } = parquetMetadata(file);
    expect(row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([100, 100, 50]);
    expect(created_by).toBe('milscope version 1.2.3');
    expect(schema.slice(1).map(({ type, converted_type }) => converted_type ?? type)).toEqual([
      ...['UTF8', 'INT64', 'FLOAT', 'DOUBLE'],
    ]);
    const rows = await parquetReadObjects({ file });
    expect(rows).toEqual(
      Array.from({ length: 250 }, (_, i) => ({
        Metadata_Well: `A${i % 7}`,
        ImageNumber: BigInt(i),
        'MIL_Probability_a.b': i % 5 === 0 ? null : Math.fround(i / 3),
        Location_Center_X: i % 4 === 0 ? Number.NaN : i / 3,
      })),
    );
  });

  it.each(['.csv', '.parquet'])(
    'has its header though it has no row, and leaves no trace when discarded (%s)',
    async (end) => {
      const inside = join(folder, `empty ${end}`);
      await mkdir(inside);
      const table = await openTable(join(inside, `a${end}`), layout, nodeFiles, { version: '1.2.3' });
      expect(readdirSync(inside)).toEqual([`a${end}.part`]);
      await table.keep();
      expect(await records(join(inside, `a${end}`))).toEqual([layout.columns.map(({ name }) => name)]);
      const lost = await openTable(join(inside, `b${end}`), layout, nodeFiles, { version: '1.2.3' });
      for (let i = 0; i < 100; i++) await lost.write(i);
      await lost.discard();
      expect(readdirSync(inside)).toEqual([`a${end}`]);
    },
  );
});

describe('Parquet of other programs', () => {
  const data = { name: 'x', data: ['a', 'b', 'a'], type: 'STRING' as const };

  it.each([
    ['GZIP', gzipSync],
    ['BROTLI', brotliCompressSync],
  ] as const)('is read when it is compressed with %s', async (codec, compress) => {
    const compressors = { [codec]: (input: Uint8Array) => new Uint8Array(compress(input)) };
    const path = await other({ columnData: [data], codec, compressors });
    expect(await records(path)).toEqual([['x'], ['a'], ['b'], ['a']]);
  });

  // Written by polars: pl.DataFrame({'Well': ['A01', 'A02'] * 40, 'Dose': [0.5, None] * 40}).write_parquet(…).
  const ofPolars = {
    zstd: [
      'UEFSMRUEFRwVLkwVBBUAAAAotS/9IA5xAAADAAAAQTAxAwAAAEEwMhUAFSYVMiwVoAEVEBUGFQYAACi1L/0gE4UAAFADAAAAoAEBARWqAQAFQA',
      'IVDBk1AAYQGRgEV2VsbBUMFqABFoABFp4BJlAmCAAVABWeBRVALBWgARUAFQYVBgAAKLUv/WBPALUAAFALAAAAFVUA4D8ABAAvKwoAGXBvAYoV',
      'ChklAAYZGAREb3NlFQwWoAEWxAUWZibiAQAZHBZQFVYWAAAAGRwW4gEVZhYAAAAVAhk8SARyb290FQQAFQwlAhgEV2VsbCUATBwAAAAVCiUCGA',
      'REb3NlABagARkcGSwm7gEcFQwZNQAGEBkYBFdlbGwVDBagARaAARaeASZQJggAFv4CFRQAJsgCHBUKGSUABhkYBERvc2UVDBagARbEBRZmJuIB',
      'ABaSAxUWABbEBhagASYIFoQCFAAAGRwYDEFSUk9XOnNjaGVtYRjkAS8vLy8vNkVBQUFBRUFBQUE4di8vL3hRQUFBQUVBQUVBQUFBS0FBc0FDQU',
      'FLQUFRQStQLy8vd3dBQUFBSUFBZ0FBQUFFQUFJQUFBQTRBQUFBQkFBQUFMei8vLzhnQUFBQUVBQUFBQWdBQUFBQkF3QUFBQUFBQVByLy8vOENB',
      'QVlBQmdBRUFBUUFBQUJFYjNObEFBQUFBT3ovLy84c0FBQUFJQUFBQUJnQUFBQUJGQUFBRUFBU0FBUUFFQUFSQUFnQUFBQU1BQUFBQUFEOC8vLy',
      '9CQUFFQUFRQUFBQlhaV3hzQUE9PQAYBlBvbGFycxksHAAAHAAAAJQBAABQQVIx',
    ].join(''),
    lz4: [
      'UEFSMRUEFRwVHkwVBBUAAADgAwAAAEEwMQMAAABBMDIVABUmFSosFaABFRAVBhUGAADwBAMAAACgAQEBFaqqqqqqqqqqqqoVDBk1AAYQGRgEV2',
      'VsbBUOFqABFoABFoYBJkAmCAAVABWeBRU6LBWgARUAFQYVBgAAZQsAAAAVVQEAEQABACHgPwcADwgA/xxQAAAA4D8VChklAAYZGAREb3NlFQ4W',
      'oAEWxAUWYCbKAQAZHBZAFU4WAAAAGRwWygEVYBYAAAAVAhk8SARyb290FQQAFQwlAhgEV2VsbCUATBwAAAAVCiUCGAREb3NlABagARkcGSwmxg',
      'EcFQwZNQAGEBkYBFdlbGwVDhagARaAARaGASZAJggAFuACFRQAJqoCHBUKGSUABhkYBERvc2UVDhagARbEBRZgJsoBABb0AhUWABbEBhagASYI',
      'FuYBFAAAGRwYDEFSUk9XOnNjaGVtYRjkAS8vLy8vNkVBQUFBRUFBQUE4di8vL3hRQUFBQUVBQUVBQUFBS0FBc0FDQUFLQUFRQStQLy8vd3dBQU',
      'FBSUFBZ0FBQUFFQUFJQUFBQTRBQUFBQkFBQUFMei8vLzhnQUFBQUVBQUFBQWdBQUFBQkF3QUFBQUFBQVByLy8vOENBQVlBQmdBRUFBUUFBQUJF',
      'YjNObEFBQUFBT3ovLy84c0FBQUFJQUFBQUJnQUFBQUJGQUFBRUFBU0FBUUFFQUFSQUFnQUFBQU1BQUFBQUFEOC8vLy9CQUFFQUFRQUFBQlhaV3',
      'hzQUE9PQAYBlBvbGFycxksHAAAHAAAAJQBAABQQVIx',
    ].join(''),
  };

  it.each(Object.entries(ofPolars))('is read when polars compressed it with %s', async (_, base64) => {
    const path = newPath('.parquet');
    await writeFile(path, Buffer.from(base64, 'base64'));
    const rows = Array.from({ length: 40 }, () => [
      ['A01', '0.5'],
      ['A02', ''],
    ]);
    expect(await records(path)).toEqual([['Well', 'Dose'], ...rows.flat()]);
  });

  it('is read without what Node.js has built in, and no further than its pages go', async () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never);
    try {
      const { GZIP, BROTLI, ZSTD, LZ4 } = await decompressorsFor(['ZSTD']);
      const text = Buffer.from('well '.repeat(50));
      expect(Buffer.from(GZIP!(gzipSync(text), text.length))).toEqual(text);
      expect(Buffer.from(BROTLI!(brotliCompressSync(text), text.length))).toEqual(text);
      // One block that says 100,000 times the same byte.
      const zeros = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x80, 0x58, 0xa0, 0x86, 0x01, 0x00, 0x03, 0x35, 0x0c, 0x00]);
      expect(ZSTD!(zeros, 10)).toHaveLength(10);
      expect(Buffer.from(LZ4!(Buffer.from([0x30, 0x61, 0x62, 0x63]), 3)).toString()).toBe('abc');
      expect(await decompressorsFor(['SNAPPY', 'UNCOMPRESSED'])).toEqual({});
    } finally {
      vi.restoreAllMocks();
    }
  });

  it('is known by its first bytes too; row labels are left out, and times and truths are text', async () => {
    const path = newPath('.csv');
    const columnData = [
      data,
      { name: '__index_level_0__', data: [5n, 6n, 7n], type: 'INT64' as const },
      { name: 'when', data: [new Date(0), new Date(0), null], type: 'TIMESTAMP' as const },
      { name: 'control', data: [true, false, null], type: 'BOOLEAN' as const },
    ];
    await writeFile(path, new Uint8Array(parquetWriteBuffer({ columnData })));
    expect(await records(path)).toEqual([
      ['x', 'when', 'control'],
      ['a', '1970-01-01T00:00:00.000Z', 'true'],
      ['b', '1970-01-01T00:00:00.000Z', 'false'],
      ['a', '', ''],
    ]);
  });

  it('is refused when its cells are no single values', async () => {
    const path = await other({ columnData: [{ name: 'lists', data: [{ a: 1 }], type: 'VARIANT' }] });
    await expect(records(path)).rejects.toThrow('column lists: the cells of this column are lists or records');
  });
});

describe('a damaged Parquet file', () => {
  const columnData = [
    { name: 'Metadata_Well', data: ['A01', 'A02', 'A01', 'A03'], type: 'STRING' as const },
    { name: 'MIL_Probability_a', data: [0.1, 0.2, 0.3, 0.4], type: 'FLOAT' as const },
    { name: 'ImageNumber', data: [1n, 2n, 3n, 4n], type: 'INT64' as const },
  ];

  /** Reading it ends in rows or in a message. */
  async function outcome(bytes: Uint8Array): Promise<'rows' | 'message'> {
    const path = newPath('.parquet');
    await writeFile(path, bytes);
    try {
      const all = await records(path);
      expect(all.length).toBeLessThan(1e6);
      return 'rows';
    } catch (error) {
      if (!isMilscopeError(error, 'BadTable')) throw error;
      expect(error.message).toContain(path);
      return 'message';
    }
  }

  it('is refused wherever it was cut', async () => {
    const whole = new Uint8Array(parquetWriteBuffer({ columnData }));
    for (let length = 0; length < whole.length; length += 7) {
      expect(await outcome(whole.subarray(0, length)), `${length} bytes`).toBe('message');
    }
    expect(await outcome(whole)).toBe('rows');
  });

  it('never crashes, hangs or says anything else when bytes are changed', async () => {
    const whole = new Uint8Array(parquetWriteBuffer({ columnData, codec: 'SNAPPY' }));
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(changes, async (changed) => {
        const bytes = whole.slice();
        for (const [at, value] of changed) bytes[at] = value;
        await outcome(bytes);
      }),
      { numRuns: 400 },
    );
  });
});
