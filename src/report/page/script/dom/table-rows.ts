import { naturalRanks } from '../data/natural-order.ts';
import { element, fill } from './element.ts';

export interface TableColumn {
  readonly title: string;
  /** Least width (CSS pixels), and its part of what is left over; 0 unless said. */
  readonly width: number;
  readonly grows?: number;
  readonly numeric?: boolean;
  readonly cell: (row: number) => Node | string;
  /** What rows are sorted by, NaN and '' last; a column without it is not sorted. */
  readonly value?: (row: number) => number | string;
  /** Whether the largest come first when it is sorted for the first time. */
  readonly largestFirst?: boolean;
}

export interface Order {
  readonly column: number;
  readonly direction: 1 | -1;
}

/** Rows by the value of a column; what is missing comes last in both directions, equals stay in their order. */
export function sortRows(
  rows: ArrayLike<number>,
  { value }: Pick<TableColumn, 'value'>,
  direction: 1 | -1,
): readonly number[] {
  if (value === undefined) return Array.from(rows);
  const keyed = Array.from(rows, (row) => ({ row, key: value(row) }));
  const texts = keyed.some(({ key }) => typeof key === 'string');
  const ranks = texts ? naturalRanks(keyed.map(({ key }) => String(key))) : undefined;
  const size = (key: number | string) => ranks?.get(String(key)) ?? Number(key);
  const isMissing = (key: number | string) => key === '' || Number.isNaN(key);
  return keyed
    .map(({ row, key }) => ({ row, missing: isMissing(key), size: size(key) }))
    .sort((a, b) => Number(a.missing) - Number(b.missing) || (a.missing ? 0 : direction * (a.size - b.size)))
    .map(({ row }) => row);
}

/** The titles, those that sort as buttons. */
export function drawHead(
  head: HTMLElement,
  {
    columns,
    order,
    pick,
  }: { columns: readonly TableColumn[]; order: Order | undefined; pick: (column: number) => void },
): void {
  const focused = [...head.children].findIndex((one) => one.contains(document.activeElement));
  fill(
    head,
    columns.map(({ title, value, numeric }, c) => {
      const own = order?.column === c ? order.direction : 0;
      const mark = element('span', { class: 'mark', 'aria-hidden': 'true' }, own === 0 ? '' : own === 1 ? '▲' : '▼');
      return element(
        'div',
        {
          role: 'columnheader',
          class: numeric ? 'n' : undefined,
          'aria-sort': own === 0 ? undefined : own === 1 ? 'ascending' : 'descending',
        },
        value === undefined ? title : element('button', { type: 'button', onclick: () => pick(c) }, title, mark),
      );
    }),
  );
  if (focused >= 0) head.children[focused]?.querySelector('button')?.focus();
}

/** A row at its place; `top` is null on paper, where rows follow each other. */
export function drawRow(
  row: number,
  {
    id,
    index,
    columns,
    active,
    chosen,
    top,
  }: {
    id: string;
    index: number;
    columns: readonly TableColumn[];
    active: boolean;
    /** Undefined where rows cannot be chosen. */
    chosen: boolean | undefined;
    top: number | null;
  },
): HTMLElement {
  return element(
    'div',
    {
      id,
      class: `row${active ? ' active' : ''}${chosen ? ' chosen' : ''}`,
      role: 'row',
      'aria-rowindex': index + 2,
      'aria-selected': String(chosen ?? active),
      'data-index': index,
      style: top === null ? {} : { transform: `translateY(${top}px)` },
    },
    columns.map(({ cell, numeric }) =>
      element('div', { role: 'gridcell', class: numeric ? 'n' : undefined }, cell(row)),
    ),
  );
}
