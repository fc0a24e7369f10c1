import { stringify } from '#csv-stringify/sync';
import { carriedColumns } from '../../evaluation/prediction-table.ts';
import { dirname, join, relative, resolve } from '../../files/paths.ts';
import { pathOf32Bits, writeLabels } from '../../image/write-labels.ts';
import { type CocoField, type CocoImage, cocoFieldOf, createCocoWriter } from '../../localization/formats/coco.ts';
import { regionsToGeoJson } from '../../localization/formats/geojson.ts';
import { regionColumns, regionRows } from '../../localization/formats/region-table.ts';
import type { FieldRegions } from '../../localization/regions/field-regions.ts';
import { nameFields } from '../../screen/field-names.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import type { Host } from '../host.ts';

/** What the tables of a screen say of the regions of a field. */
export interface WrittenRegions {
  /** The label image, seen from the folder of the outputs. */
  readonly mask: string;
  /** Lines of `regions.csv`. */
  readonly rows: string;
  readonly coco: CocoField;
}

/** What the tables say of some more regions of a field. */
export interface MoreRegions {
  readonly rows: string;
  /** The `ImageNumber` of the field. */
  readonly image: number;
  readonly annotations: readonly object[];
}

/** Writes the files that a field has of its own, and gives what the tables will say of it. */
export type RegionWriter = (field: Field, found: FieldRegions) => Promise<WrittenRegions>;

/** Writes the tables of a screen, one field after the other; memory does not grow with the number of regions. */
export interface RegionTables {
  readonly add: (written: WrittenRegions) => Promise<void>;
  readonly addMore: (more: MoreRegions) => Promise<void>;
  /** Ends the tables and puts them in their places. */
  readonly close: () => Promise<void>;
  /** Leaves no trace of the tables. */
  readonly discard: () => Promise<void>;
}

/** Whose regions are written. */
export interface RegionsOf {
  readonly screen: Screen;
  /** Names by `classIndex`; where there are none, COCO has one category `region`. */
  readonly classes?: readonly string[];
}

/**
 * Makes what writes the files that other programs open of a field, in `folder`: `masks/<field>.png` (16-bit labels; a 32-bit `.tif` of more than 65,535) and
 * `regions/<field>.geojson` (QuPath). The caller sees to it that nothing is overwritten that should stay.
 */
export function createRegionWriter(
  folder: string,
  { screen, classes = [] }: RegionsOf,
  host: Pick<Host, 'files' | 'pictures'>,
): RegionWriter {
  const { files } = host;
  const names = nameFields(screen.fields);
  const rowsOf = createRegionRows({ screen, classes });
  return async (field, found) => {
    const name = names.get(field)!;
    const mask = await writeMask(folder, { name, found }, host);
    const collection = regionsToGeoJson(found, { classes });
    await files.write(join(folder, 'regions', `${name}.geojson`), `${JSON.stringify(collection)}\n`);
    return {
      mask,
      rows: rowsOf(field, found),
      coco: cocoFieldOf(cocoImageOf(screen, field), found),
    };
  };
}

/** Makes the lines of `regions.csv` of regions of a field. */
export function createRegionRows({
  screen,
  classes = [],
}: RegionsOf): (field: Field, found: Pick<FieldRegions, 'regions'>) => string {
  const carried = carriedColumns(screen.columns);
  return (field, found) => {
    const own = [...carried.map(({ column }) => field.metadata[column] ?? ''), field.imageNumber];
    return stringify(regionRows(found, classes).map((row) => [...own, ...row]));
  };
}

/** What `coco.json` says of the image of a field. */
export function cocoImageOf(screen: Screen, field: Field): CocoImage {
  return { id: field.imageNumber, fileName: fromTable(screen, field) };
}

/** Writes the label image of a field, so that there is one. */
async function writeMask(
  folder: string,
  { name, found }: { name: string; found: FieldRegions },
  host: Pick<Host, 'files' | 'pictures'>,
): Promise<string> {
  const usual = join(folder, 'masks', `${name}.png`);
  const written = await writeLabels(usual, found, host);
  await host.files.remove(written === usual ? pathOf32Bits(usual) : usual);
  return relative(folder, written);
}

/** Begins the tables of a whole screen in `folder`: `regions.csv` (CellProfiler's names) and `coco.json`. */
export async function openRegionTables(
  folder: string,
  { screen, classes = [] }: RegionsOf,
  { files }: Pick<Host, 'files'>,
): Promise<RegionTables> {
  const carried = carriedColumns(screen.columns);
  const table = await files.open(join(folder, 'regions.csv'));
  const coco = await createCocoWriter(
    await files.open(join(folder, 'coco.json')),
    classes.length > 0 ? classes : ['region'],
  );
  await table.write(stringify([[...carried.map(({ name }) => name), 'ImageNumber', ...regionColumns(classes)]]));
  return {
    async add({ rows, coco: field }) {
      await table.write(rows);
      await coco.addField(field);
    },
    async addMore({ rows, image, annotations }) {
      await table.write(rows);
      await coco.addAnnotations(image, annotations);
    },
    async close() {
      await coco.close();
      await table.keep();
    },
    async discard() {
      await Promise.all([coco.discard(), table.discard()]);
    },
  };
}

/** The first image of a field as seen from the table's folder, with the slashes of any system. */
function fromTable({ source }: Screen, { sources }: Field): string {
  return relative(dirname(resolve(source)), sources[0]!.file);
}
