import { byId } from '../dom/element.ts';

/** Keys of the whole page: `?` shows all keys, `/` goes to the search, `O` hides overlays. */
export function pageKeys(): void {
  const help = byId('keys') as HTMLDialogElement | null;
  byId('show-keys')?.addEventListener('click', () => help?.showModal());
  help?.addEventListener('click', ({ target }) => {
    if (target === help || (target as Element).matches('.close')) help.close();
  });
  document.addEventListener('keydown', (event) => {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
    if (key === '?') help?.showModal();
    if (key === '/') {
      event.preventDefault();
      byId('filter-search')?.focus();
    }
  });
}
