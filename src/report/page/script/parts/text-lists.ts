import { byId, fill } from '../dom/element.ts';
import type { TableColumn } from '../dom/table-rows.ts';
import { virtualTable } from '../dom/virtual-table.ts';
import { columnTitle } from '../words.ts';
import type { Report } from './report.ts';

/** Width of a letter in a table (CSS pixels), and of a column at least and at most. */
const [LETTER, LEAST, MOST] = [7.6, 64, 420];

/** Tables that are only looked through: overlap of masks, skipped fields. */
export function textLists({ data }: Report): void {
  for (const { id, label, columns: titles, rows } of data.lists) {
    const place = byId(id);
    if (place === null) continue;
    const columns = titles.map((name, c): TableColumn => {
      const title = columnTitle(name);
      const texts = rows.map((row) => row[c] ?? '');
      const longest = Math.max(title.length, ...texts.slice(0, 1000).map((text) => text.length));
      const numeric = texts.some((text) => text !== '') && texts.every((text) => text === '' || isNumber(text));
      return {
        title,
        width: Math.round(Math.min(MOST, Math.max(LEAST, LETTER * longest + 24))),
        grows: numeric ? 0 : Math.min(80, longest),
        numeric,
        cell: (row) => (numeric ? short(texts[row]!) : texts[row]!),
        value: numeric ? (row) => (texts[row] === '' ? Number.NaN : Number(texts[row])) : (row) => texts[row]!,
      };
    });
    const table = virtualTable({ id: `${id}-table`, label, columns, rowHeight: 30 });
    fill(place, table.node);
    table.setRows(rows.map((_, row) => row));
  }
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

/** A number with six digits at most. */
function short(text: string): string {
  return text.length > 8 && isNumber(text) ? String(Number(Number(text).toPrecision(5))) : text;
}
