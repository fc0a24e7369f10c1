import { type NameOption, writeOptions } from '../../errors.ts';
import type { Inspection } from '../../evaluation/inspection/inspection.ts';
import type { InspectResult } from './result.ts';

/** An inspection whose flags have their options written by `nameOption`. */
export function writeFlags(inspection: Inspection, nameOption: NameOption): Inspection {
  const flags = inspection.flags.map((own) =>
    own.map((flag) => ({ ...flag, found: writeOptions(flag.found, nameOption) })),
  );
  return { ...inspection, flags };
}

/** What is told of an inspection: everything about the screen, and the flagged fields. Options are written by `nameOption`. */
export function inspectionDocument(
  inspection: Inspection,
  files: Pick<InspectResult, 'out' | 'table' | 'skippedFile'>,
  nameOption: NameOption,
): InspectResult {
  const { screen, fields, flags, counts, good, size, channels, plates, layout, classes } = inspection;
  const { labelColumns, split, controls, nuclei, advice } = inspection;
  const { plates: _, ...wells } = layout;
  const { unreadable } = counts;
  const written = (text: string) => writeOptions(text, nameOption);
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
    ...{ size, channels, plates, layout: wells, classes, labelColumns, controls, nuclei },
    split: split && { ...split, refused: split.refused && written(split.refused) },
    flagged: fields.flatMap(({ field, place: { plate, well, site }, skipped }, i) => {
      const { imageNumber, row, sources } = field;
      const file = skipped?.file ?? sources[0]?.file;
      return flags[i]!.length === 0 ? [] : [{ imageNumber, row, plate, well, site, file, flags: flags[i]! }];
    }),
    advice: advice.map(({ serious, ...words }) => ({
      serious,
      problem: written(words.problem),
      remedy: written(words.remedy),
    })),
    ...files,
    skipped: unreadable,
  };
}
