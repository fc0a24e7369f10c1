import { stringify } from '#csv-stringify/sync';
import { channels } from './cell.ts';
import { imageXpressNames } from './imagexpress/plate-files.ts';
import type { PlannedField } from './layout.ts';
import type { SimulatedCell } from './truth.ts';

/** A field of the plan and the cells that were found in it. */
export interface FieldTruth {
  readonly planned: PlannedField;
  readonly truth: readonly SimulatedCell[];
}

/** How the files of a simulated screen are laid out: in one folder beside the table, or as an ImageXpress leaves them. */
export const SIMULATED_LAYOUTS = ['table', 'imagexpress'] as const;
export type SimulatedLayout = (typeof SIMULATED_LAYOUTS)[number];

/** Files of a field, relative to the screen's folder and named as microscopes do: plate, well, site, channel. */
export function fileNames(
  planned: PlannedField,
  layout: SimulatedLayout,
): {
  readonly images: readonly string[];
  readonly thumbnails: readonly string[];
  readonly cells: string;
  readonly nuclei: string;
} {
  const { plate, well, site } = planned;
  const stem = `${plate}_${well}_s${site}`;
  return {
    images: channels.map((_, n) => `images/${stem}_w${n + 1}.tif`),
    thumbnails: [],
    ...(layout === 'imagexpress' && imageXpressNames(planned)),
    cells: `masks/${stem}_cells.tif`,
    nuclei: `masks/${stem}_nuclei.tif`,
  };
}

/** `fields.csv`: one row a field in CellProfiler's LoadData columns. */
export function fieldsTable(fields: readonly FieldTruth[], layout: SimulatedLayout): string {
  const rows = fields.map((field) => {
    const { images, cells, nuclei } = fileNames(field.planned, layout);
    return {
      ImageNumber: field.planned.imageNumber,
      ...Object.fromEntries(channels.map((channel, n) => [`FileName_${channel}`, images[n]])),
      ObjectsFileName_Cells: cells,
      ObjectsFileName_Nuclei: nuclei,
      ...metadata(field),
    };
  });
  return stringify(rows, { header: true });
}

/** `cells.csv`: one row a cell with its number in the masks, its centre (pixels, origin top left) and its true class. */
export function cellsTable(fields: readonly FieldTruth[]): string {
  const rows = fields.flatMap((field) => {
    const shared = metadata(field);
    return field.truth.map(({ objectNumber, x, y, phenotype }) => ({
      ImageNumber: field.planned.imageNumber,
      ObjectNumber: objectNumber,
      Location_Center_X: x.toFixed(2),
      Location_Center_Y: y.toFixed(2),
      ...shared,
      Phenotype: phenotype,
    }));
  });
  return stringify(rows, { header: true });
}

/**
 * Share of the cells of a field that turned into what its treatment makes of them, or into `name` of it; 0 of untreated
 * cells.
 */
export function respondingShare({ planned, truth }: FieldTruth, name?: string): number {
  const { responders, responses } = planned.options;
  if (responders === 0 || truth.length === 0) return 0;
  const names = name === undefined ? responses.map(({ phenotype }) => phenotype.name) : [name];
  return truth.filter(({ phenotype }) => names.includes(phenotype)).length / truth.length;
}

function metadata(field: FieldTruth): Readonly<Record<string, string | number>> {
  const { plate, well, site, replicate, compound, concentration, label } = field.planned;
  return {
    Metadata_Plate: plate,
    Metadata_Well: well,
    Metadata_Site: site,
    Metadata_Replicate: replicate,
    Metadata_Compound: compound,
    Metadata_Concentration: concentration,
    Metadata_Treatment: `${compound}@${concentration}`,
    Metadata_Phenotype: label,
    Metadata_Responders: respondingShare(field).toFixed(4),
  };
}
