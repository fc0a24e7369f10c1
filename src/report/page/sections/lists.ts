/** Tables of texts that may be long: the script of the page draws their visible rows. */
import { counted } from '../../../words.ts';
import type { ReportDocument } from '../document.ts';
import type { Section } from './section.ts';
import { paragraph } from './text.ts';

/** A table of texts, and the id of its place in the page. */
export interface TextList {
  readonly id: string;
  readonly label: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Overlap of masks with a reference. */
export function segmentationSection({ segmentation }: ReportDocument): Section | undefined {
  if (segmentation === null) return undefined;
  const summary = segmentation.summary.map((text) => paragraph(text)).join('\n');
  return {
    id: 'segmentation',
    name: 'Segmentation',
    html: `<h2>Segmentation</h2>\n${summary}\n<div id="overlap"></div>`,
  };
}

/** Fields that could not be read, and why. */
export function skippedSection({ skipped }: ReportDocument): Section | undefined {
  if (skipped.length === 0) return undefined;
  const words = `${counted(skipped.length, 'field')} could not be read or used, and ${skipped.length === 1 ? 'is' : 'are'} in no figure of this page`;
  return {
    id: 'skipped',
    name: 'Skipped fields',
    html: `<h2>Skipped fields</h2>\n${paragraph(words)}\n<div id="skipped-fields"></div>`,
  };
}

/** The long tables of a report. */
export function textLists({ segmentation, skipped }: ReportDocument): readonly TextList[] {
  return [
    ...(segmentation === null
      ? []
      : [
          {
            id: 'overlap',
            label: 'Overlap with the reference',
            columns: segmentation.columns,
            rows: segmentation.rows,
          },
        ]),
    ...(skipped.length === 0
      ? []
      : [
          {
            id: 'skipped-fields',
            label: 'Skipped fields',
            columns: ['Image', 'File', 'Error', 'What was found'],
            rows: skipped.map(({ imageNumber, file, tag, message }) => [imageNumber, file, tag, message]),
          },
        ]),
  ];
}
