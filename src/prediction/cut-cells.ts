import type { CellWindow } from '../network/cell-window.ts';
import type { Normalization } from '../pixels/normalization.ts';
import { padField, readBeyond } from '../pixels/pad.ts';
import type { Image } from '../pixels/pixels.ts';
import type { Box } from '../pixels/symmetry.ts';
import type { WindowedImage } from '../pixels/windows/windowed-image.ts';
import { boxAround, type Centre, cutAround, shifted } from './crop.ts';

/** How the squares around the cells of a field are cut out. */
export interface CellCut {
  /** Width and height of the square that the network is shown (pixels). */
  readonly side: number;
  /** How far off its middle the cell may be shown (pixels); 0 unless given. */
  readonly shift?: number;
  /** The window that the network sees cells through, see {@link CellWindow}: cells at the edge of a field stay in its middle. */
  readonly window?: CellWindow | undefined;
  /** What is shown in the place of other cells, of each channel; the mean of what is left of the square unless given. */
  readonly fill?: readonly number[] | undefined;
}

/** Half the width of the seam between a cell and another, over which it fades, as a share of half the side. */
const SEAM = 0.05;

/**
 * What is shown in the place of other cells: what the network takes for the mean. A network that normalizes each square by itself
 * has no such number.
 */
export function fillOf({ scope, mean }: Normalization): readonly number[] | undefined {
  return scope === 'field' ? undefined : mean;
}

/**
 * Makes a function that cuts out the square around a cell of a field, see `cutAround`. With a window, the field is continued by its
 * mean at the edge; and with `window.others`, every pixel that is nearer to the centre of another cell is hidden.
 *
 * @param field at least as wide and high as a square
 * @param centres of all cells of the field that are known
 */
export function createCellCutter(field: Image, centres: readonly Centre[], how: CellCut): (centre: Centre) => Image {
  const border = borderOf(how);
  const shown = border > 0 ? padField(field, border) : field;
  return (centre) => {
    const around = { ...how, centre: shifted(centre, border) };
    return hideOthers(cutAround(shown, around), { ...how, centre, centres, border, box: boxAround(shown, around) });
  };
}

/**
 * The same for a field of which parts are read.
 *
 * @param means of the channels of the field (counts), by which it is continued at the edge
 */
export function createWindowCutter(
  field: WindowedImage,
  centres: readonly Centre[],
  { means, ...how }: CellCut & { readonly means: readonly number[] },
): (centre: Centre) => Promise<Image> {
  const border = borderOf(how);
  const padded = { height: field.height + 2 * border, width: field.width + 2 * border };
  return async (centre) => {
    const box = boxAround(padded, { ...how, centre: shifted(centre, border) });
    const cut = await readBeyond(field, { ...box, top: box.top - border, left: box.left - border }, means);
    return hideOthers(cut, { ...how, centre, centres, border, box });
  };
}

/** Pixels by which a field is continued to every side: a square around a cell at the edge lies in them. */
const borderOf = ({ side, window }: CellCut): number => (window ? side : 0);

/** A cell of a field and what was cut out around it, in the field with its border. */
interface AroundCell extends CellCut {
  readonly centre: Centre;
  readonly centres: readonly Centre[];
  readonly border: number;
  readonly box: Box;
}

/** Hides of what was cut out around a cell every pixel that is nearer to another, if the window has it so. */
function hideOthers(cut: Image, { centre, centres, border, box, side, shift = 0, window, fill }: AroundCell): Image {
  if (window?.others === undefined) return cut;
  // No pixel of the square is farther from its middle, and half-way to another centre is half as far as that.
  const reach = Math.SQRT2 * (side + 2 * shift + SEAM * side) + 2;
  const inCut = ({ x, y }: Centre): Centre => ({ x: x + border - box.left, y: y + border - box.top });
  const near = centres.filter((other) => {
    const [dx, dy] = [other.x - centre.x, other.y - centre.y];
    // Of thousands of cells most are far away.
    if (Math.abs(dx) > reach || Math.abs(dy) > reach) return false;
    const distance = Math.hypot(dx, dy);
    return distance > (window.others! * side) / 2 && distance < reach;
  });
  if (near.length === 0) return cut;
  const shares = ownShares(cut, { own: inCut(centre), others: near.map(inCut), seam: (SEAM * side) / 2 });
  return hide(cut, shares, fill);
}

/**
 * The share of every pixel that is shown of a cell among others, `[height, width]`: 1 where its centre is the nearest by more than
 * the seam, 0 where that of another is.
 */
function ownShares(
  { height, width }: Pick<Image, 'height' | 'width'>,
  { own, others, seam }: { own: Centre; others: readonly Centre[]; seam: number },
): Float32Array {
  const shares = new Float32Array(height * width).fill(1);
  for (const other of others) {
    const [dx, dy] = [own.x - other.x, own.y - other.y];
    const distance = Math.hypot(dx, dy);
    // How far a pixel is on this side of the line half-way between both centres, in seams: it grows by `a` and `b` along x and y.
    const [a, b] = [dx / distance / seam, dy / distance / seam];
    const middle = (a * (own.x + other.x) + b * (own.y + other.y)) / 2;
    for (let y = 0; y < height; y++) {
      const row = b * y - middle;
      // Pixels with less than 1, which are to one side of this place.
      const end = (1 - row) / a;
      const from = a < 0 ? Math.max(0, Math.floor(end)) : 0;
      const to = a > 0 ? Math.min(width, Math.ceil(end) + 1) : width;
      for (let x = from; x < to; x++) {
        const place = row + a * x;
        if (place >= 1) continue;
        const share = place <= -1 ? 0 : (1 + Math.sin((Math.PI / 2) * place)) / 2;
        const i = y * width + x;
        if (share < shares[i]!) shares[i] = share;
      }
    }
  }
  return shares;
}

/**
 * Shows of every pixel its share, and `fill` of the channel for the rest; changes the image and gives it back, or one of floats
 * where its numbers do not reach so far, as those of a field of 8 bits among others of 16.
 */
function hide(given: Image, shares: Float32Array, fill: readonly number[] | undefined): Image {
  const reaches = given.data instanceof Uint8Array ? 255 : given.data instanceof Uint16Array ? 65_535 : Infinity;
  const isBeyond = fill?.some((value) => value > reaches);
  const image: Image = isBeyond ? { ...given, data: Float32Array.from(given.data) } : given;
  const { data, channels } = image;
  const written =
    data instanceof Float32Array ? (value: number) => value : (value: number) => Math.round(Math.max(0, value));
  const size = shares.length;
  for (let channel = 0; channel < channels; channel++) {
    const plane = data.subarray(channel * size, (channel + 1) * size);
    const mean = fill?.[channel] ?? meanOf(plane, shares);
    const hidden = written(mean);
    for (let i = 0; i < size; i++) {
      const share = shares[i]!;
      if (share === 0) plane[i] = hidden;
      else if (share < 1) plane[i] = written(mean + share * (plane[i]! - mean));
    }
  }
  return image;
}

/** The mean of what is shown. */
function meanOf(plane: Image['data'], shares: Float32Array): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < shares.length; i++) {
    sum += shares[i]! * plane[i]!;
    total += shares[i]!;
  }
  return sum / total;
}
