import { assessAssay } from '../../evaluation/assay/assess.ts';
import { writeNotes } from '../../evaluation/assay/assess-controls.ts';
import { countCells } from '../../evaluation/assay/count-cells.ts';
import { requireLabels } from '../evaluate/read-labels.ts';
import { requireApart } from '../shared/places.ts';
import { reportBeside } from '../shared/report/places.ts';
import { tryReport } from '../shared/report/try-report.ts';
import { removeReport } from '../shared/report/write-report.ts';
import { requireNewFile, requireNewTable } from '../shared/table-output.ts';
import { withLocks } from '../shared/with-locks.ts';
import { defineWorkflow } from '../workflow.ts';
import { readAssay } from './read-assay.ts';
import { reportOnHits } from './report-hits.ts';
import { hitsRequest } from './request.ts';
import { hitsResult } from './result.ts';
import { tablesBeside, writeAssay } from './write-assay.ts';

/** Decides which treatments are hits, how good the plates are, and how compounds respond to dose. */
export const hits = defineWorkflow(
  {
    title: 'hits',
    description: 'Score wells against their controls: quality of plates, hits and dose-response.',
    request: hitsRequest,
    result: hitsResult,
  },
  async (request, host) => {
    const { out, overwrite, labels, cells, predictions } = request;
    requireLabels(request);
    const beside = Object.values(tablesBeside(out));
    const writes = [out, ...beside].map((path) => ['out', path] as const);
    requireApart(writes, { asked: request, reads: { predictions, labels, cells, with: request.with[0] } });
    await requireNewTable(out, { overwrite, parquet: true }, host);
    for (const path of beside) await requireNewFile(path, { overwrite }, host);
    return withLocks({ files: [out] }, host, async () => {
      const { table, uses, paths, notes } = await readAssay(request, host);
      const cellsOf = cells === undefined ? undefined : await countCells(cells, table, host.files);
      const assessed = assessAssay(table, {
        ...{ ...request, uses, cellsOf },
        ...{ normalization: request.normalize, correction: request.correct },
      });
      const found = { ...assessed, notes: [...notes, ...assessed.notes] };
      for (const message of found.notes) host.emit({ event: 'noted', message });
      const assay = writeNotes(found, host.nameOption);
      const written = await writeAssay(assay, out, host);
      // A page of other hits would be believed.
      if (!request.report) await removeReport(reportBeside(out), host);
      const report = await tryReport(request.report, host, () =>
        reportOnHits({ request, table, assay, predictions: paths }, host),
      );
      const { wells: _, ...decided } = assay;
      return { out, ...written, ...decided, report };
    });
  },
);
