import { stringify } from '#csv-stringify/sync';
import { carriedColumns } from '../../evaluation/prediction-table.ts';
import type { Overlap } from '../../localization/overlap.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import type { OverlapSummary } from './request.ts';

/** The overlap of the mask of a field with its reference. */
export interface FieldOverlap extends Overlap {
  readonly field: Field;
}

const MEASURES = ['foregroundIoU', 'backgroundIoU', 'meanIU'] as const;

/** `overlap.csv`: a row for each field with a reference. */
export function formatOverlap({ columns }: Screen, overlaps: readonly FieldOverlap[]): string {
  const carried = carriedColumns(columns);
  const header = [...carried.map(({ name }) => name), 'ImageNumber', ...MEASURES];
  const rows = overlaps.map(({ field, ...overlap }) => [
    ...carried.map(({ column }) => field.metadata[column] ?? ''),
    field.imageNumber,
    ...MEASURES.map((measure) => overlap[measure].toFixed(6)),
  ]);
  return stringify([header, ...rows]);
}

/** Nothing where no field has a reference. */
export function summarizeOverlap(overlaps: readonly FieldOverlap[]): OverlapSummary | undefined {
  if (overlaps.length === 0) return undefined;
  const of = (measure: (typeof MEASURES)[number]) => {
    const values = overlaps.map((overlap) => overlap[measure]).sort((a, b) => a - b);
    const middle = (values.length - 1) / 2;
    const median = (values[Math.floor(middle)]! + values[Math.ceil(middle)]!) / 2;
    return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, median };
  };
  return {
    fields: overlaps.length,
    foregroundIoU: of('foregroundIoU'),
    backgroundIoU: of('backgroundIoU'),
    meanIU: of('meanIU'),
  };
}
