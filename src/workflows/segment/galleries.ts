import { join } from '../../files/paths.ts';
import type { MaskLike, Overlap } from '../../localization/overlap.ts';
import { type GalleryField, renderGallery } from '../../report/gallery/gallery.ts';
import type { Field } from '../../screen/screen.ts';
import type { Host } from '../host.ts';
import { regionsOfClass } from './regions-of-maps.ts';
import type { FieldSegmentation } from './segment-field.ts';
import type { Selection } from './selections.ts';

/** Which fields a selection shows. */
export interface ShownFields {
  readonly selection: Selection;
  readonly fields: readonly Field[];
}

/** Chooses the fields that are shown of every selection: of all classes the first of the screen, of one those surest of it. */
export interface GalleryChoice {
  /** Takes part with a field, by how sure each selection is of it, in any order. */
  readonly add: (field: Field, sure: ArrayLike<number>) => void;
  readonly chosen: () => readonly ShownFields[];
}

/**
 * @param fields of the screen, in their order
 * @param rows fields of each picture
 */
export function chooseForGalleries(
  selections: readonly Selection[],
  { fields, rows }: { readonly fields: readonly Field[]; readonly rows: number },
): GalleryChoice {
  const places = new Map(fields.map((field, place) => [field, place]));
  const kept = selections.map(() => [] as { readonly field: Field; readonly sure: number }[]);
  return {
    add(field, sure) {
      for (const [i, best] of kept.entries()) {
        best.push({ field, sure: sure[i]! });
        // Of equally sure ones the first of the screen stay.
        best.sort((a, b) => b.sure - a.sure || places.get(a.field)! - places.get(b.field)!);
        best.splice(rows);
      }
    },
    chosen: () => selections.map((selection, i) => ({ selection, fields: kept[i]!.map(({ field }) => field) })),
  };
}

/** How sure each selection is of a field: of all classes together nothing is said. */
export function surenessOf({ maps }: Pick<FieldSegmentation, 'maps'>, selections: readonly Selection[]): Float32Array {
  return Float32Array.from(selections, ({ classes }, i) => (classes.length > 1 ? 0 : maps[i]!.bag[classes[0]!]!));
}

/** A row of the picture of a selection. */
export function galleryFieldOf(
  { image, maps, found }: FieldSegmentation,
  { truth, overlap, name, place, selection }: GalleryFieldOptions,
): GalleryField {
  const { total, channels } = maps[place]!;
  const [first, ...others] = selection.classes as readonly [number, ...number[]];
  return {
    ...{ name, image, map: total, channelMaps: channels, iou: overlap?.foregroundIoU },
    found: others.length > 0 ? found : regionsOfClass(found, first),
    reference: truth && Int32Array.from(truth.data),
  };
}

export interface GalleryFieldOptions {
  readonly truth?: MaskLike | undefined;
  readonly overlap?: Overlap | undefined;
  /** Name of the field. */
  readonly name: string;
  readonly selection: Selection;
  /** Which of the selections it is. */
  readonly place: number;
}

/** Writes the picture of a selection, and gives its path. */
export async function writeGallery(
  folder: string,
  {
    selection: { name, file, classes: own },
    fields,
    channels,
    classes,
    pixelSize,
  }: {
    selection: Selection;
    fields: readonly GalleryField[];
    channels: readonly string[];
    classes: readonly string[];
    pixelSize: number | undefined;
  },
  { files, pictures }: Pick<Host, 'files' | 'pictures'>,
): Promise<string> {
  const path = join(folder, `${file}.png`);
  const together = own.length > 1;
  const picture = await renderGallery(
    fields.map(withRoot),
    {
      title: together ? 'All classes' : name,
      ...{ mapName: 'Jacobian map, root of its share', range: [0, 1], channels, pixelSize },
      ...(together && { classes }),
    },
    pictures,
  );
  await files.write(path, picture);
  return path;
}

/** The root of each map as a share of its largest: what speaks softly is seen too, in a field whose map is small as in others. */
function withRoot(field: GalleryField): GalleryField {
  const [largest, ofChannels] = [largestOf(field.map), field.channelMaps && largestOf(field.channelMaps)];
  return {
    ...field,
    map: rootOfShare(field.map, largest),
    mapNote: `largest ${largest.toPrecision(3)}`,
    // One scale for all of them: a channel that says nothing stays dark.
    ...(ofChannels !== undefined && { channelMaps: rootOfShare(field.channelMaps!, ofChannels) }),
  };
}

const largestOf = (map: Float32Array) => map.reduce((most, value) => Math.max(most, value), 0);

const rootOfShare = (map: Float32Array, largest: number) =>
  map.map((value) => (largest > 0 ? Math.sqrt(Math.max(0, value) / largest) : 0));
