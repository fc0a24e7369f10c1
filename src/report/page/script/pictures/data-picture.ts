import { element } from '../dom/element.ts';

/** How far below the screen pictures are made ready. */
const AHEAD = '600px';

/** Pictures that stand in the page as base64, in elements `picture-0`, `picture-1` and so on. */
export interface Pictures {
  /** The picture of a place, decoded when it comes near the screen or is printed; sides are those of its field. */
  readonly image: (
    place: number,
    about: { readonly width: number; readonly height: number; readonly kind: 'base' | 'overlay' },
  ) => HTMLImageElement;
}

/** Reads the large pictures of a page. */
export function readPictures(): Pictures {
  const load = (image: HTMLImageElement) => {
    watcher.unobserve(image);
    if (!image.hasAttribute('src')) image.src = source(image.dataset.place!);
  };
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) load(target as HTMLImageElement);
    },
    { rootMargin: AHEAD },
  );
  const loadAll = () => {
    for (const image of document.querySelectorAll<HTMLImageElement>('img[data-place]:not([src])')) load(image);
  };
  addEventListener('beforeprint', loadAll);
  matchMedia('print').addEventListener('change', ({ matches }) => matches && loadAll());
  return {
    image(place, { width, height, kind }) {
      const style = { 'aspect-ratio': `${width} / ${height}` };
      const image = element('img', { alt: '', class: kind, 'data-place': place, style });
      watcher.observe(image);
      return image;
    },
  };
}

function source(place: string): string {
  return `data:image/webp;base64,${document.getElementById(`picture-${place}`)?.textContent ?? ''}`;
}
