import { classFigures, countConfusion } from '../data/confusion.ts';
import { NO_FILTERS, selectRows } from '../data/selection.ts';
import { drawWhenNear } from '../dom/draw-when-near.ts';
import { byId, element, fill } from '../dom/element.ts';
import { rove } from '../dom/roving.ts';
import { describeOnHover } from '../dom/tooltip.ts';
import { share, whole } from '../words.ts';
import { classChip, classCode } from './class-chip.ts';
import type { Report } from './report.ts';

/** The confusion matrix of the fields on the chosen plate; a cell chooses its fields. */
export function confusionMatrix(report: Report): void {
  const place = byId('confusion-matrix');
  const { table, store } = report;
  if (place === null || !table.hasTruth || !table.hasPrediction) return;
  const modes = (['counts', 'shares'] as const).map((mode) =>
    element(
      'button',
      { type: 'button', 'data-mode': mode, onclick: () => store.set({ confusionAs: mode }) },
      mode === 'counts' ? 'Counts' : 'Shares of the true class',
    ),
  );
  const matrix = element('div', { class: 'wide' });
  fill(place, element('div', { class: 'switch', role: 'group', 'aria-label': 'Numbers of the matrix' }, modes), matrix);
  let counts = countConfusion(table, selectRows(table, NO_FILTERS));
  let counted = '';
  const draw = () => {
    const { filters, confusionAs } = store.state();
    const { plate, treatment, search } = filters;
    for (const button of modes) button.setAttribute('aria-pressed', String(button.dataset.mode === confusionAs));
    const key = JSON.stringify([plate, treatment, search]);
    if (key !== counted) {
      counts = countConfusion(table, selectRows(table, { ...NO_FILTERS, plate, treatment, search }));
      counted = key;
    }
    drawMatrix(matrix, report, counts);
  };
  store.watch(['filters', 'confusionAs'], drawWhenNear(place, draw));
  report.onTheme(draw);
  draw();
}

type Counts = readonly (readonly number[])[];

function drawMatrix(container: HTMLElement, report: Report, counts: Counts): void {
  const { store, tooltip } = report;
  const { filters } = store.state();
  const focused = container.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset : {};
  const cells = drawCells(report, counts);
  const grid = drawGrid(report, { cells, counts });
  rove(
    grid,
    () => cells,
    (cell) => {
      const [truth, predicted] = [Number(cell.dataset.truth), Number(cell.dataset.predicted)];
      const same = filters.cell?.truth === truth && filters.cell.predicted === predicted;
      const next = { ...store.state().filters, class: null, cell: same ? null : { truth, predicted } };
      store.set({ filters: next });
    },
  );
  describeOnHover(grid, tooltip, (target) => target.closest('.cell')?.getAttribute('aria-label') ?? undefined);
  fill(container, grid);
  const had = cells[Number(focused.truth)]?.[Number(focused.predicted)];
  const entry = had ?? cells[filters.cell?.truth ?? 0]![filters.cell?.predicted ?? 0]!;
  entry.setAttribute('tabindex', '0');
  had?.focus();
}

function drawCells({ data, store }: Report, counts: Counts): readonly (readonly HTMLElement[])[] {
  const { filters, confusionAs } = store.state();
  return counts.map((row, k) => {
    const total = row.reduce((sum, n) => sum + n, 0);
    return row.map((n, l) => {
      const part = total === 0 ? 0 : n / total;
      const chosen = filters.cell?.truth === k && filters.cell.predicted === l;
      return element(
        'div',
        {
          role: 'gridcell',
          class: `cell${k === l ? ' right' : ''}${n === 0 ? ' zero' : ''}${chosen ? ' chosen' : ''}`,
          tabindex: -1,
          'aria-selected': String(chosen),
          'aria-label': `${n} of ${total} of ${data.classes[k]} predicted as ${data.classes[l]}`,
          'data-truth': k,
          'data-predicted': l,
          style: { '--part': part.toFixed(4) },
        },
        n > 0 && element('span', { 'aria-hidden': 'true' }, confusionAs === 'counts' ? whole(n) : part.toFixed(2)),
      );
    });
  });
}

function drawGrid(
  report: Report,
  { cells, counts }: { cells: readonly (readonly HTMLElement[])[]; counts: Counts },
): HTMLElement {
  const { classes } = report.data;
  const recalls = new Map(classFigures(counts).map((one) => [one.class, one.recall]));
  const header = (name: string, k: number) =>
    element('div', { role: 'columnheader', class: 'class', title: name, 'aria-label': name }, classCode(report, k));
  return element(
    'div',
    {
      class: 'matrix',
      role: 'grid',
      'aria-label': 'Confusion matrix: true class by predicted class',
      style: { '--columns': classes.length },
    },
    element(
      'div',
      { role: 'row' },
      element('div', { role: 'columnheader', class: 'corner' }, 'True class ↓ predicted →'),
      classes.map(header),
      element('div', { role: 'columnheader', class: 'margin' }, 'Recall'),
    ),
    cells.map((row, k) =>
      element(
        'div',
        { role: 'row' },
        element('div', { role: 'rowheader' }, classChip(report, k)),
        row,
        element('div', { role: 'gridcell', class: 'margin' }, share(recalls.get(k))),
      ),
    ),
  );
}
