import type { Assay } from '../../evaluation/assay/assay.ts';
import { methodsOfAssay } from '../../evaluation/assay/methods.ts';
import { resolveWellColumns } from '../../evaluation/assay/score-wells.ts';
import type { PredictionTable } from '../../evaluation/prediction-table.ts';
import type { RunningHost } from '../host.ts';
import { madeNow } from '../shared/report/made.ts';
import { reportOnAssay } from '../shared/report/report-on-assay.ts';
import { type HitsRequest, hitsRequest } from './request.ts';

/** An assay that is written, and what it was made of. */
interface Decided {
  readonly request: HitsRequest;
  readonly table: PredictionTable;
  readonly assay: Assay;
  /** The tables of predictions, whose reports have the pictures. */
  readonly predictions: readonly string[];
}

/** Makes the report on hits beside their table, and gives the path of its page. */
export async function reportOnHits(
  { request, table, assay, predictions }: Decided,
  host: RunningHost,
): Promise<string> {
  const hashes: { readonly name: string; readonly hash: string }[] = [];
  for (const path of predictions) hashes.push({ name: path, hash: await host.hash(host.files.stream(path)) });
  const { treatment, replicate } = resolveWellColumns(table, request);
  return reportOnAssay(
    {
      ...{ out: request.out, predictions, table, assay },
      columns: { treatment, replicate },
      made: {
        ...madeNow({ request, schema: hitsRequest, hashes, facts: undefined }, host),
        ...methodsOfAssay(assay, { ...request, version: host.about.versions.milscope }),
      },
    },
    host,
  );
}
