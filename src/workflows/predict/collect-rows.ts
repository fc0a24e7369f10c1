import type { PredictionColumns, PredictionRow } from '../../evaluation/prediction-table.ts';
import type { SmallField } from '../../report/pictures/small-field.ts';
import { unpackThumbnail } from '../shared/report/thumbnails.ts';
import type { RowEntry } from './row-entry.ts';

/** Rows that a report shows at most: every field of a large screen, but not its millions of cells. */
const MOST = { fields: 100_000, cells: 20_000 };
/** Rows whose profiles are kept for the map of fields at most. */
const PROFILES = 5000;

/** The rows that a report shows, and the fields that were made small. */
export interface CollectedRows {
  readonly add: (row: PredictionRow, entry: RowEntry) => void;
  readonly rows: readonly PredictionRow[];
  /** By `ImageNumber`. */
  readonly small: ReadonlyMap<number, SmallField>;
}

/** Collects rows as they pass; of too many, so many evenly spread. `rows` is how many will come. */
export function collectRows({ cells }: PredictionColumns, { rows: all }: { readonly rows: number }): CollectedRows {
  const every = Math.ceil(all / (cells ? MOST.cells : MOST.fields));
  const profiled = Math.ceil(all / PROFILES);
  const rows: PredictionRow[] = [];
  const small = new Map<number, SmallField>();
  let seen = 0;
  return {
    ...{ rows, small },
    add({ profile, summary: _, ...row }, { thumbnail }) {
      const at = seen++;
      if (thumbnail) small.set(row.imageNumber, unpackThumbnail(thumbnail));
      if (at % every === 0) rows.push({ ...row, ...(profile && at % profiled === 0 && { profile }) });
    },
  };
}
