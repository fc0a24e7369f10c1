import { drawWhenNear } from '../dom/draw-when-near.ts';
import { byId, element, fill } from '../dom/element.ts';
import { paleWells, plateGrid } from './plate-grid.ts';
import { layerLegend } from './plate-legend.ts';
import { plateOverview } from './plate-overview.ts';
import type { Report } from './report.ts';
import { wellPanel } from './well-panel.ts';

/** Maps of all plates: small ones of all, a large one of the chosen plate, and the fields of the chosen well. */
export function plateMaps(report: Report): void {
  const place = byId('plate-maps');
  const { store, plates, layers } = report;
  if (place === null || plates.length === 0) return;
  const layerOf = () => layers.find(({ key }) => key === store.state().layer) ?? layers[0]!;
  const buttons = layers.map(({ key, name }) =>
    element('button', { type: 'button', 'data-layer': key, onclick: () => store.set({ layer: key }) }, name),
  );
  const legend = element('div', { class: 'legend' });
  const overview = plateOverview(report);
  const title = element('h3', {});
  const map = element('div', { class: 'plate-map' });
  const well = element('aside', { class: 'well', 'aria-live': 'polite', 'aria-label': 'The chosen well' });
  const drawMap = () => {
    const { shownPlate } = store.state();
    fill(title, plates[shownPlate]!.name || 'Plate');
    plateGrid(map, report, { plate: plates[shownPlate]!, layer: layerOf() });
    overview.mark();
  };
  const drawLayer = () => {
    for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.layer === layerOf().key));
    fill(legend, layerLegend(report, layerOf()));
    if (plates.length > 1) overview.paint(layerOf());
    drawMap();
  };
  const drawFilters = () => {
    if (plates.length > 1) overview.pale();
    paleWells(map, report, plates[store.state().shownPlate]!);
  };
  const drawWell = () => {
    const { shownPlate, well: name } = store.state();
    const { wells } = plates[shownPlate]!;
    const chosen = wells.find((one) => one.well === name) ?? wells[0]!;
    for (const cell of map.querySelectorAll<HTMLElement>('[data-well]')) {
      cell.setAttribute('aria-selected', String(cell.dataset.well === chosen.well));
    }
    fill(well, wellPanel(report, chosen));
  };
  fill(
    place,
    element('div', { class: 'switch', role: 'group', 'aria-label': 'What the wells show' }, buttons),
    legend,
    plates.length > 1 && overview.node,
    element('div', { class: 'plate-and-well' }, element('div', { class: 'large' }, title, map), well),
  );
  store.watch(['layer'], drawLayer);
  store.watch(['filters'], drawWhenNear(place, drawFilters));
  store.watch(['shownPlate'], () => {
    drawMap();
    drawWell();
  });
  store.watch(['well'], drawWell);
  report.onTheme(() => {
    drawLayer();
    drawWell();
  });
  drawLayer();
  drawWell();
}
