import { join } from '../../files/paths.ts';
import { type GalleryField, renderGallery } from '../../report/gallery/gallery.ts';
import type { Host } from '../host.ts';
import type { Selection } from './selections.ts';

/** Keeps the fields that are shown of every selection: of all classes those seen first, of one those surest of it. */
export interface Galleries {
  readonly add: (selection: Selection, shown: { readonly field: GalleryField; readonly bag: Float32Array }) => void;
  /** Writes a picture for each selection of which there is a field, and gives their paths. */
  readonly write: (
    folder: string,
    options: { channels: readonly string[]; classes: readonly string[] },
    host: Pick<Host, 'files' | 'pictures'>,
  ) => Promise<string[]>;
}

/** @param rows fields of each picture */
export function createGalleries({ rows }: { rows: number }): Galleries {
  const kept = new Map<Selection, { readonly field: GalleryField; readonly sure: number }[]>();
  return {
    add(selection, { field, bag }) {
      const sure = selection.classes.length > 1 ? 0 : bag[selection.classes[0]!]!;
      const fields = [...(kept.get(selection) ?? []), { field, sure }];
      // Stable: of equally sure ones the first stay.
      fields.sort((a, b) => b.sure - a.sure);
      kept.set(selection, fields.slice(0, rows));
    },
    async write(folder, { channels, classes }, { files, pictures }) {
      const paths: string[] = [];
      for (const [{ name, file, classes: own }, fields] of kept) {
        if (fields.length === 0) continue;
        const path = join(folder, `${file}.png`);
        const together = own.length > 1;
        const title = together ? 'All classes' : name;
        const picture = await renderGallery(
          fields.map(({ field }) => withRoot(field)),
          { title, mapName: 'Jacobian map, root of its share', range: [0, 1], channels, ...(together && { classes }) },
          pictures,
        );
        await files.write(path, picture);
        paths.push(path);
      }
      return paths;
    },
  };
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
