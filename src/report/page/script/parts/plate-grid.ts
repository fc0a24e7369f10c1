import { inkOn, scaleColour } from '../data/colours.ts';
import { doseReader, textColumn, textOf } from '../data/field-table.ts';
import { type Layer, placeOnScale } from '../data/layers.ts';
import { isFiltered } from '../data/selection.ts';
import type { Plate, Well } from '../data/wells.ts';
import { element, fill } from '../dom/element.ts';
import { rove } from '../dom/roving.ts';
import { describeOnHover } from '../dom/tooltip.ts';
import { figure, share } from '../words.ts';
import type { Report } from './report.ts';

/** Columns up to which a well is wide enough for the number of its class. */
const MOST_CODED = 24;

/** Sides of a well at least (CSS pixels), for plates with up to so many columns; the map scrolls where there is less room. */
const LEAST_SIDES = [
  { columns: 12, plain: 0, pictures: 44 },
  { columns: 24, plain: 17, pictures: 28 },
  { columns: Number.POSITIVE_INFINITY, plain: 14, pictures: 20 },
] as const;

/** A plate as a grid of wells, which arrow keys walk and Enter chooses. */
export function plateGrid(
  container: HTMLElement,
  report: Report,
  { plate, layer }: { plate: Plate; layer: Layer },
): void {
  const { store, tooltip } = report;
  const { map } = plate;
  const cells = map.rows.map(() => map.columns.map((): HTMLElement | undefined => undefined));
  const passes = chosenWells(report);
  const coded = map.columns.length <= MOST_CODED;
  for (const well of plate.wells) {
    const at = map.placeOf(well.well);
    if (at !== undefined) cells[at.row]![at.column] = drawWell(well, { report, layer, passes: passes(well), coded });
  }
  const chosen = store.state().well ?? plate.wells[0]?.well;
  const all = cells.flat().filter((cell) => cell !== undefined);
  const entry = all.find((cell) => cell.dataset.well === chosen) ?? all[0];
  entry?.setAttribute('tabindex', '0');
  for (const cell of all) cell.setAttribute('aria-selected', String(cell.dataset.well === chosen));
  const grid = element(
    'div',
    {
      class: `plate${layer.kind === 'pictures' ? ' of-pictures' : ''}${coded ? '' : ' dense'}`,
      role: 'grid',
      'aria-label': `${plate.name || 'Plate'}: ${layer.name}`,
      style: { '--columns': map.columns.length, '--least': `${leastSide(map.columns.length, layer)}px` },
    },
    element(
      'div',
      { role: 'row' },
      element('div', { role: 'columnheader', class: 'corner' }, element('span', { class: 'hidden' }, 'Row')),
      map.columns.map((name) => element('div', { role: 'columnheader' }, name)),
    ),
    map.rows.map((name, r) =>
      element(
        'div',
        { role: 'row' },
        element('div', { role: 'rowheader' }, name),
        cells[r]!.map((cell) => cell ?? element('div', { role: 'gridcell', class: 'none' })),
      ),
    ),
  );
  rove(
    grid,
    () => cells,
    (cell) => store.set({ well: cell.dataset.well! }),
  );
  describeOnHover(grid, tooltip, (target) => {
    const name = target.closest<HTMLElement>('[data-well]')?.dataset.well;
    const well = plate.wells.find((one) => one.well === name);
    return well && describeWell(well, report, layer);
  });
  const focused = (document.activeElement as HTMLElement | null)?.dataset?.well;
  const had = focused !== undefined && container.contains(document.activeElement);
  fill(container, grid);
  if (had) all.find((cell) => cell.dataset.well === focused)?.focus();
}

/** Pales the wells of a grid that have no field that passes the filters. */
export function paleWells(container: HTMLElement, report: Report, { wells }: Plate): void {
  const passes = chosenWells(report);
  const byName = new Map(wells.map((well) => [well.well, well]));
  for (const cell of container.querySelectorAll<HTMLElement>('[data-well]')) {
    cell.classList.toggle('out', !passes(byName.get(cell.dataset.well!)!));
  }
}

function leastSide(columns: number, { kind }: Layer): number {
  return LEAST_SIDES.find((one) => columns <= one.columns)![kind === 'pictures' ? 'pictures' : 'plain'];
}

function drawWell(
  well: Well,
  { report, layer, passes, coded }: { report: Report; layer: Layer; passes: boolean; coded: boolean },
): HTMLElement {
  const { background, ink, text } = lookOf(well, report, layer);
  const role = well.scored && { negative: '−', positive: '+', sample: '' }[well.scored.role];
  const cell = element(
    'div',
    {
      role: 'gridcell',
      class: passes ? 'one' : 'one out',
      tabindex: -1,
      'data-well': well.well,
      'aria-label': `${well.well}: ${valueWords(well, report, layer)}`,
      style: background === undefined ? {} : { background, color: ink ?? 'inherit' },
    },
    coded && text,
    role && element('span', { class: 'role', 'aria-hidden': 'true' }, role),
    well.scored?.fewCells && element('span', { class: 'few', 'aria-hidden': 'true' }),
  );
  const thumbnail = layer.kind === 'pictures' ? report.table.thumbnail(well.rows[0] ?? -1) : -1;
  if (thumbnail >= 0) {
    const canvas = document.createElement('canvas');
    canvas.setAttribute('aria-hidden', 'true');
    report.thumbnails.paint(thumbnail, canvas);
    cell.prepend(canvas);
  }
  return cell;
}

/** Colour of a well in a layer, with the number of its class where all fields have the same. */
export function lookOf(
  well: Well,
  { classColour, theme }: Pick<Report, 'classColour' | 'theme'>,
  layer: Layer,
): { readonly background?: string; readonly ink?: string; readonly text?: string } {
  if (layer.kind === 'pictures') return {};
  if (layer.kind === 'number') {
    const value = layer.valueIn(well);
    if (Number.isNaN(value)) return {};
    return { background: scaleColour(layer.scale, placeOnScale(layer, value), theme()) };
  }
  const stripes = layer.classesOf(well).flatMap((classes) => (classes.length === 0 ? [] : [classes[0]!]));
  if (stripes.length === 0) return {};
  const sorted = stripes.toSorted((a, b) => a - b);
  if (sorted[0] === sorted.at(-1)) {
    const background = classColour(sorted[0]!);
    return { background, ink: inkOn(background), text: String(sorted[0]! + 1) };
  }
  const width = 100 / sorted.length;
  const parts = sorted.map((k, i) => `${classColour(k)} ${i * width}% ${(i + 1) * width}%`);
  return { background: `linear-gradient(90deg, ${parts.join(', ')})` };
}

/** Whether a well has a field that passes the filters. */
export function chosenWells({ store, chosenRows, table }: Report): (well: Well) => boolean {
  if (!isFiltered(store.state().filters)) return () => true;
  const passing = new Uint8Array(table.rows);
  for (const row of chosenRows()) passing[row] = 1;
  return ({ rows }) => rows.some((row) => passing[row] === 1);
}

/** What a well shows in a layer, in words. */
function valueWords(well: Well, { data }: Pick<Report, 'data'>, layer: Layer): string {
  if (layer.kind === 'pictures') return 'picture';
  if (layer.kind === 'number') {
    const value = layer.valueIn(well);
    return Number.isNaN(value)
      ? 'not known'
      : `${layer.name.toLowerCase()} ${layer.isShare ? share(value) : figure(value)}`;
  }
  const counts = new Map<string, number>();
  for (const classes of layer.classesOf(well)) {
    const name = classes.map((k) => `${k + 1} ${data.classes[k]}`).join(' | ') || 'unknown';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  if (counts.size === 1) return [...counts.keys()][0]!;
  return [...counts].map(([name, n]) => `${name} ${n}×`).join(', ') || 'no field';
}

function describeWell(well: Well, report: Report, layer: Layer): HTMLElement {
  const { table } = report;
  const first = well.rows[0];
  const texts = (['treatment', 'compound'] as const).map((role) => textColumn(table, role));
  const facts = first === undefined ? [] : [...texts.map((column) => textOf(column, first)), doseReader(table)(first)];
  const n = well.rows.length;
  const role = well.scored && well.scored.role !== 'sample' ? `${well.scored.role} control` : '';
  return element(
    'div',
    {},
    element('b', {}, well.well),
    [
      valueWords(well, report, layer),
      [...new Set(facts)].filter(Boolean).join(', '),
      role,
      n > 0 ? `${n} field${n === 1 ? '' : 's'}` : '',
    ]
      .filter(Boolean)
      .map((line) => element('div', {}, line)),
    well.scored?.fewCells && element('div', {}, 'far fewer cells than the negative controls'),
  );
}
