import type { Layer } from '../data/layers.ts';
import type { Plate, Well } from '../data/wells.ts';
import { element } from '../dom/element.ts';
import { rove } from '../dom/roving.ts';
import { chosenWells, lookOf } from './plate-grid.ts';
import type { Report } from './report.ts';

/** Width of a small map (pixels of the canvas), and the side of a well at least. */
const [WIDTH, LEAST_SIDE] = [96, 2];
/** Colours of a well of which a layer knows nothing, and of a place without a well. */
const [UNKNOWN, EMPTY] = ['#8884', '#8883'];

/** How much is seen of a well that the filters leave out. */
const PALE = 0.12;

/** The small map of a plate: what is shown, and all its wells as they are without filters. */
interface SmallPlate {
  readonly plate: Plate;
  readonly size: Size;
  readonly canvas: HTMLCanvasElement;
  readonly painted: HTMLCanvasElement;
  /** Outlines of all places, the same for all plates. */
  readonly outlines: HTMLCanvasElement;
}

type Place = readonly [x: number, y: number, width: number, height: number];

/** The small maps of all plates have one size. */
interface Size {
  readonly width: number;
  readonly height: number;
  /** Side of a well, and the gap to the next one (pixels of the canvas). */
  readonly side: number;
  readonly gap: number;
}

export interface PlateOverview {
  readonly node: HTMLElement;
  /** Paints all plates in a layer, under the present filters. */
  readonly paint: (layer: Layer) => void;
  /** Pales the wells that have no field that passes the filters. */
  readonly pale: () => void;
  /** Marks the plate that is large. */
  readonly mark: () => void;
}

/** Small maps of all plates; arrow keys walk them, and Enter or a click makes one large. */
export function plateOverview(report: Report): PlateOverview {
  const { plates, store } = report;
  const size = sizeOf(plates);
  const outlines = outlinePlaces(size);
  const small = plates.map((plate) => {
    const canvas = element('canvas', { width: size.width, height: size.height, 'aria-hidden': 'true' });
    const painted = element('canvas', { width: size.width, height: size.height });
    return { plate, size, canvas, painted, outlines };
  });
  const buttons = small.map(({ plate, canvas }, p) =>
    element(
      'button',
      { type: 'button', 'data-plate': p, tabindex: -1 },
      canvas,
      element('span', {}, plate.name || 'Unnamed'),
    ),
  );
  const line = element('div', { class: 'small-plates', role: 'group', 'aria-label': 'Plates' }, buttons);
  rove(
    line,
    () => inLines(buttons),
    (button) => store.set({ shownPlate: Number(button.dataset.plate) }),
  );
  const pale = () => {
    const passes = chosenWells(report);
    for (const one of small) showPlate(one, passes);
  };
  return {
    node: line,
    pale,
    paint(layer) {
      for (const one of small) paintPlate(one, { report, layer });
      pale();
    },
    mark() {
      for (const [p, button] of buttons.entries()) {
        const shown = p === store.state().shownPlate;
        button.setAttribute('aria-pressed', String(shown));
        button.setAttribute('tabindex', shown ? '0' : '-1');
      }
    },
  };
}

/** Buttons in the lines in which they stand on the screen. */
function inLines(buttons: readonly HTMLElement[]): readonly (readonly HTMLElement[])[] {
  const lines = new Map<number, HTMLElement[]>();
  for (const button of buttons) lines.set(button.offsetTop, [...(lines.get(button.offsetTop) ?? []), button]);
  return [...lines.values()];
}

function sizeOf(plates: readonly Plate[]): Size {
  const most = (of: (plate: Plate) => readonly string[]) => Math.max(...plates.map((plate) => of(plate).length));
  const [columns, rows] = [most(({ map }) => map.columns), most(({ map }) => map.rows)];
  const side = Math.max(LEAST_SIDE, Math.floor(WIDTH / columns));
  return { width: columns * side, height: rows * side, side, gap: side > LEAST_SIDE ? 1 : 0 };
}

/** Paints all wells in the colours of a layer. */
function paintPlate({ plate, size, painted }: SmallPlate, { report, layer }: { report: Report; layer: Layer }): void {
  const context = painted.getContext('2d')!;
  context.clearRect(0, 0, size.width, size.height);
  const side = size.side - size.gap;
  for (const well of plate.wells) {
    const at = plate.map.placeOf(well.well);
    if (at === undefined) continue;
    const colours = coloursOf(well, report, layer);
    const [x, y, width] = [at.column * size.side, at.row * size.side, side / colours.length];
    for (const [i, colour] of colours.entries()) {
      context.fillStyle = colour;
      context.fillRect(x + i * width, y, width, side);
    }
  }
}

/** Shows the painted wells, those that do not pass pale; of these and the others only the fewer are drawn one by one. */
function showPlate({ plate, size, canvas, painted, outlines }: SmallPlate, passes: (well: Well) => boolean): void {
  const context = canvas.getContext('2d')!;
  const passing = plate.wells.map(passes);
  const mostPass = 2 * passing.filter(Boolean).length >= passing.length;
  const show = (pale: boolean, ...place: Place) => {
    context.clearRect(...place);
    context.globalAlpha = 1;
    context.drawImage(outlines, ...place, ...place);
    context.globalAlpha = pale ? PALE : 1;
    context.drawImage(painted, ...place, ...place);
  };
  show(!mostPass, 0, 0, size.width, size.height);
  for (const [i, { well }] of plate.wells.entries()) {
    const at = passing[i] === mostPass ? undefined : plate.map.placeOf(well);
    if (at !== undefined) show(mostPass, at.column * size.side, at.row * size.side, size.side, size.side);
  }
}

/** Outlines of all places; where they are too small, of the plate. */
function outlinePlaces({ width, height, side, gap }: Size): HTMLCanvasElement {
  const canvas = element('canvas', { width, height });
  const context = canvas.getContext('2d')!;
  context.strokeStyle = EMPTY;
  context.beginPath();
  if (gap === 0) context.rect(0.5, 0.5, width - 1, height - 1);
  for (let y = 0; gap > 0 && y < height; y += side) {
    for (let x = 0; x < width; x += side) context.rect(x + 0.5, y + 0.5, side - gap - 1, side - gap - 1);
  }
  context.stroke();
  return canvas;
}

/** One colour, or one for each field where these are of several classes. */
function coloursOf(well: Well, report: Report, layer: Layer): readonly string[] {
  if (layer.kind !== 'classes') return [lookOf(well, report, layer).background ?? UNKNOWN];
  const classes = layer.classesOf(well).flatMap((own) => own.slice(0, 1));
  if (classes.length === 0) return [UNKNOWN];
  if (classes.every((k) => k === classes[0])) return [report.classColour(classes[0]!)];
  return classes.toSorted((a, b) => a - b).map(report.classColour);
}
