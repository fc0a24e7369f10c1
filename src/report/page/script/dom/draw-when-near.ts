import { keepInPlace } from './keep-in-place.ts';

/** How far from the screen a part is drawn at once. */
const NEAR = '300px';

/**
 * Draws a part of the page when it is asked for if its section is near the screen, else when that comes near or is printed: a
 * filter then costs no more than what can be seen of it, and what the reader looks at stays where it is. The part has been drawn before.
 *
 * @returns what asks for it to be drawn
 */
export function drawWhenNear(place: HTMLElement, draw: () => void): () => void {
  let near = true;
  let old = false;
  const renew = () => {
    if (!old) return;
    old = false;
    draw();
  };
  new IntersectionObserver(
    (entries) => {
      near = entries.at(-1)!.isIntersecting;
      if (near && old) keepInPlace(renew);
    },
    { rootMargin: NEAR },
  ).observe(place.closest('section') ?? place);
  addEventListener('beforeprint', renew);
  matchMedia('print').addEventListener('change', ({ matches }) => matches && renew());
  return () => {
    old = true;
    if (near) renew();
  };
}
