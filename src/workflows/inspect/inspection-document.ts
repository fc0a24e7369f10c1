import type { Inspection } from '../../evaluation/inspection/inspection.ts';
import type { InspectResult } from './result.ts';

/** What is told of an inspection: everything about the screen, and the flagged fields. */
export function inspectionDocument(
  inspection: Inspection,
  files: Pick<InspectResult, 'out' | 'table' | 'skippedFile'>,
): InspectResult {
  const { screen, fields, flags, counts, good, size, channels, plates, layout, classes } = inspection;
  const { labelColumns, split, nuclei, advice } = inspection;
  const { plates: _, ...wells } = layout;
  const { unreadable } = counts;
  return {
    screen: screen.source,
    fields: {
      total: fields.length,
      readable: fields.length - unreadable,
      unreadable,
      good,
      flagged: fields.length - good,
    },
    flags: counts,
    ...{ size, channels, plates, layout: wells, classes, labelColumns, split, nuclei },
    flagged: fields.flatMap(({ field, place: { plate, well, site }, skipped }, i) => {
      const { imageNumber, row, sources } = field;
      const file = skipped?.file ?? sources[0]?.file;
      return flags[i]!.length === 0 ? [] : [{ imageNumber, row, plate, well, site, file, flags: flags[i]! }];
    }),
    advice,
    ...files,
    skipped: unreadable,
  };
}
