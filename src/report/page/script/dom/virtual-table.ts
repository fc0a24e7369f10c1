import { element, fill } from './element.ts';
import { drawHead, drawRow, type Order, sortRows, type TableColumn } from './table-rows.ts';

export interface TableOptions {
  /** Id of the table in the page. */
  readonly id: string;
  readonly label: string;
  readonly columns: readonly TableColumn[];
  /** Height of a row (CSS pixels). */
  readonly rowHeight: number;
  /** What a click on a row, or Enter, does. */
  readonly open?: (row: number) => void;
  /** Whether a row is what the reader has chosen. */
  readonly isChosen?: (row: number) => boolean;
}

export interface VirtualTable {
  readonly node: HTMLElement;
  /** Shows these rows, sorted as before. */
  readonly setRows: (rows: ArrayLike<number>) => void;
  /** Draws the rows anew where they are, after another choice. */
  readonly draw: () => void;
}

/** Rows beyond the visible ones that are drawn, and those that are printed. */
const [MARGIN, PRINTED] = [8, 40];

/** The elements of a table, and what it shows at present. */
interface View extends TableOptions {
  readonly scroller: HTMLElement;
  readonly head: HTMLElement;
  readonly body: HTMLElement;
  rows: ArrayLike<number>;
  sorted: ArrayLike<number>;
  order: Order | undefined;
  /** Place of the row that the keys act on. */
  active: number;
}

/**
 * A table of which only the visible rows are in the document, so that it is as quick with ten thousand rows as with ten. A
 * click on a title sorts; arrow keys, Page Up and Page Down, Home and End walk the rows, and Enter opens one.
 */
export function virtualTable(options: TableOptions): VirtualTable {
  const view: View = { ...options, ...frameOf(options), rows: [], sorted: [], order: undefined, active: 0 };
  const { scroller, body } = view;
  scroller.addEventListener('scroll', () => drawRows(view), { passive: true });
  scroller.addEventListener('keydown', (event) => walkRows(view, event));
  body.addEventListener('click', (event) => {
    const index = (event.target as Element).closest<HTMLElement>('[data-index]')?.dataset.index;
    if (index === undefined) return;
    view.active = Number(index);
    drawRows(view);
    view.open?.(view.sorted[view.active]!);
  });
  scroller.addEventListener('pointerover', ({ target }) => nameClipped(target as Element));
  matchMedia('print').addEventListener('change', ({ matches }) => drawRows(view, matches));
  addEventListener('beforeprint', () => drawRows(view, true));
  addEventListener('afterprint', () => drawRows(view, false));
  new ResizeObserver(() => drawRows(view)).observe(scroller);
  return {
    node: scroller,
    setRows(next) {
      view.rows = next;
      scroller.setAttribute('aria-rowcount', String(next.length + 1));
      sortView(view);
    },
    draw: () => drawRows(view),
  };
}

/** Gives a cell that is cut its whole text as a title. */
function nameClipped(target: Element): void {
  const cell = target.closest<HTMLElement>('[role="gridcell"], [role="columnheader"]');
  if (cell === null) return;
  if (cell.scrollWidth > cell.clientWidth) cell.title = cell.textContent;
  else cell.removeAttribute('title');
}

function frameOf({ id, label, columns, rowHeight, open }: TableOptions) {
  const head = element('div', { class: 'row head', role: 'row', 'aria-rowindex': 1 });
  const body = element('div', { class: 'rows', role: 'rowgroup' });
  const style = {
    '--tracks': columns.map(({ width, grows }) => (grows ? `minmax(${width}px, ${grows}fr)` : `${width}px`)).join(' '),
    '--printed': columns.map(({ width }) => `minmax(0, ${width}fr)`).join(' '),
    '--least': `${columns.reduce((sum, { width }) => sum + width, 0)}px`,
    '--row': `${rowHeight}px`,
  };
  const attributes = {
    id,
    class: open ? 'table opens' : 'table',
    role: 'grid',
    'aria-label': label,
    tabindex: 0,
    style,
  };
  const heads = element('div', { role: 'rowgroup', class: 'heads' }, head);
  return { head, body, scroller: element('div', attributes, heads, body) };
}

/** Sorts the rows anew and shows the first of them. */
function sortView(view: View): void {
  const { rows, columns, order, head, scroller } = view;
  view.sorted = order === undefined ? rows : sortRows(rows, columns[order.column]!, order.direction);
  view.active = 0;
  scroller.scrollTop = 0;
  const pick = (column: number) => {
    const first = columns[column]!.largestFirst ? -1 : 1;
    view.order = { column, direction: order?.column === column ? (-order.direction as 1 | -1) : first };
    sortView(view);
  };
  drawHead(head, { columns, order, pick });
  drawRows(view);
}

/** Draws the rows that can be seen; for paper the first ones, and how many there are beyond these. */
function drawRows(view: View, printed = matchMedia('print').matches): void {
  const { id, scroller, body, sorted, active, columns, rowHeight, isChosen } = view;
  const first = printed ? 0 : Math.max(0, Math.floor(scroller.scrollTop / rowHeight) - MARGIN);
  const visible = printed ? PRINTED : Math.ceil((scroller.clientHeight || 400) / rowHeight) + 2 * MARGIN;
  const last = Math.min(sorted.length, first + visible);
  const left = sorted.length - last;
  body.style.height = printed ? 'auto' : `${rowHeight * sorted.length}px`;
  const drawn = Array.from({ length: last - first }, (_, i) => {
    const index = first + i;
    const top = printed ? null : index * rowHeight;
    const row = sorted[index]!;
    const chosen = isChosen?.(row);
    return drawRow(row, { id: `${id}-${index}`, index, columns, active: index === active, chosen, top });
  });
  const rest = printed && left > 0 && element('p', { class: 'soft' }, `… and ${left.toLocaleString('en')} more rows.`);
  fill(body, drawn, rest);
  if (active >= first && active < last) scroller.setAttribute('aria-activedescendant', `${id}-${active}`);
  else scroller.removeAttribute('aria-activedescendant');
}

function walkRows(view: View, event: KeyboardEvent): void {
  const { scroller, rowHeight, active, sorted } = view;
  if (event.target !== scroller || event.altKey || event.ctrlKey || event.metaKey || sorted.length === 0) return;
  if (event.key === 'Enter') {
    // Else the same press would go on to what is opened, and close it.
    event.preventDefault();
    view.open?.(sorted[active]!);
  }
  const page = Math.max(1, Math.floor(scroller.clientHeight / rowHeight) - 2);
  const last = sorted.length - 1;
  const steps = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page };
  const next = { ...steps, Home: 0, End: last }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  view.active = Math.min(last, Math.max(0, next));
  const [top, shown] = [view.active * rowHeight, scroller.clientHeight - 2 * rowHeight];
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top > scroller.scrollTop + shown) scroller.scrollTop = top - shown;
  drawRows(view);
}
