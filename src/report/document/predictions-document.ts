import type { Assay } from '../../evaluation/assay/assay.ts';
import type { Metrics } from '../../evaluation/evaluate.ts';
import type { PredictionRow, PredictionTable } from '../../evaluation/prediction-table.ts';
import { channelColoursOf } from '../../pixels/channel-colours.ts';
import type { Colour } from '../../pixels/palette.ts';
import type { MapOfFields } from '../map/map-fields.ts';
import {
  type FieldColumn,
  type Gallery,
  REPORT_VERSION,
  type ReportDocument,
  type ReportedTraining,
  type ThumbnailSheet,
} from '../page/document.ts';
import { saturatedShares } from '../pictures/saturation.ts';
import { headlineOfAssay, worriesOfAssay } from './assay-headline.ts';
import { fieldTable, type ReportedFields } from './field-table.ts';
import { countPredicted, type Headline, headlineOfMetrics, headlineOfPredictions } from './headline.ts';
import type { KnownColumns } from './roles.ts';
import { titleOf, wellsOf } from './title.ts';
import { type WorryFacts, worriesOf } from './worries.ts';

/** The pictures of a report, whose files stand in `report/`. */
export interface ReportedPictures {
  readonly sheets: readonly ThumbnailSheet[];
  /** Why some rows have none. */
  readonly note: string | null;
  /** Place of the thumbnail of each row. */
  readonly thumbnails: readonly (number | undefined)[];
  readonly galleries: readonly Gallery[];
}

/** What a report on a table of predictions is made of. */
export interface PredictionsReport extends Pick<WorryFacts, 'skipped' | 'epochChosenBy'> {
  readonly kind: 'train' | 'evaluate' | 'predict' | 'hits';
  /** The run or table. */
  readonly source: string;
  /** The column of the classes, for the title. */
  readonly label: string | undefined;
  /** The rows that are shown. */
  readonly table: PredictionTable;
  /** How many rows there are in all, and of each class, where only some are shown. */
  readonly all?:
    | {
        readonly rows: number;
        readonly predicted: Readonly<Record<string, number>>;
        readonly unlabelled?: number | undefined;
      }
    | undefined;
  readonly metrics: Metrics | null;
  readonly columns?: KnownColumns | undefined;
  readonly splitOf?: ((row: PredictionRow) => string | undefined) | undefined;
  /** Columns of their own, a value for each row. */
  readonly more?: readonly FieldColumn[] | undefined;
  readonly channels: readonly string[];
  readonly pictures: ReportedPictures | null;
  readonly map: MapOfFields | null;
  readonly training: ReportedTraining | null;
  readonly assay?: Assay | null | undefined;
  readonly lost: ReportDocument['skipped'];
  readonly made: ReportDocument['made'];
}

/** The report on a table of predictions: of a training, an evaluation, a prediction, or an assay. */
export function predictionsDocument(report: PredictionsReport): ReportDocument {
  const { kind, source, label, table, metrics, pictures, map, training, assay = null, lost, made } = report;
  const fields = fieldTable(table, {
    columns: report.columns ?? metrics?.columns,
    splitOf: report.splitOf,
    more: report.more,
    ...(pictures && pictures.sheets.length > 0 && { thumbnails: pictures.thumbnails }),
    ...(map && { map: map.places }),
  });
  return {
    ...{
      version: REPORT_VERSION,
      kind,
      title: titleOf(kind === 'hits' ? 'Hits' : (label ?? metrics?.columns.label), { fields }),
      source,
    },
    headline: {
      ...headlineOf(report, fields),
      worries: [...worriesOf(worryFacts(report, fields)), ...(assay ? worriesOfAssay(assay) : [])],
    },
    classes: table.classes,
    channels: colouredChannels(report.channels),
    fields,
    sheets: pictures?.sheets ?? [],
    sheetsNote: pictures ? pictures.note : 'There are no pictures of these fields: no image was read for this report.',
    galleries: pictures?.galleries ?? [],
    ...{ metrics, assay, comparison: null, training, segmentation: null },
    map: map && { how: map.how },
    skipped: lost,
    made,
  };
}

/** Channels with their colours, the same wherever the screen is shown. */
export function colouredChannels(names: readonly string[]): ReportDocument['channels'] {
  const colours = channelColoursOf(names);
  return names.map((name, i) => ({ name, colour: hexOf(colours[i]!) }));
}

const hexOf = (colour: Colour) => `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`;

function headlineOf({ table, all, metrics, assay, training }: PredictionsReport, fields: ReportedFields): Headline {
  const ofAssay = assay ? headlineOfAssay(assay) : undefined;
  if (metrics && ofAssay) {
    const { sentences, facts, baselines } = headlineOfMetrics(metrics);
    return { sentences: [...sentences, ...ofAssay.sentences], facts: [...facts, ...ofAssay.facts], baselines };
  }
  if (ofAssay) return ofAssay;
  if (metrics) return headlineOfMetrics(metrics);
  const isPredicted = fields.columns.some(({ role }) => role === 'predicted');
  if (!isPredicted && training)
    return {
      sentences: [
        `The model was trained on ${fields.rows} fields, and tested on none: this run has no honest figure yet.`,
      ],
      facts: [{ value: String(fields.rows), name: 'fields' }],
      baselines: [],
    };
  const counts = all ?? {
    rows: fields.rows,
    ...countPredicted(
      table.rows.map(({ predicted }) => predicted),
      table.classes,
    ),
  };
  return headlineOfPredictions({
    ...{ rows: fields.rows, of: counts.rows, unit: fields.unit },
    ...{ predicted: counts.predicted, unlabelled: counts.unlabelled },
  });
}

function worryFacts(
  { metrics, lost, skipped = lost.length, ...report }: PredictionsReport,
  fields: ReportedFields,
): WorryFacts {
  const novelty = fields.columns.find(({ role }) => role === 'novelty');
  return {
    ...{ metrics, skipped, read: fields.rows, unit: fields.unit },
    ...{ saturated: saturatedShares(fields), epochChosenBy: report.epochChosenBy },
    ...(metrics && fields.unit !== 'treatment' && { wells: metrics.wells?.total ?? wellsOf(fields) }),
    ...(novelty && 'numbers' in novelty && { novelty: novelty.numbers }),
  };
}
