import { columnOf, textOf } from '../data/field-table.ts';
import { element, fill } from '../dom/element.ts';
import { placeWords } from './chosen-fields.ts';
import { layers } from './gallery.ts';
import type { Report } from './report.ts';
import { wellPanel } from './well-panel.ts';

/** How much a thumbnail is enlarged at least, and how long its longer side is then at least (CSS pixels). */
const [TIMES, LEAST_SIDE] = [2, 320];

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
      large === undefined
        ? enlarged(report, row)
        : element('div', { class: 'picture large-picture' }, layers(report, large)),
      wellPanel({ ...report, openField: open }, shown, row),
    );
    if (!dialog.open) dialog.showModal();
  };
  return open;
}

/** The thumbnail of a field that has no larger picture, enlarged, and why it is coarse. */
function enlarged({ table, thumbnails }: Pick<Report, 'table' | 'thumbnails'>, row: number): HTMLElement | null {
  const place = table.thumbnail(row);
  if (place < 0) return null;
  const side = Math.max(LEAST_SIDE, TIMES * thumbnails.sideOf(place));
  return element(
    'figure',
    { class: 'enlarged' },
    thumbnails.tile(place, { side, label: `${placeWords(table, row)}, enlarged` }),
    element(
      'figcaption',
      { class: 'soft small' },
      'This is the thumbnail, enlarged, so it is coarse: the page has larger pictures only of the fields in the gallery.',
    ),
  );
}
