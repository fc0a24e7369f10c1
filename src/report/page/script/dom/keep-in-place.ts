/**
 * Makes a change, and keeps what the reader looks at where it is on the screen: the part of the page that has the focus, else
 * the section below the filters. What is above it may become longer or shorter.
 */
export function keepInPlace(change: () => void): void {
  const kept = focusedPart() ?? sectionInView();
  const before = kept?.getBoundingClientRect().top ?? 0;
  change();
  if (kept === undefined || !kept.isConnected) return;
  const { top, bottom } = kept.getBoundingClientRect();
  // A section that would end above the screen is shown from its beginning.
  const wanted = before + (bottom - top) > barBottom() ? before : barBottom();
  if (Math.abs(top - wanted) >= 1) scrollBy({ top: top - wanted, behavior: 'instant' });
}

/** How much of a section has to be seen (CSS pixels). */
const SEEN = 16;

/** The smallest part with an id around what has the focus, where it can be seen. */
function focusedPart(): HTMLElement | undefined {
  const part = document.activeElement?.closest<HTMLElement>('main section [id]');
  if (!part) return undefined;
  const { top, bottom } = part.getBoundingClientRect();
  return bottom > barBottom() && top < innerHeight ? part : undefined;
}

function sectionInView(): HTMLElement | undefined {
  const sections = [...document.querySelectorAll<HTMLElement>('main > section')];
  return sections.find((section) => section.getBoundingClientRect().bottom > barBottom() + SEEN);
}

/** Where the bar of filters ends on the screen (CSS pixels). */
function barBottom(): number {
  return Math.max(0, document.getElementById('filters')?.getBoundingClientRect().bottom ?? 0);
}
