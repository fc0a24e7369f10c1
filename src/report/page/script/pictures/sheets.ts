import type { ThumbnailSheet } from '../../document.ts';

/** The thumbnails of a page: decoded when one of their sheet is first seen. */
export interface Thumbnails {
  readonly count: number;
  /** A canvas with one tile; `side` is its longer side on the page (CSS pixels). */
  readonly tile: (place: number, about: { readonly side: number; readonly label: string }) => HTMLElement;
  /** Longer side of a tile as it is kept (pixels). */
  readonly sideOf: (place: number) => number;
  /** Paints a tile into a square of a canvas. */
  readonly paint: (place: number, canvas: HTMLCanvasElement) => void;
}

/** Reads the sheets that stand in the page as base64 in elements `sheet-0`, `sheet-1` and so on. */
export function readThumbnails(sheets: readonly ThumbnailSheet[]): Thumbnails {
  const decoded = sheets.map((): Promise<ImageBitmap> | undefined => undefined);
  const bitmap = (s: number) => {
    decoded[s] ??= decode(document.getElementById(`sheet-${s}`)?.textContent ?? '');
    return decoded[s];
  };
  const placeOf = (place: number) => {
    let first = 0;
    for (const [s, sheet] of sheets.entries()) {
      if (place < first + sheet.tiles) return { s, sheet, tile: place - first };
      first += sheet.tiles;
    }
    return undefined;
  };
  const paint = (place: number, canvas: HTMLCanvasElement) => {
    const found = placeOf(place);
    if (found === undefined) return;
    const { width, height, columns } = found.sheet;
    const [x, y] = [(found.tile % columns) * width, Math.floor(found.tile / columns) * height];
    void bitmap(found.s).then((image) => {
      canvas.width = width;
      canvas.height = height;
      canvas.getContext('2d')!.drawImage(image, x, y, width, height, 0, 0, width, height);
    });
  };
  return {
    count: sheets.reduce((sum, { tiles }) => sum + tiles, 0),
    paint,
    sideOf(place) {
      const { width, height } = placeOf(place)?.sheet ?? { width: 0, height: 0 };
      return Math.max(width, height);
    },
    tile(place, { side, label }) {
      const { width, height } = placeOf(place)?.sheet ?? { width: 1, height: 1 };
      const canvas = document.createElement('canvas');
      canvas.className = 'tile';
      canvas.setAttribute('role', 'img');
      canvas.setAttribute('aria-label', label);
      const longer = Math.max(width, height);
      canvas.style.width = `${(side * width) / longer}px`;
      canvas.style.aspectRatio = `${width} / ${height}`;
      canvas.width = width;
      canvas.height = height;
      paint(place, canvas);
      return canvas;
    },
  };
}

/** A picture from bytes in the page: nothing is requested. */
function decode(base64: string): Promise<ImageBitmap> {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return createImageBitmap(new Blob([bytes], { type: 'image/webp' }));
}
