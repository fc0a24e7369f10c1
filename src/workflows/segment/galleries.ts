import { join } from '../../files/paths.ts';
import type { MaskLike, Overlap } from '../../localization/overlap.ts';
import { type GalleryField, renderGallery } from '../../report/gallery/gallery.ts';
import type { Field } from '../../screen/screen.ts';
import { wellKey } from '../../screen/well.ts';
import type { Host } from '../host.ts';
import { regionsOfClass } from './regions-of-maps.ts';
import type { FieldSegmentation } from './segment-field.ts';
import type { Selection } from './selections.ts';

/** Which fields a selection shows. */
export interface ShownFields {
  readonly selection: Selection;
  readonly fields: readonly Field[];
}

/**
 * Chooses the fields that are shown of every selection: of one class those surest of it; of all classes together fields of
 * each class, and of as many wells as there can be. The choice does not depend on the order in which fields come.
 */
export interface GalleryChoice {
  /** Takes part with a field, by what {@link surenessOf} says of it. */
  readonly add: (field: Field, sure: ArrayLike<number>) => void;
  readonly chosen: () => readonly ShownFields[];
}

/** Chooses the fields of one selection. */
interface Choice {
  readonly add: (field: Field, sure: number) => void;
  readonly chosen: () => readonly Field[];
}

interface ChoiceOptions {
  /** Those of the screen, in their order. */
  readonly fields: readonly Field[];
  /** Fields of each picture. */
  readonly rows: number;
}

export function chooseForGalleries(selections: readonly Selection[], options: ChoiceOptions): GalleryChoice {
  const choices = selections.map(({ classes }) => (classes.length > 1 ? fieldsOfAll(options) : surestFields(options)));
  return {
    add(field, sure) {
      for (const [i, choice] of choices.entries()) choice.add(field, sure[i]!);
    },
    chosen: () => selections.map((selection, i) => ({ selection, fields: choices[i]!.chosen() })),
  };
}

/** The fields that are surest; of equally sure ones the first of the screen. */
function surestFields({ fields, rows }: ChoiceOptions): Choice {
  const places = new Map(fields.map((field, place) => [field, place]));
  const best: { readonly field: Field; readonly sure: number }[] = [];
  return {
    add(field, sure) {
      best.push({ field, sure });
      best.sort((a, b) => b.sure - a.sure || places.get(a.field)! - places.get(b.field)!);
      best.splice(rows);
    },
    chosen: () => best.map(({ field }) => field),
  };
}

/** A field of every class, then a second of every class and so on, of new wells first; in the order of the screen. */
function fieldsOfAll({ fields, rows }: ChoiceOptions): Choice {
  const ofWell = new Map<string, number>();
  const places = new Map(
    fields.map((field, place) => {
      const well = wellKey(field);
      const before = ofWell.get(well) ?? 0;
      ofWell.set(well, before + 1);
      return [field, { place, before }];
    }),
  );
  const inOrder = (a: Field, b: Field) => places.get(a)!.place - places.get(b)!.place;
  const newWellsFirst = (a: Field, b: Field) => places.get(a)!.before - places.get(b)!.before || inOrder(a, b);
  const byClass = new Map<number, Field[]>();
  return {
    add(field, shown) {
      if (rows === 0) return;
      const kept = [...(byClass.get(shown) ?? []), field].sort(newWellsFirst);
      byClass.set(shown, kept.slice(0, rows));
    },
    chosen() {
      const classes = [...byClass.values()].sort(([a], [b]) => newWellsFirst(a!, b!));
      const turns = Array.from({ length: rows }, (_, turn) => classes.flatMap((kept) => kept[turn] ?? []));
      return turns.flat().slice(0, rows).sort(inOrder);
    },
  };
}

/** How sure each selection is of a field; of all classes together, which class the field shows most. */
export function surenessOf({ maps }: Pick<FieldSegmentation, 'maps'>, selections: readonly Selection[]): Float32Array {
  return Float32Array.from(selections, ({ classes }, i) => {
    const { bag } = maps[i]!;
    return classes.length > 1 ? bag.indexOf(Math.max(...bag)) : bag[classes[0]!]!;
  });
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
  /** What the field is called in the picture. */
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
      ...{ mapName: 'Jacobian map, square root', range: [0, 1], channels, pixelSize },
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
    mapNote: `1 is the largest value, ${largest.toPrecision(3)}`,
    // One scale for all of them: a channel that says nothing stays dark.
    ...(ofChannels !== undefined && { channelMaps: rootOfShare(field.channelMaps!, ofChannels) }),
  };
}

const largestOf = (map: Float32Array) => map.reduce((most, value) => Math.max(most, value), 0);

const rootOfShare = (map: Float32Array, largest: number) =>
  map.map((value) => (largest > 0 ? Math.sqrt(Math.max(0, value) / largest) : 0));
