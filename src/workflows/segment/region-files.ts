import { stringify } from '#csv-stringify/sync';
import { carriedColumns } from '../../evaluation/prediction-table.ts';
import { dirname, join, relative, resolve } from '../../files/paths.ts';
import { writeLabels } from '../../image/write-labels.ts';
import { createCocoWriter } from '../../localization/formats/coco.ts';
import { regionsToGeoJson } from '../../localization/formats/geojson.ts';
import { regionColumns, regionRows } from '../../localization/formats/region-table.ts';
import type { FieldRegions } from '../../localization/regions/field-regions.ts';
import { nameFields } from '../../screen/field-names.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import type { Host } from '../host.ts';

/** Writes the regions of one field after the other; memory does not grow with their number. */
export interface RegionFiles {
  readonly add: (field: Field, found: FieldRegions) => Promise<void>;
  /** Ends the tables and puts them in their places. */
  readonly close: () => Promise<void>;
  /** Leaves no trace of the tables; what was written of single fields stays. */
  readonly discard: () => Promise<void>;
}

/**
 * Begins the files that other programs open, in `folder`: `masks/<field>.png` (16-bit labels), `regions/<field>.geojson`
 * (QuPath), and for the whole screen `regions.csv` (CellProfiler's names) and `coco.json`. The caller sees to it that
 * nothing is overwritten that should stay.
 *
 * @param classes names by `classIndex`; where there are none, COCO has one category `region`
 */
export async function openRegionFiles(
  folder: string,
  { screen, classes = [] }: { readonly screen: Screen; readonly classes?: readonly string[] },
  host: Pick<Host, 'files' | 'pictures'>,
): Promise<RegionFiles> {
  const { files } = host;
  const names = nameFields(screen.fields);
  const carried = carriedColumns(screen.columns);
  const table = await files.open(join(folder, 'regions.csv'));
  const coco = await createCocoWriter(
    await files.open(join(folder, 'coco.json')),
    classes.length > 0 ? classes : ['region'],
  );
  await table.write(stringify([[...carried.map(({ name }) => name), 'ImageNumber', ...regionColumns(classes)]]));
  return {
    async add(field, found) {
      const name = names.get(field)!;
      await writeLabels(join(folder, 'masks', `${name}.png`), found, {}, host);
      const collection = regionsToGeoJson(found, { classes });
      await files.write(join(folder, 'regions', `${name}.geojson`), `${JSON.stringify(collection)}\n`);
      const own = [...carried.map(({ column }) => field.metadata[column] ?? ''), field.imageNumber];
      await table.write(stringify(regionRows(found, classes).map((row) => [...own, ...row])));
      await coco.add({ id: field.imageNumber, fileName: fromTable(screen, field) }, found);
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
