import {
  columnOf,
  countedThings,
  type FieldTable,
  isText,
  numberColumn,
  textColumn,
  textOf,
} from '../data/field-table.ts';
import { isFiltered, NO_FILTERS } from '../data/selection.ts';
import { drawWhenNear } from '../dom/draw-when-near.ts';
import { byId, element, fill } from '../dom/element.ts';
import type { TableColumn } from '../dom/table-rows.ts';
import { virtualTable } from '../dom/virtual-table.ts';
import { columnTitle, figure, share, whole } from '../words.ts';
import { classChip, classChips } from './class-chip.ts';
import type { Report } from './report.ts';

/** Thumbnails above the table, and their longer side (CSS pixels). */
const [MOST, SIDE] = [40, 72];

/** The fields that pass the filters: the first of them as pictures, all as a table. */
export function chosenFields(report: Report): void {
  const place = byId('chosen-fields');
  const { table, store, thumbnails, data, chosenRows } = report;
  if (place === null || table.rows === 0) return;
  const [title, strip] = [element('h3', { 'aria-live': 'polite' }), element('div', { class: 'strip' })];
  const rows = virtualTable({
    id: 'fields-table',
    label: `Table of ${data.unit}s`,
    columns: fieldColumns(report),
    rowHeight: 30,
    open: report.openField,
  });
  const beside = byId('beside-matrix');
  if (beside !== null && thumbnails.count > 0) {
    fill(beside, title, strip);
    fill(place, rows.node);
  } else if (beside !== null) {
    fill(beside, title, rows.node);
  } else {
    fill(place, title, thumbnails.count > 0 && strip, rows.node);
  }
  const draw = () => {
    const chosen = chosenRows();
    const shown = thumbnails.count > 0 ? pictures(report, chosen) : [];
    const note = shown.length > 0 && shown.length < chosen.length;
    const words = `${whole(shown.length)} of ${whole(chosen.length)} shown as pictures`;
    fill(title, titleOf(report, chosen.length), note && element('span', { class: 'soft note' }, words));
    rows.setRows(chosen);
    fill(strip, shown);
  };
  store.watch(['filters'], drawWhenNear(place, draw));
  report.onTheme(draw);
  draw();
}

function titleOf(report: Report, n: number): (Node | string)[] {
  const { data, store } = report;
  const { filters } = store.state();
  const count = `${whole(n)} ${data.unit}${n === 1 ? '' : 's'}`;
  if (!isFiltered(filters)) return [count];
  const clear = element(
    'button',
    { type: 'button', class: 'quiet', onclick: () => store.set({ filters: NO_FILTERS }) },
    'Show all',
  );
  if (filters.treatment !== null) return [`${count} of `, element('b', {}, filters.treatment), ' ', clear];
  if (filters.cell === null) return [`${count} chosen `, clear];
  const { truth, predicted } = filters.cell;
  return [
    `${count}: `,
    classChip(report, truth),
    truth === predicted ? ' found ' : ' taken for ',
    ...(truth === predicted ? [] : [classChip(report, predicted), ' ']),
    clear,
  ];
}

function pictures(report: Report, rows: Uint32Array): HTMLElement[] {
  const { table, thumbnails, data } = report;
  const seen = Array.from(rows.subarray(0, 2000)).filter((row) => table.thumbnail(row) >= 0);
  const step = Math.max(1, seen.length / MOST);
  return Array.from({ length: Math.min(MOST, seen.length) }, (_, i) => {
    const row = seen[Math.floor(i * step)]!;
    const label = `${placeWords(table, row)}: ${
      table
        .predicted(row)
        .map((k) => data.classes[k])
        .join(', ') || 'not predicted'
    }`;
    const wrong = table.truth(row).length > 0 && table.truth(row).join() !== table.predicted(row).join();
    return element(
      'button',
      { type: 'button', class: wrong ? 'thumb wrong' : 'thumb', title: label, onclick: () => report.openField(row) },
      thumbnails.tile(table.thumbnail(row), { side: SIDE, label }),
    );
  });
}

/** Where a field is: plate, well and site. */
export function placeWords(table: FieldTable, row: number): string {
  const parts = (['plate', 'well'] as const).map((role) => textOf(columnOf(table, role), row));
  const site = textOf(columnOf(table, 'site'), row);
  return [...parts, site && `site ${site}`].filter(Boolean).join(', ') || `row ${row + 1}`;
}

/** Columns of the table of fields, what matters most first. */
function fieldColumns(report: Report): TableColumn[] {
  const { table } = report;
  const text = (
    role: Parameters<typeof columnOf>[1],
    { width, grows = 0 }: { width: number; grows?: number },
  ): TableColumn[] => {
    const column = columnOf(table, role);
    if (column === undefined) return [];
    const read = (row: number) => textOf(column, row);
    return [{ title: columnTitle(column.name), width, grows, cell: read, value: read }];
  };
  const number = (role: 'novelty' | 'spread' | 'cells', title: string): TableColumn[] => {
    const column = numberColumn(table, role);
    if (column === undefined) return [];
    return [
      {
        title,
        width: 84,
        numeric: true,
        cell: (row) => figure(column.numbers[row]),
        value: (row) => column.numbers[row]!,
        largestFirst: true,
      },
    ];
  };
  const labels = (title: string, read: (row: number) => readonly number[]): TableColumn => ({
    title,
    width: 190,
    grows: 1,
    cell: (row) => classChips(report, read(row)),
    value: (row) =>
      read(row)
        .map((k) => table.classes[k])
        .join('|'),
  });
  return [
    ...text('imageNumber', { width: 62 }).map((column) => ({ ...column, title: 'Image', numeric: true })),
    ...text('objectNumber', { width: 68 }).map((column) => ({ ...column, title: 'Object', numeric: true })),
    ...text('plate', { width: plateWidth(table), grows: 0.6 }),
    ...text('well', { width: 56 }),
    ...text('site', { width: 46 }),
    ...(table.hasTruth ? [labels('Truth', table.truth)] : []),
    ...(table.hasPrediction
      ? [
          labels('Predicted', table.predicted),
          {
            title: 'Probability',
            width: 96,
            numeric: true,
            cell: (row: number) => share(table.confidence[row]),
            value: (row: number) => table.confidence[row]!,
          },
        ]
      : []),
    ...number('novelty', 'Novelty'),
    ...number('spread', 'Spread'),
    ...number('cells', countedThings(table)),
    ...text('treatment', { width: 150, grows: 1 }),
    ...(columnOf(table, 'treatment') === undefined ? text('compound', { width: 120, grows: 1 }) : []),
    ...text('dose', { width: 124 }).map((column) => ({
      ...column,
      numeric: true,
      value: (row: number) => Number.parseFloat(textOf(columnOf(table, 'dose'), row)),
    })),
    ...text('replicate', { width: 88 }),
    ...text('split', { width: 76 }),
    ...otherColumns(table),
  ];
}

/** Wide enough for names of plates of a usual length (CSS pixels). */
function plateWidth(table: FieldTable): number {
  const longest = textColumn(table, 'plate')?.texts.reduce((most, text) => Math.max(most, text.length), 0) ?? 0;
  return Math.min(180, Math.max(104, 8 * longest + 24));
}

/** The first few columns of the screen of which nothing else is known. */
function otherColumns(table: FieldTable): TableColumn[] {
  const others = table.columns.filter((column) => column.role === 'metadata').filter(isText);
  return others.slice(0, 4).map((column) => {
    const read = (row: number) => textOf(column, row);
    return { title: columnTitle(column.name), width: 110, grows: 0.7, cell: read, value: read };
  });
}
