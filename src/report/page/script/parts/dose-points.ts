import type { Well } from '../data/wells.ts';
import { byId } from '../dom/element.ts';
import { rove } from '../dom/roving.ts';
import type { Report } from './report.ts';

/** Lets the points of dose-response curves open their wells, by a click or by keys. */
export function dosePoints({ plates, store, openField }: Report): void {
  const section = byId('dose-response');
  if (section === null) return;
  // As the plots name their points.
  const wells = new Map<string, { well: Well; plate: number }>(
    plates.flatMap(({ name, wells: own }, p) =>
      own.filter(({ rows }) => rows.length > 0).map((well) => [`${well.well}, ${name}`, { well, plate: p }] as const),
    ),
  );
  const wellOf = (point: Element) => wells.get(point.getAttribute('aria-label')!.split('; ')[0]!);
  for (const plot of section.querySelectorAll<HTMLElement>('.plot')) {
    const points = [...plot.querySelectorAll<SVGElement>('path[aria-label]')].filter(wellOf);
    const places = new Map(points.map((point) => [point, horizontalPlace(point)]));
    points.sort((a, b) => places.get(a)! - places.get(b)!);
    for (const [i, point] of points.entries()) {
      point.classList.add('opens');
      point.setAttribute('tabindex', i === 0 ? '0' : '-1');
    }
    rove(
      plot,
      () => [points],
      (point) => {
        const { well, plate } = wellOf(point)!;
        store.set({ shownPlate: plate, well: well.well });
        openField(well.rows[0]!);
      },
    );
  }
}

/** Vega moves a mark to its place by a transform. */
function horizontalPlace(point: SVGElement): number {
  return Number(/translate\(([-\d.]+)/.exec(point.getAttribute('transform') ?? '')?.[1] ?? 0);
}
