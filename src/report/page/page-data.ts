/** The part of a report that its page draws live: tables of fields and wells, classes, galleries. */
import type { ClassMetrics } from '../../evaluation/metrics.ts';
import type { FieldRole, Gallery, ReportDocument, ThumbnailSheet } from './document.ts';
import { type PackedNumbers, packNumbers, packPlaces } from './packed-numbers.ts';
import { type TextList, textLists } from './sections/lists.ts';

/** A column of the table of fields, its numbers packed; a number that is missing is NaN. */
export type PackedColumn = {
  readonly name: string;
  readonly role: FieldRole;
  readonly of?: string;
} & ({ readonly texts: readonly string[]; readonly places: PackedNumbers } | { readonly numbers: PackedNumbers });

export interface PageData {
  readonly unit: NonNullable<ReportDocument['fields']>['unit'];
  readonly rows: number;
  readonly columns: readonly PackedColumn[];
  readonly classes: readonly string[];
  readonly channels: ReportDocument['channels'];
  readonly sheets: readonly ThumbnailSheet[];
  readonly galleries: readonly Gallery[];
  /** Files of the galleries, in the order in which they stand in the page. */
  readonly pictures: readonly string[];
  readonly lists: readonly TextList[];
  /** Whether a field may have several labels. */
  readonly several: boolean;
  readonly perClass: readonly ClassMetrics[];
  /** Of the whole table, `[truth][predicted]`; null without a truth. */
  readonly confusion: readonly (readonly number[])[] | null;
  readonly assay: Pick<NonNullable<ReportDocument['assay']>, 'wells' | 'hits' | 'scoring'> | null;
}

/** What the script of the page works with. */
export function pageData(document: ReportDocument): PageData {
  const { fields, metrics, assay } = document;
  return {
    unit: fields?.unit ?? 'field',
    rows: fields?.rows ?? 0,
    columns: (fields?.columns ?? []).map((column): PackedColumn => {
      const { name, role, of } = column;
      const head = { name, role, ...(of !== undefined && { of }) };
      return 'texts' in column
        ? { ...head, texts: column.texts, places: packPlaces(column.places, column.texts.length) }
        : { ...head, numbers: packNumbers(column.numbers) };
    }),
    classes: document.classes,
    channels: document.channels,
    sheets: document.sheets,
    galleries: document.galleries,
    pictures: pictureFiles(document),
    lists: textLists(document),
    several: metrics?.labels === 'several',
    perClass: metrics?.perClass ?? [],
    confusion: metrics?.confusion.counts ?? null,
    assay: assay && { wells: assay.wells, hits: assay.hits, scoring: assay.scoring },
  };
}

/** The pictures of the galleries and what is laid over them, each once. */
export function pictureFiles({ galleries }: ReportDocument): readonly string[] {
  const entries = galleries.flatMap((gallery) => gallery.entries);
  return [...new Set(entries.flatMap(({ picture, overlay }) => [picture, ...(overlay === null ? [] : [overlay])]))];
}
