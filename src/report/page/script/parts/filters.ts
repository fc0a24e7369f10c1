import { isFiltered, NO_FILTERS } from '../data/selection.ts';
import { byId, element, fill } from '../dom/element.ts';
import { whole } from '../words.ts';
import type { Report } from './report.ts';

/** How long the search waits for the next key (ms). */
const PAUSE = 120;

/** The bar of filters above all parts: class, plate, words. It says how many fields are left. */
export function filterBar({ data, table, plates, store, chosenRows }: Report): void {
  const bar = byId('filters');
  if (bar === null || table.rows === 0) return;
  const change = (filters: object) => store.set({ filters: { ...store.state().filters, ...filters } });
  const ofClass = choice(table.hasTruth ? 'True class' : 'Predicted class', 'All classes', data.classes, (place) =>
    change({ class: place, cell: null }),
  );
  const names = plates.map(({ name }) => name);
  const ofPlate = choice('Plate', 'All plates', names, (place) => {
    change({ plate: place === null ? null : names[place] });
    if (place !== null) store.set({ shownPlate: place });
  });
  const search = searchBox((words) => change({ search: words }));
  const treatment = element('span', { class: 'treatment' });
  const count = element('output', { class: 'count', 'aria-live': 'polite' });
  const clear = element(
    'button',
    {
      ...{ type: 'button', class: 'quiet', 'aria-label': 'Clear filters' },
      onclick: () => store.set({ filters: NO_FILTERS }),
    },
    'Clear',
    element('span', { class: 'more' }, ' filters'),
  );
  const draw = () => {
    const { filters } = store.state();
    ofClass.select.value = filters.class === null ? '' : String(filters.class);
    ofPlate.select.value = filters.plate === null ? '' : String(names.indexOf(filters.plate));
    if (filters.search === '' && document.activeElement !== search) search.value = '';
    if (filters === NO_FILTERS) search.value = '';
    fill(treatment, filters.treatment !== null && treatmentChip(filters.treatment, () => change({ treatment: null })));
    const unit = table.rows === 1 ? data.unit : `${data.unit}s`;
    const n = chosenRows().length;
    count.value = n === table.rows ? `${whole(n)} ${unit}` : `${whole(n)} of ${whole(table.rows)} ${unit}`;
    clear.disabled = !isFiltered(filters);
  };
  fill(
    bar,
    data.classes.length > 1 && ofClass.node,
    names.length > 1 && ofPlate.node,
    element('label', { class: 'field' }, element('span', {}, 'Search'), search),
    treatment,
    count,
    clear,
  );
  store.watch(['filters'], draw);
  draw();
}

/** Where words are typed; it waits for the next key before it searches. */
function searchBox(find: (words: string) => void): HTMLInputElement {
  const search = element('input', {
    type: 'search',
    id: 'filter-search',
    placeholder: 'Search metadata',
    'aria-label': 'Search metadata',
  });
  let waiting: ReturnType<typeof setTimeout> | undefined;
  search.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => find(search.value), PAUSE);
  });
  search.addEventListener('change', () => {
    clearTimeout(waiting);
    find(search.value);
  });
  return search;
}

/** What treatment is chosen, with a button to let go of it. */
function treatmentChip(name: string, clear: () => void): (Node | string)[] {
  const button = element(
    'button',
    { type: 'button', onclick: clear, 'aria-label': `Clear the treatment ${name}` },
    '×',
  );
  return [element('span', { class: 'name', title: name }, 'Treatment: ', element('b', {}, name)), button];
}

function choice(name: string, all: string, options: readonly string[], pick: (place: number | null) => void) {
  const select = element(
    'select',
    {},
    element('option', { value: '' }, all),
    options.map((option, i) => element('option', { value: i }, option || 'Unnamed')),
  );
  select.addEventListener('change', () => pick(select.value === '' ? null : Number(select.value)));
  return { select, node: element('label', { class: 'field' }, element('span', {}, name), select) };
}
