import type { AsyncBuffer, RowGroup } from 'hyparquet';
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';

/** Bytes that a page may be compressed to a single one of: none of the usual compressions makes as few. */
const MOST_COMPRESSED = 4096;

/**
 * Lets a row group pass whose pages follow one another to the end of their columns and hold as many values as they say they
 * do. The reader believes the head of each page: a corrupt one would have it go back, or on for ever.
 *
 * @throws Error for one that does not fit
 */
export async function checkPages({ columns, num_rows }: RowGroup, file: AsyncBuffer): Promise<void> {
  for (const { meta_data } of columns) {
    if (meta_data === undefined) throw new Error('a column is not described');
    const start = Number(meta_data.dictionary_page_offset || meta_data.data_page_offset);
    const end = start + Number(meta_data.total_compressed_size);
    if (!(start >= 4 && end > start && end <= file.byteLength)) throw new Error('a column lies outside of the file');
    const reader = { view: new DataView(await file.slice(start, end)), offset: 0 };
    let values = 0;
    while (values < Number(num_rows)) values += nextPage(reader, Number(num_rows) - values);
  }
}

/** Passes over a page and gives how many of the values it holds; of a dictionary, none. */
function nextPage(reader: { view: DataView; offset: number }, most: number): number {
  const { field_1: type, field_2: size, field_3: stored, ...heads } = deserializeTCompactProtocol(reader);
  const kind = PAGES[type as keyof typeof PAGES];
  const after = reader.offset + stored;
  const fits = stored >= 0 && after <= reader.view.byteLength && size >= 0 && size <= MOST_COMPRESSED * (stored + 1);
  if (kind === undefined || !fits) throw new Error('a page does not end where the next one begins');
  reader.offset = after;
  const head = heads[kind.head] ?? {};
  const complete = kind.numbers.every((field) => Number.isInteger(head[field]) && head[field] >= 0);
  const count = complete ? head.field_1 : Number.NaN;
  if (type === DICTIONARY ? count <= size : count > 0 && count <= most) return type === DICTIONARY ? 0 : count;
  throw new Error('a page holds another number of values than its column');
}

const DICTIONARY = 2;

/** The types of pages in the format: the field of their own heads, and what numbers these must have. */
const PAGES = {
  0: { head: 'field_5', numbers: ['field_1', 'field_2', 'field_3', 'field_4'] },
  [DICTIONARY]: { head: 'field_7', numbers: ['field_1', 'field_2'] },
  3: { head: 'field_8', numbers: ['field_1', 'field_2', 'field_3', 'field_4', 'field_5', 'field_6'] },
} as const;
