import { isMilscopeError } from '../errors.ts';
import { readImageHeader } from '../image/header.ts';
import { squareSide } from '../image/pixel-size.ts';
import { collectInOrder } from '../threads/map-in-order.ts';
import type { ScreenAccess } from './access.ts';
import { findNamed } from './columns.ts';
import type { Field, Screen } from './screen.ts';

/** The column of a table that says the side of a pixel in micrometres, at the largest level where images have several. */
export const PIXEL_SIZE_COLUMN = 'Metadata_PixelSize';

/** Fields whose images are asked, evenly over the screen: to open all of them would take too long. */
const ASKED = 8;
/** The largest ratio of two sizes that are one and the same. */
const SAME = 1.01;

/** A size, and the image or row that says it. */
interface SaidSize {
  readonly size: number;
  readonly by: string;
}

/**
 * The side of a pixel of a screen in micrometres, at the level that is read, and what to say about it: that of the column
 * `Metadata_PixelSize`, or else of an index beside the images, or else of the images themselves, some of which are asked.
 * It is not known where they say nothing, where pixels are no squares, and where fields differ.
 */
export async function pixelSizeOf(
  screen: Screen,
  access: ScreenAccess,
): Promise<{ readonly pixelSize?: number; readonly notes: readonly string[] }> {
  const level = screen.fields[0]?.sources[0]?.level ?? 0;
  // A column does not know of levels.
  const ofTable = level === 0 ? sizesOfColumn(screen) : [];
  const ofIndex = screen.fields.flatMap(({ pixelSize: size, sources }) =>
    size === undefined ? [] : [{ size, by: sources[0]?.file ?? '' }],
  );
  const said = [ofTable, ofIndex].find((sizes) => sizes.length > 0) ?? (await sizesOfImages(screen, access));
  const [first] = said;
  if (first === undefined) return { notes: [] };
  const other = said.find(({ size }) => Math.max(size / first.size, first.size / size) > SAME);
  if (other === undefined) return { pixelSize: first.size, notes: [] };
  const say = ({ size, by }: SaidSize) => `${Number(size.toPrecision(4))} µm in ${by}`;
  const note = `Fields differ in the size of their pixels, ${say(first)} and ${say(other)}: the network sees no difference between small cells and large pixels`;
  return { notes: [note] };
}

function sizesOfColumn({ columns, fields }: Screen): SaidSize[] {
  const column = findNamed(columns, PIXEL_SIZE_COLUMN);
  if (column === undefined) return [];
  return fields.flatMap(({ metadata, row }) => {
    const size = Number((metadata[column] ?? '').trim().replace(',', '.') || Number.NaN);
    return size > 0 && Number.isFinite(size) ? [{ size, by: `row ${row}` }] : [];
  });
}

async function sizesOfImages({ fields }: Screen, access: ScreenAccess): Promise<SaidSize[]> {
  const count = Math.min(ASKED, fields.length);
  const asked = Array.from({ length: count }, (_, i) => fields[Math.floor((i * fields.length) / count)]!);
  const found = await collectInOrder(asked, ASKED, (field) => sizeOfImage(field, access));
  return found.flatMap((said) => said ?? []);
}

async function sizeOfImage({ sources }: Field, access: ScreenAccess): Promise<SaidSize | undefined> {
  const source = sources.find(({ problem }) => problem === undefined);
  if (source === undefined) return undefined;
  const { file, level, series, pages } = source;
  try {
    const size = squareSide((await readImageHeader(file, { level, series, pages }, access)).pixelSize);
    return size === undefined ? undefined : { size, by: file };
  } catch (error) {
    if (!isMilscopeError(error)) throw error;
    return undefined;
  }
}
