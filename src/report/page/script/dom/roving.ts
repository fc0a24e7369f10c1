/** Places of a grid of elements that the arrow keys walk: undefined where there is none. */
type Grid<Place> = readonly (readonly (Place | undefined)[])[];

const steps: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-Number.MAX_SAFE_INTEGER, 0],
  PageDown: [Number.MAX_SAFE_INTEGER, 0],
};

/**
 * Lets the Tab key reach one element of a grid and the arrow keys all others (the roving tabindex of the ARIA practices):
 * Home and End go to the ends of a row, Page Up and Page Down to those of a column. Enter and Space activate.
 */
export function rove<Place extends HTMLElement | SVGElement>(
  container: HTMLElement,
  grid: () => Grid<Place>,
  activate: (element: Place) => void,
): void {
  const placeOf = (wanted: EventTarget | null) => {
    for (const [r, row] of grid().entries()) {
      const c = row.indexOf(wanted as Place);
      if (c >= 0) return [r, c] as const;
    }
    return undefined;
  };
  container.addEventListener('keydown', (event) => {
    const place = placeOf(event.target);
    if (place === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      activate(event.target as Place);
      return;
    }
    const next = nextOf(grid(), place, event.key);
    if (next === undefined) return;
    event.preventDefault();
    focusIn(container, next);
  });
  container.addEventListener('click', (event) => {
    const found = (event.target as Element).closest<Place>('[tabindex]');
    if (found === null || placeOf(found) === undefined) return;
    focusIn(container, found);
    activate(found);
  });
}

/** Makes one element the one that the Tab key reaches, and focuses it. */
function focusIn(container: HTMLElement, next: HTMLElement | SVGElement): void {
  for (const one of container.querySelectorAll('[tabindex="0"]')) one.setAttribute('tabindex', '-1');
  next.setAttribute('tabindex', '0');
  next.focus();
}

function nextOf<Place>(grid: Grid<Place>, [row, column]: readonly [number, number], key: string): Place | undefined {
  if (key === 'Home') return grid[row]!.find((one) => one !== undefined);
  if (key === 'End') return grid[row]!.findLast((one) => one !== undefined);
  const step = steps[key];
  if (step === undefined) return undefined;
  const [down, right] = step.map(Math.sign) as [number, number];
  let found: Place | undefined;
  for (let r = row + down, c = column + right; grid[r] !== undefined && c >= 0 && c < grid[r]!.length; ) {
    found = grid[r]![c] ?? found;
    if (found !== undefined && Math.abs(step[0]) <= 1) return found;
    r += down;
    c += right;
  }
  return found;
}
