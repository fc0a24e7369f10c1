import { join } from '../../files/paths.ts';
import type { MaskLike, Overlap } from '../../localization/overlap.ts';
import type { Colour } from '../../pixels/palette.ts';
import { type GalleryField, renderGallery } from '../../report/gallery/gallery.ts';
import type { Host } from '../host.ts';
import { regionsOfClass } from './regions-of-maps.ts';
import type { FieldSegmentation } from './segment-field.ts';
import type { Selection } from './selections.ts';

/** A row of the picture of a selection. */
export function galleryFieldOf(
  { image, maps, found }: FieldSegmentation,
  { truth, overlap, name, notes, place, selection }: GalleryFieldOptions,
): GalleryField {
  const { total, channels } = maps[place]!;
  const [first, ...others] = selection.classes as readonly [number, ...number[]];
  return {
    ...{ name, notes, image, map: total, channelMaps: channels, iou: overlap?.foregroundIoU },
    found: others.length > 0 ? found : regionsOfClass(found, first),
    reference: truth && Int32Array.from(truth.data),
  };
}

export interface GalleryFieldOptions {
  readonly truth?: MaskLike | undefined;
  readonly overlap?: Overlap | undefined;
  /** What the field is called in the picture. */
  readonly name: string;
  /** What stands under its name, a line each. */
  readonly notes: readonly string[];
  readonly selection: Selection;
  /** Which of the selections it is. */
  readonly place: number;
}

/** Writes the picture of a selection, and gives its path. */
export async function writeGallery(
  folder: string,
  {
    selection: { name, file, classes: own },
    why,
    fields,
    classes,
    ...about
  }: {
    selection: Selection;
    /** Why these fields are shown. */
    why: string;
    fields: readonly GalleryField[];
    channels: readonly string[];
    colours: readonly Colour[];
    classes: readonly string[];
    pixelSize: number | undefined;
  },
  { files, pictures }: Pick<Host, 'files' | 'pictures'>,
): Promise<string> {
  const path = join(folder, `${file}.png`);
  const together = own.length > 1;
  const of = together ? 'any class' : name;
  const picture = await renderGallery(
    onOneScale(fields),
    {
      title: together ? 'All classes' : name,
      subtitle: `${why} The second picture is bright where pixels spoke for ${of}; its scale is the same in all rows.`,
      mapName: `What spoke for ${of}`,
      ...{ range: [0, 1], ends: ['nothing', 'much'], ...about },
      ...(together && { classes }),
    },
    pictures,
  );
  await files.write(path, picture);
  return path;
}

/** Pixels of a row that may be brighter than the scale reaches (a share): single ones would darken all others. */
const BRIGHTEST = 0.002;

/**
 * The root of each map, on one scale for all fields and channels, so that rows can be compared. It reaches to what is bright
 * in a usual row; the root shows what speaks softly, too.
 */
export function onOneScale<Row extends Pick<GalleryField, 'map' | 'channelMaps'>>(
  rows: readonly Row[],
): readonly Row[] {
  const tops = rows.map(({ map }) => brightOf(map)).sort((a, b) => a - b);
  const top = tops[Math.floor(tops.length / 2)] || tops.at(-1) || 1;
  const shown = (map: Float32Array) => map.map((value) => Math.sqrt(Math.min(1, Math.max(0, value) / top)));
  return rows.map((row) => ({
    ...row,
    map: shown(row.map),
    ...(row.channelMaps && { channelMaps: shown(row.channelMaps) }),
  }));
}

function brightOf(map: Float32Array): number {
  const sorted = map.toSorted();
  return sorted[Math.floor((1 - BRIGHTEST) * (sorted.length - 1))] || (sorted.at(-1) ?? 0);
}
