import type { PredictionTable } from '../../evaluation/prediction-table.ts';
import { agreeing, counted } from '../../words.ts';
import { type FieldColumn, REPORT_VERSION, type ReportDocument, type Worry } from '../page/document.ts';
import { fieldTable } from './field-table.ts';
import type { Headline } from './headline.ts';
import { colouredChannels, type ReportedPictures } from './predictions-document.ts';
import { titleOf } from './title.ts';

/** Mean and median over fields. */
interface Figure {
  readonly mean: number;
  readonly median: number;
}

/** What a segmentation came to. */
export interface SegmentationFigures {
  readonly fields: number;
  readonly regions: number;
  readonly perClass: Readonly<Record<string, number>>;
  /** Fields without any region, and those in which belief propagation had not converged. */
  readonly empty: number;
  readonly unconverged: number;
  readonly reference: string | null;
  readonly overlap: {
    readonly fields: number;
    readonly foregroundIoU: Figure;
    readonly backgroundIoU: Figure;
    readonly meanIU: Figure;
  } | null;
}

/** What a report on a segmentation is made of. */
export interface SegmentationReport {
  readonly source: string;
  readonly label: string;
  readonly table: PredictionTable;
  /** Columns of their own, such as the regions of each field. */
  readonly more: readonly FieldColumn[];
  readonly channels: readonly string[];
  readonly figures: SegmentationFigures;
  /** The table of overlaps: its header and its rows; null without a reference. */
  readonly overlap: { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] } | null;
  readonly pictures: ReportedPictures | null;
  readonly lost: ReportDocument['skipped'];
  readonly made: ReportDocument['made'];
}

/** The report on the masks and regions of a screen. */
export function segmentationDocument(report: SegmentationReport): ReportDocument {
  const { source, label, table, more, channels, figures, overlap, pictures, lost, made } = report;
  const fields = fieldTable(table, {
    columns: { label },
    more,
    ...(pictures && pictures.sheets.length > 0 && { thumbnails: pictures.thumbnails }),
  });
  const headline = headlineOfSegmentation(figures);
  return {
    ...{ version: REPORT_VERSION, kind: 'segment', title: `Masks by ${titleOf(label, { fields })}`, source },
    headline: { ...headline, worries: worriesOfSegmentation(figures, lost) },
    classes: table.classes,
    channels: colouredChannels(channels),
    fields,
    sheets: pictures?.sheets ?? [],
    sheetsNote: pictures ? pictures.note : 'There are no pictures of these fields: no image was read for this report.',
    galleries: pictures?.galleries ?? [],
    ...{ metrics: null, assay: null, comparison: null, training: null },
    segmentation: { columns: overlap?.columns ?? [], rows: overlap?.rows ?? [], summary: headline.sentences },
    ...{ map: null, skipped: lost, made },
  };
}

/** What masks came to, in sentences with counts. */
function headlineOfSegmentation({
  fields,
  regions,
  perClass,
  empty,
  reference,
  overlap,
}: SegmentationFigures): Headline {
  const classes = Object.entries(perClass).filter(([, count]) => count > 0);
  const figure = ({ mean, median }: Figure) => `${mean.toFixed(3)} in the mean (median ${median.toFixed(3)})`;
  return {
    sentences: [
      `${counted(regions, 'region')} ${agreeing(regions, 'was', 'were')} found in ${counted(fields, 'field')}${classes.length > 0 ? `: ${classes.map(([name, count]) => `${count} of ${name}`).join(', ')}` : ''}.`,
      ...(empty > 0 ? [`${counted(empty, 'field')} ${agreeing(empty, 'has', 'have')} no region.`] : []),
      ...(overlap
        ? [
            `Against ${reference}, the overlap (intersection over union) of the foreground is ${figure(overlap.foregroundIoU)}, and the mean IU of foreground and background ${figure(overlap.meanIU)}, over ${counted(overlap.fields, 'field')}.`,
          ]
        : ['The masks were measured against no reference.']),
    ],
    facts: [
      { value: regions.toLocaleString('en'), name: 'regions' },
      { value: fields.toLocaleString('en'), name: 'fields' },
      ...(overlap
        ? [
            { value: overlap.foregroundIoU.mean.toFixed(3), name: 'foreground IoU' },
            { value: overlap.meanIU.mean.toFixed(3), name: 'mean IU' },
          ]
        : []),
    ],
    baselines: [],
  };
}

/** A share of fields above which something is worth a worry. */
const MANY = 0.2;

function worriesOfSegmentation(
  { fields, empty, unconverged }: SegmentationFigures,
  lost: ReportDocument['skipped'],
): Worry[] {
  return [
    ...(empty > MANY * fields
      ? [
          {
            serious: true,
            problem: `${empty} of ${counted(fields, 'field')} have no region: in these, no instance has the class.`,
            remedy: 'See in their pictures whether there are cells, and whether the model knows them.',
          },
        ]
      : []),
    ...(unconverged > MANY * fields
      ? [
          {
            serious: false,
            problem: `In ${counted(unconverged, 'field')} neighbouring pixels had not agreed when belief propagation ended, which changes masks by few pixels.`,
            remedy: 'A weaker coupling converges sooner.',
          },
        ]
      : []),
    ...(lost.length > 0
      ? [
          {
            serious: lost.length > 0.05 * (lost.length + fields),
            problem: `${counted(lost.length, 'field')} or references could not be read.`,
            remedy: 'The list at the end says why.',
          },
        ]
      : []),
  ];
}
