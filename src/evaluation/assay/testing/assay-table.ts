/** Tables of predictions made of wells, for tests of what is decided on them. */
import type { PredictionRow, PredictionTable } from '../../prediction-table.ts';

/** A field: the probability of the second class, and what is known of its well. */
export interface MadeField {
  readonly plate?: string;
  readonly well: string;
  readonly site?: number;
  readonly p: number;
  readonly [column: string]: string | number | undefined;
}

/** A table of the classes `quiet` and `active`; what is not plate, well, site or p is a column of metadata. */
export function assayTable(
  fields: readonly MadeField[],
  classes: readonly string[] = ['quiet', 'active'],
): PredictionTable {
  const extra = [...new Set(fields.flatMap((field) => Object.keys(field)))].filter((name) => !OWN.includes(name));
  const rows = fields.map(({ plate = 'P1', well, site = 1, p, ...more }, i): PredictionRow => {
    const metadata: Record<string, string> = {
      Metadata_Plate: plate,
      Metadata_Well: well,
      Metadata_Site: String(site),
    };
    for (const name of extra) metadata[`Metadata_${name}`] = String(more[name] ?? '');
    return {
      imageNumber: i + 1,
      metadata,
      predicted: classes[p > 0.5 ? 1 : 0]!,
      probability: Float64Array.of(1 - p, p),
      bag: Float64Array.of(1 - p, p),
      model: 'f00',
      channelMeans: [],
    };
  });
  const metadata = ['Metadata_Plate', 'Metadata_Well', 'Metadata_Site', ...extra.map((name) => `Metadata_${name}`)];
  return { source: 'p.csv', metadata, classes, channels: [], rows };
}

const OWN = ['plate', 'well', 'site', 'p'];
