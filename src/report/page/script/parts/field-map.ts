import { scaleGradient } from '../data/colours.ts';
import { columnOf, textOf } from '../data/field-table.ts';
import { type MapColouring, mapColourings, mapCoordinates, RIGHT_AND_WRONG } from '../data/map-colours.ts';
import { nearestRow, nextRow, type Places } from '../data/nearest.ts';
import { isFiltered } from '../data/selection.ts';
import { drawWhenNear } from '../dom/draw-when-near.ts';
import { byId, element, fill } from '../dom/element.ts';
import { figure, share } from '../words.ts';
import { placeWords } from './chosen-fields.ts';
import { classChip, classChips } from './class-chip.ts';
import type { Report } from './report.ts';

/** Distance of the points from the border, their radius, and how far the pointer reaches (CSS pixels). */
const [MARGIN, RADIUS, REACH] = [14, { many: 2.6, few: 4.5 }, 14];
/** Fields from which on points are small. */
const MANY = 600;

const steps: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The map of fields: points that are coloured, filtered, looked at and opened with pointer and keys. */
export function fieldMap(report: Report): void {
  const place = byId('field-map');
  const { table, store, tooltip, chosenRows, openField } = report;
  const coordinates = mapCoordinates(table);
  const colourings = mapColourings(table);
  if (place === null || coordinates === undefined || colourings.length === 0) return;
  let colouring = colourings[0]!;
  let current: number | undefined;
  let places: Places = { x: [], y: [] };
  const buttons = colourings.map((one) => element('button', { type: 'button', onclick: () => choose(one) }, one.name));
  const legend = element('div', { class: 'keys' });
  const said = element('p', { class: 'hidden', 'aria-live': 'polite' });
  const attributes = { tabindex: 0, role: 'application', 'aria-label': 'Map of fields', class: 'map' };
  const canvas = element('canvas', attributes);
  const draw = () => {
    places = layOut(canvas, coordinates);
    drawMap(canvas, { report, colouring, places, current });
  };
  const choose = (next: MapColouring) => {
    colouring = next;
    for (const [i, button] of buttons.entries()) button.setAttribute('aria-pressed', String(colourings[i] === next));
    fill(legend, mapLegend(report, next));
    draw();
  };
  const look = (row: number | undefined) => {
    if (row === current) return;
    current = row;
    drawMap(canvas, { report, colouring, places, current });
    if (row === undefined) {
      tooltip.hide();
      return;
    }
    const { left, top } = canvas.getBoundingClientRect();
    tooltip.show(card(report, row), { x: left + places.x[row]!, y: top + places.y[row]! });
  };
  canvas.addEventListener('pointermove', ({ offsetX, offsetY }) =>
    look(nearestRow(places, chosenRows(), { x: offsetX, y: offsetY, reach: REACH })),
  );
  canvas.addEventListener('click', () => current !== undefined && openField(current));
  for (const left of ['pointerleave', 'blur']) canvas.addEventListener(left, () => look(undefined));
  canvas.addEventListener('keydown', (event) => {
    const step = steps[event.key];
    if (step === undefined && (event.key !== 'Enter' || current === undefined)) return;
    event.preventDefault();
    if (step === undefined) openField(current!);
    else look(walk(step, { places, rows: chosenRows(), current }));
    if (current !== undefined) said.textContent = describe(report, current);
  });
  fill(
    place,
    element('div', { class: 'switch', role: 'group', 'aria-label': 'Colours of the map' }, buttons),
    legend,
    canvas,
    said,
  );
  new ResizeObserver(draw).observe(canvas);
  const drawSoon = drawWhenNear(place, draw);
  store.watch(['filters'], () => {
    current = undefined;
    drawSoon();
  });
  report.onTheme(() => choose(colouring));
  choose(colouring);
}

/** The field in the direction of a key; the first one where none is looked at yet. */
function walk(
  [right, down]: readonly [number, number],
  { places, rows, current }: { places: Places; rows: ArrayLike<number>; current: number | undefined },
): number | undefined {
  if (current === undefined) return rows[0];
  return nextRow(places, rows, { from: current, right, down }) ?? current;
}

/** Sets the size of the canvas, and says where each row is on it. */
function layOut(canvas: HTMLCanvasElement, { x, y }: Places): Places {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const scale = devicePixelRatio;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const onto = (values: ArrayLike<number>, length: number, flip: boolean) => {
    const known = Array.from(values).filter((value) => !Number.isNaN(value));
    const low = known.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
    const high = known.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    return Float32Array.from(values, (value) => {
      const part = (value - low) / (high - low || 1);
      return MARGIN + (flip ? 1 - part : part) * (length - 2 * MARGIN);
    });
  };
  return { x: onto(x, width, false), y: onto(y, height, true) };
}

function drawMap(
  canvas: HTMLCanvasElement,
  {
    report,
    colouring,
    places,
    current,
  }: { report: Report; colouring: MapColouring; places: Places; current: number | undefined },
): void {
  const { store, table, chosenRows } = report;
  const size = table.rows < MANY ? RADIUS.few : RADIUS.many;
  const context = canvas.getContext('2d')!;
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  const dot = (row: number, radius: number) => {
    context.beginPath();
    context.arc(places.x[row]!, places.y[row]!, radius, 0, 2 * Math.PI);
    context.fill();
  };
  if (isFiltered(store.state().filters)) {
    context.fillStyle = report.theme() === 'dark' ? '#2c333a' : '#e3e8ec';
    for (let row = 0; row < table.rows; row++) dot(row, size - 0.6);
  }
  context.globalAlpha = 0.8;
  for (const row of chosenRows()) {
    context.fillStyle = colouring.colourOf(row, { theme: report.theme(), classColour: report.classColour });
    dot(row, size);
  }
  context.globalAlpha = 1;
  if (current === undefined) return;
  context.strokeStyle = report.theme() === 'dark' ? '#ffffff' : '#000000';
  context.lineWidth = 2;
  context.beginPath();
  context.arc(places.x[current]!, places.y[current]!, size + 4, 0, 2 * Math.PI);
  context.stroke();
}

function mapLegend(report: Report, { name, legend }: MapColouring): (HTMLElement | string)[] {
  if (legend.kind === 'classes') return report.data.classes.map((_, k) => classChip(report, k));
  if (legend.kind === 'many') {
    return [
      element(
        'span',
        { class: 'soft' },
        `A colour for each of ${legend.things}: rest the pointer on a field to read which.`,
      ),
    ];
  }
  if (legend.kind === 'right') {
    return Object.entries(RIGHT_AND_WRONG).map(([word, colour]) =>
      element('span', { class: 'key' }, element('span', { class: 'swatch', style: { background: colour } }), word),
    );
  }
  const bar = element('span', { class: 'bar', style: { background: scaleGradient('viridis', report.theme()) } });
  return [element('span', { class: 'scale' }, `${name} ${figure(legend.low)}`, bar, figure(legend.high))];
}

/** A field as the pointer shows it: its picture, place and classes. */
function card(report: Report, row: number): HTMLElement {
  const { table, thumbnails } = report;
  const thumbnail = table.thumbnail(row);
  const truth = table.truth(row);
  const treatment = textOf(columnOf(table, 'treatment') ?? columnOf(table, 'compound'), row);
  return element(
    'div',
    {},
    thumbnail >= 0 && thumbnails.tile(thumbnail, { side: 128, label: placeWords(table, row) }),
    element('b', {}, placeWords(table, row)),
    treatment !== '' && element('div', {}, treatment),
    table.hasPrediction &&
      element('div', {}, classChips(report, table.predicted(row)), ' ', share(table.confidence[row])),
    truth.length > 0 &&
      truth.join() !== table.predicted(row).join() &&
      element('div', {}, 'truth ', classChips(report, truth)),
  );
}

function describe({ table, data }: Report, row: number): string {
  const names = (indices: readonly number[]) => indices.map((k) => data.classes[k]).join(', ');
  return [
    placeWords(table, row),
    `predicted ${names(table.predicted(row))}`,
    `truth ${names(table.truth(row)) || 'unknown'}`,
  ].join('; ');
}
