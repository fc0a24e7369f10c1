import type { Gallery } from '../../document.ts';
import { galleryKinds } from '../data/gallery-kinds.ts';
import { drawWhenNear } from '../dom/draw-when-near.ts';
import { byId, element, fill } from '../dom/element.ts';
import { scaleBar } from '../pictures/scale-bar.ts';
import { share } from '../words.ts';
import { placeWords } from './chosen-fields.ts';
import { classChip, classChips } from './class-chip.ts';
import type { Report } from './report.ts';

/** Chosen fields of every class: best, least sure and worst; those that pass the filters. */
export function galleries(report: Report): void {
  const place = byId('galleries');
  const { data, store, chosenRows, table } = report;
  if (place === null || data.galleries.length === 0) return;
  const figures = new Map(
    data.galleries.flatMap(({ entries }) => entries.map((entry) => [entry, galleryFigure(report, entry)] as const)),
  );
  const none = element('p', { class: 'soft' }, 'None of the chosen fields is in the gallery.');
  const draw = () => {
    const passing = new Uint8Array(table.rows);
    for (const row of chosenRows()) passing[row] = 1;
    const shown = data.classes.flatMap((name, k) => {
      const own = data.galleries.filter((gallery) => gallery.class === name);
      const parts = galleryKinds(own, (field) => passing[field] === 1).map(({ title, entries }) =>
        element(
          'div',
          { class: 'kind', style: { '--entries': entries.length } },
          element('h4', {}, title),
          element(
            'div',
            { class: 'pictures' },
            entries.map((entry) => figures.get(entry)!),
          ),
        ),
      );
      if (parts.length === 0) return [];
      return [
        element(
          'div',
          { class: 'class-row' },
          element('h3', {}, classChip(report, k)),
          element('div', { class: 'kinds' }, parts),
        ),
      ];
    });
    fill(place, shown.length === 0 ? none : shown);
  };
  store.watch(['filters'], drawWhenNear(place, draw));
  report.onTheme(() => {
    for (const [entry, figure] of figures)
      figure.querySelector('figcaption')!.replaceWith(caption(report, entry.field));
    draw();
  });
  draw();
  overlaySwitch();
}

type Entry = Gallery['entries'][number];

/** A field with what is laid over it, its classes and a scale bar; a click opens it. */
function galleryFigure(report: Report, entry: Entry): HTMLElement {
  const { field } = entry;
  return element(
    'figure',
    {},
    element(
      'button',
      {
        type: 'button',
        class: 'picture',
        onclick: () => report.openField(field),
        'aria-label': `Open ${placeWords(report.table, field)}`,
      },
      ...layers(report, entry),
    ),
    caption(report, field),
  );
}

/** The picture of a field, the map over it, and a scale bar. */
export function layers({ data, pictures }: Pick<Report, 'data' | 'pictures'>, entry: Entry): (HTMLElement | null)[] {
  const { picture, overlay, width, height, pixelSize } = entry;
  const at = (file: string) => data.pictures.indexOf(file);
  return [
    pictures.image(at(picture), { width, height, kind: 'base' }),
    overlay === null ? null : pictures.image(at(overlay), { width, height, kind: 'overlay' }),
    scaleBar({ width, pixelSize }),
  ];
}

function caption(report: Report, row: number): HTMLElement {
  const { table } = report;
  const [truth, predicted] = [table.truth(row), table.predicted(row)];
  const wrong = truth.length > 0 && truth.join() !== predicted.join();
  const probability = (k: number) => share(table.probabilities[k]?.numbers[row]);
  return element(
    'figcaption',
    {},
    element('div', {}, classChips(report, predicted), ' ', predicted.map(probability).join(', ')),
    wrong &&
      element('div', { class: 'truth' }, 'truth ', classChips(report, truth), ' ', truth.map(probability).join(', ')),
    element('div', { class: 'soft' }, placeWords(table, row)),
  );
}

/** Hides and shows the maps over all pictures, by the button and by the key O. */
function overlaySwitch(): void {
  const button = byId('overlays');
  if (button === null) return;
  const toggle = () => {
    const hidden = document.documentElement.toggleAttribute('data-no-overlays');
    button.setAttribute('aria-pressed', String(!hidden));
  };
  button.addEventListener('click', toggle);
  document.addEventListener('keydown', ({ key, target, ctrlKey, metaKey, altKey }) => {
    if (ctrlKey || metaKey || altKey || (target as Element).matches('input, select, textarea')) return;
    if (key === 'o' || key === 'O') toggle();
  });
}
