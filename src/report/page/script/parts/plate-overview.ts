import { mapPlate } from '../../../inspection/plate-map.ts';
import type { Layer } from '../data/layers.ts';
import type { Plate, Well } from '../data/wells.ts';
import { element, fill } from '../dom/element.ts';
import { rove } from '../dom/roving.ts';
import { chosenWells, lookOf } from './plate-grid.ts';
import type { Report } from './report.ts';

/** Side of a well in a small map (pixels of the canvas). */
const SIDE = 8;

/** Small maps of all plates; arrow keys walk them, and Enter or a click makes one large. */
export function plateOverview(container: HTMLElement, report: Report, layer: Layer): void {
  const { plates, store } = report;
  const passes = chosenWells(report);
  const { shownPlate } = store.state();
  const buttons = plates.map(({ name }, p) => {
    const canvas = drawSmall(plates[p]!, { report, layer, passes });
    return element(
      'button',
      {
        type: 'button',
        'data-plate': p,
        tabindex: p === shownPlate ? 0 : -1,
        'aria-pressed': String(p === shownPlate),
      },
      canvas,
      element('span', {}, name || 'Unnamed'),
    );
  });
  const line = element('div', { class: 'small-plates', role: 'group', 'aria-label': 'Plates' }, buttons);
  rove(
    line,
    () => inLines(buttons),
    (button) => store.set({ shownPlate: Number(button.dataset.plate) }),
  );
  const scrolled = container.firstElementChild?.scrollTop ?? 0;
  const had = container.contains(document.activeElement)
    ? (document.activeElement as HTMLElement).dataset.plate
    : undefined;
  fill(container, line);
  line.scrollTop = scrolled;
  if (had !== undefined) buttons[Number(had)]?.focus();
}

/** Buttons in the lines in which they stand on the screen. */
function inLines(buttons: readonly HTMLElement[]): readonly (readonly HTMLElement[])[] {
  const lines = new Map<number, HTMLElement[]>();
  for (const button of buttons) lines.set(button.offsetTop, [...(lines.get(button.offsetTop) ?? []), button]);
  return [...lines.values()];
}

function drawSmall(
  plate: Plate,
  { report, layer, passes }: { report: Report; layer: Layer; passes: (well: Well) => boolean },
): HTMLCanvasElement {
  const map = mapPlate(plate.wells.map(({ well }) => well));
  const canvas = element('canvas', {
    width: map.columns.length * SIDE,
    height: map.rows.length * SIDE,
    'aria-hidden': 'true',
  });
  const context = canvas.getContext('2d')!;
  for (const well of plate.wells) {
    const at = map.placeOf(well.well);
    if (at === undefined) continue;
    context.globalAlpha = passes(well) ? 1 : 0.12;
    const [x, y, side] = [at.column * SIDE, at.row * SIDE, SIDE - 1];
    if (layer.kind === 'classes') {
      const stripes = layer
        .classesOf(well)
        .flatMap((classes) => classes.slice(0, 1))
        .toSorted((a, b) => a - b);
      for (const [i, k] of stripes.entries()) {
        context.fillStyle = report.classColour(k);
        context.fillRect(x + (i * side) / stripes.length, y, side / stripes.length, side);
      }
      continue;
    }
    const { background } = lookOf(well, report, layer);
    context.fillStyle = background ?? '#8884';
    context.fillRect(x, y, side, side);
  }
  return canvas;
}
