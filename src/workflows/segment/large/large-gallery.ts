import type { Box } from '../../../pixels/symmetry.ts';
import type { GalleryField } from '../../../report/gallery/gallery.ts';
import { type GalleryFieldOptions, galleryFieldOf } from '../galleries.ts';
import type { ReferenceRows } from '../references.ts';
import type { FieldSegmentation } from '../segment-field.ts';
import type { LargeSegmentation } from './segment-large-field.ts';

/** Pixels along the side of what is shown of a large field: its middle, of which the picture shows what it shows of any field. */
const SIDE = 1024;

/** The rows of a large field in the galleries: its middle, with its maps and regions. */
export async function galleryRowsOfLarge(
  segmentation: LargeSegmentation,
  options: readonly (Omit<GalleryFieldOptions, 'truth'> & { readonly reference?: ReferenceRows | undefined })[],
): Promise<readonly GalleryField[]> {
  const { windows, found } = segmentation;
  const { height, width } = windows;
  const rows: GalleryField[] = [];
  const middle = await cutMiddle(segmentation);
  const { box } = middle;
  for (const { reference, ...option } of options) {
    const truth = reference && { data: await cutReference(reference, { box, width }), ...middle.size };
    const own = galleryFieldOf(middle.segmentation, { ...option, truth });
    const { classes } = option.selection;
    const counted = found.regions.filter(({ classIndex }) => classes.length > 1 || classIndex === classes[0]).length;
    const isWhole = box.height === height && box.width === width;
    rows.push(isWhole ? own : { ...own, of: { height, width, regions: counted } });
  }
  return rows;
}

/** What of a large segmentation is in its middle, as that of a field of its own. */
async function cutMiddle({ field, windows, drawn, found }: LargeSegmentation) {
  const [height, width] = [Math.min(SIDE, windows.height), Math.min(SIDE, windows.width)];
  const size = { height, width };
  const box: Box = { top: (windows.height - height) >> 1, left: (windows.width - width) >> 1, ...size };
  const labels = await found.labels.read(box);
  const inside = new Set(labels);
  const { maps: planes, ...prediction } = drawn;
  const maps: FieldSegmentation['maps'][number][] = [];
  for (const { total, channels } of planes) {
    const own = channels && (await Promise.all(channels.map(({ plane }) => plane.read(box))));
    maps.push({
      ...{ ...prediction, ...size, total: await total.plane.read(box) },
      ...(own && { channels: joined(own) }),
    });
  }
  const regions = found.regions.filter(({ label }) => inside.has(label));
  const image = await windows.read(box);
  const segmentation: FieldSegmentation = { field, image, maps, segmented: [], found: { labels, ...size, regions } };
  return { box, size, segmentation };
}

function joined(planes: readonly Float32Array[]): Float32Array {
  const [{ length }] = planes as [Float32Array];
  const all = new Float32Array(planes.length * length);
  for (const [i, plane] of planes.entries()) all.set(plane, i * length);
  return all;
}

async function cutReference(
  reference: ReferenceRows,
  { box, width }: { box: Box; width: number },
): Promise<Uint8Array | Int32Array> {
  const rows = await reference(box);
  const out = rows.slice(0, box.height * box.width);
  for (let y = 0; y < box.height; y++) {
    const from = y * width + box.left;
    out.set(rows.subarray(from, from + box.width), y * box.width);
  }
  return out;
}
