import { mapPlate, type PlateMap } from '../../../inspection/plate-map.ts';
import type { Layer } from '../data/layers.ts';
import type { Plate, Well } from '../data/wells.ts';
import { element } from '../dom/element.ts';
import { rove } from '../dom/roving.ts';
import { chosenWells, lookOf } from './plate-grid.ts';
import type { Report } from './report.ts';

/** Side of a well in a small map (pixels of the canvas). */
const SIDE = 8;

export interface PlateOverview {
  readonly node: HTMLElement;
  /** Paints all plates in a layer, under the present filters. */
  readonly paint: (layer: Layer) => void;
  /** Marks the plate that is large. */
  readonly mark: () => void;
}

/** Small maps of all plates; arrow keys walk them, and Enter or a click makes one large. */
export function plateOverview(report: Report): PlateOverview {
  const { plates, store } = report;
  const small = plates.map((plate) => {
    const map = mapPlate(plate.wells.map(({ well }) => well));
    const [width, height] = [map.columns.length * SIDE, map.rows.length * SIDE];
    return { plate, map, canvas: element('canvas', { width, height, 'aria-hidden': 'true' }) };
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
  return {
    node: line,
    paint(layer) {
      const passes = chosenWells(report);
      for (const one of small) paintPlate(one, { report, layer, passes });
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

function paintPlate(
  { plate, map, canvas }: { plate: Plate; map: PlateMap; canvas: HTMLCanvasElement },
  { report, layer, passes }: { report: Report; layer: Layer; passes: (well: Well) => boolean },
): void {
  const context = canvas.getContext('2d')!;
  context.globalAlpha = 1;
  context.clearRect(0, 0, canvas.width, canvas.height);
  for (const well of plate.wells) {
    const at = map.placeOf(well.well);
    if (at === undefined) continue;
    context.globalAlpha = passes(well) ? 1 : 0.12;
    const colours = coloursOf(well, report, layer);
    const [x, y, width] = [at.column * SIDE, at.row * SIDE, (SIDE - 1) / colours.length];
    for (const [i, colour] of colours.entries()) {
      context.fillStyle = colour;
      context.fillRect(x + i * width, y, width, SIDE - 1);
    }
  }
}

/** One colour, or one for each field where these are of several classes. */
function coloursOf(well: Well, report: Report, layer: Layer): readonly string[] {
  if (layer.kind !== 'classes') return [lookOf(well, report, layer).background ?? '#8884'];
  const classes = layer.classesOf(well).flatMap((own) => own.slice(0, 1));
  if (classes.length === 0) return ['#8884'];
  if (classes.every((k) => k === classes[0])) return [report.classColour(classes[0]!)];
  return classes.toSorted((a, b) => a - b).map(report.classColour);
}
