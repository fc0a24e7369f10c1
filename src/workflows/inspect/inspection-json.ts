import type { Inspection } from '../../evaluation/inspection/inspection.ts';

/** What `--json` prints: everything about the screen, and the flagged fields; the table has the numbers of all fields. */
export function inspectionJson(
  {
    screen,
    fields,
    flags,
    counts,
    good,
    size,
    channels,
    plates,
    layout,
    classes,
    split,
    nuclei,
    advice,
    ...rest
  }: Inspection,
  files: { readonly html: string | null; readonly table: string | null; readonly skippedFile: string | null },
): Readonly<Record<string, unknown>> {
  const { plates: _, ...wells } = layout;
  return {
    screen: screen.source,
    fields: {
      total: fields.length,
      readable: fields.length - counts.unreadable,
      unreadable: counts.unreadable,
      good,
      flagged: fields.length - good,
    },
    flags: counts,
    size,
    channels,
    plates,
    layout: wells,
    classes,
    labelColumns: rest.labelColumns,
    split,
    nuclei,
    flagged: fields.flatMap(({ field, place, skipped }, i) =>
      flags[i]!.length === 0
        ? []
        : [
            {
              imageNumber: field.imageNumber,
              row: field.row,
              plate: place.plate,
              well: place.well,
              site: place.site,
              file: skipped?.file ?? field.sources[0]?.file,
              flags: flags[i],
            },
          ],
    ),
    advice,
    ...files,
  };
}
