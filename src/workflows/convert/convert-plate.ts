import { isMilscopeError } from '../../errors.ts';
import { join } from '../../files/paths.ts';
import { type WrittenWell, writePlateMetadata } from '../../image/zarr-writer/plate-metadata.ts';
import { levelsFor } from '../../image/zarr-writer/pyramid.ts';
import { channelWindows } from '../../image/zarr-writer/windows.ts';
import type { StorageOptions } from '../../image/zarr-writer/write-array.ts';
import type { ZarrImageOptions } from '../../image/zarr-writer/write-image.ts';
import type { Colour } from '../../pixels/palette.ts';
import type { Image } from '../../pixels/pixels.ts';
import type { FieldSource } from '../../screen/field-source.ts';
import { readObjects } from '../../screen/objects/read-objects.ts';
import type { PlacedField, PlacedWell, PlateLayout } from '../../screen/plate-layout.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { type SkippedField, skippedField } from '../../screen/skipped.ts';
import { mapInOrder } from '../../threads/map-in-order.ts';
import type { Host } from '../host.ts';
import type { WrittenField } from './field-table.ts';
import type { FieldWriters } from './node/field-writers.ts';
import type { FieldToWrite } from './node/write-field.ts';

/** Fields of a plate that are looked at before it is written. */
const LOOKED_AT = 8;

export interface ConvertPlateOptions extends StorageOptions {
  readonly screen: Screen;
  readonly source: FieldSource;
  readonly writers: FieldWriters;
  /** Levels of the pyramids; by default until the longer side is at most 256 pixels. */
  readonly levels?: number | undefined;
  readonly pixelSize?: number | undefined;
  /** A colour for each channel. */
  readonly colours: readonly Colour[];
  /** Folders of label images by the names of their objects. */
  readonly objects: ReadonlyMap<string, string>;
  readonly onField: () => void;
  /** Hears of the name of objects whose label image was read. */
  readonly onLabels: (name: string) => void;
  readonly onLostLabels: (skipped: SkippedField) => void;
}

/**
 * Writes a plate beside `folder` and renames it into place when it is whole. Nothing stays of a plate none of whose fields
 * can be read. At most twice as many fields as there are writers are in memory.
 *
 * @returns the fields that are in it
 */
export async function convertPlate(
  folder: string,
  plate: PlateLayout,
  options: ConvertPlateOptions,
  host: Host,
): Promise<readonly WrittenField[]> {
  const { files } = host;
  const beside = `${folder}.part`;
  await files.remove(beside);
  const shown = await lookAt(plate, options);
  const write = async ({ well, placed }: { well: PlacedWell; placed: PlacedField }) => {
    const image = await options.source.read(placed.field);
    if (image) {
      await options.writers.ask({
        folder: join(beside, wellPath(plate, well), String(placed.site)),
        image,
        options: { ...shown, name: `${plate.name} ${well.name} ${placed.site}` },
        labels: await readLabels(placed.field, image, { options, host }),
      });
    }
    return image && { plate, well, placed };
  };
  const fields = plate.wells.flatMap((well) => well.fields.map((placed) => ({ well, placed })));
  const written: WrittenField[] = [];
  try {
    for await (const field of mapInOrder(fields, 2 * options.writers.size, write)) {
      if (field) written.push(field);
      options.onField();
    }
    if (written.length === 0) return [];
    await writePlateMetadata(beside, { ...plate, wells: writtenWells(plate, written) }, options.version, files);
    await files.remove(folder);
    await files.rename(beside, folder);
    return written;
  } catch (error) {
    // What is still being written cannot be removed everywhere.
    await options.writers.release();
    await files.remove(beside).catch(() => undefined);
    throw error;
  }
}

/**
 * What all images of a plate have in common, found in a few fields from all over it. Viewers take the windows and the number
 * of levels of a plate from one image of it.
 */
async function lookAt(
  { wells }: PlateLayout,
  { screen, source, levels, pixelSize, colours, version, chunk, compression }: ConvertPlateOptions,
): Promise<Omit<ZarrImageOptions, 'name'>> {
  const fields = wells.flatMap((well) => well.fields);
  const count = Math.min(LOOKED_AT, fields.length);
  const images: Image[] = [];
  for (let i = 0; i < count; i++) {
    const image = await source.read(fields[Math.floor((i * fields.length) / count)]!.field);
    if (image) images.push(image);
  }
  const windows = channelWindows(images, screen.channels.length);
  return {
    ...{ version, chunk, compression, pixelSize },
    levels: levels ?? Math.max(1, ...images.map(levelsFor)),
    channels: screen.channels.map((label, i) => ({ label, colour: colours[i]!, window: windows[i]! })),
  };
}

/** The label images that the table names for a field; one that cannot be read costs itself alone. */
async function readLabels(
  field: Field,
  { height, width }: Image,
  { options: { screen, objects, onLabels, onLostLabels }, host }: { options: ConvertPlateOptions; host: Host },
): Promise<FieldToWrite['labels']> {
  const found: FieldToWrite['labels'][number][] = [];
  for (const name of Object.keys(field.objects ?? {})) {
    try {
      const labels = await readObjects(screen, field, { name, size: { height, width } }, host);
      if (labels === undefined) continue;
      found.push({ name: objects.get(name)!, image: { labels: labels.data, height, width } });
      onLabels(name);
    } catch (error) {
      if (!isMilscopeError(error)) throw error;
      onLostLabels(skippedField(field, error));
    }
  }
  return found;
}

function writtenWells(plate: PlateLayout, written: readonly WrittenField[]): readonly WrittenWell[] {
  const images = new Map<WrittenField['well'], string[]>();
  for (const { well, placed } of written) images.set(well, [...(images.get(well) ?? []), String(placed.site)]);
  return plate.wells.flatMap((well) => {
    const { rowIndex, columnIndex } = well;
    const own = images.get(well);
    return own ? [{ path: wellPath(plate, well), rowIndex, columnIndex, images: own }] : [];
  });
}

function wellPath({ rows, columns }: PlateLayout, { rowIndex, columnIndex }: PlacedWell): string {
  return `${rows[rowIndex]}/${columns[columnIndex]}`;
}
