import type { Assay } from '../../../evaluation/assay/assay.ts';
import type { PredictionTable } from '../../../evaluation/prediction-table.ts';
import type { KnownColumns } from '../../../report/document/roles.ts';
import type { ReportDocument } from '../../../report/page/document.ts';
import type { RunningHost } from '../../host.ts';
import { borrowPictures, reportOfPredictions } from './borrowed-pictures.ts';
import { reportBeside } from './places.ts';
import { reportOnRows } from './report-rows.ts';

/** An assay that is done, and the predictions that it was made of. */
export interface AssayReport {
  /** The table that the assay was written to: the report stands beside it. */
  readonly out: string;
  /** The paths of the predictions, whose reports have the pictures; and what was read of them. */
  readonly predictions: readonly string[];
  readonly table: PredictionTable;
  readonly assay: Assay;
  /** Columns that were named: that of the treatment, the replicate, the batch. */
  readonly columns?: KnownColumns | undefined;
  /** How it was made, see `madeNow`. */
  readonly made: ReportDocument['made'];
}

/**
 * Makes the report on a plate assay beside its table, and gives the path of its page. Pictures are copied from the report that was
 * made when the fields were predicted.
 */
export async function reportOnAssay(
  { out, predictions, table, assay, columns, made }: AssayReport,
  host: RunningHost,
): Promise<string> {
  const lenders = [];
  for (const path of predictions) lenders.push(await reportOfPredictions(path, host));
  const borrowed = await borrowPictures(lenders, host);
  return reportOnRows(
    {
      ...{ kind: 'hits', places: reportBeside(out), source: out, label: undefined, table, assay, columns, made },
      ...{ metrics: null, training: null, epochChosenBy: null, lost: [] },
      channels: borrowed?.channels ?? table.channels,
      pictures: borrowed?.pictures,
    },
    host,
  );
}
