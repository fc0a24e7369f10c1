import { columnOf, textOf } from '../data/field-table.ts';
import { element, fill } from '../dom/element.ts';
import { layers } from './gallery.ts';
import type { Report } from './report.ts';
import { wellPanel } from './well-panel.ts';

/** Opens a field, with the well that it is of, above the page; Escape closes it. */
export function fieldDialog(report: Omit<Report, 'openField'>): (row: number) => void {
  const content = element('div', {});
  const close = element(
    'button',
    { type: 'button', class: 'close', 'aria-label': 'Close', onclick: () => dialog.close() },
    '×',
  );
  const dialog = element('dialog', { 'aria-label': 'A field and its well' }, close, content);
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  const open = (row: number) => {
    const { table, plates } = report;
    const [plate, well] = (['plate', 'well'] as const).map((role) => textOf(columnOf(table, role), row));
    const found = plates.find(({ name }) => name === plate)?.wells.find((one) => one.well === well);
    const shown = found ?? { plate: plate ?? '', well: well ?? '', rows: [row], scored: undefined };
    const large = report.data.galleries.flatMap(({ entries }) => entries).find(({ field }) => field === row);
    fill(
      content,
      large !== undefined && element('div', { class: 'picture large-picture' }, layers(report, large)),
      wellPanel({ ...report, openField: open }, shown, row),
    );
    if (!dialog.open) dialog.showModal();
  };
  return open;
}
