import { isMilscopeError, MilscopeError, writeOptions } from '../../errors.ts';
import type { PredictionTable } from '../../evaluation/prediction-table.ts';
import { readPredictions } from '../../evaluation/read-predictions.ts';
import { isThere } from '../../files/read-text.ts';
import { textAt } from '../../report/document/columns.ts';
import type { ReportDocument } from '../../report/page/document.ts';
import { readSkipped } from '../../screen/skipped.ts';
import { besideTable } from '../../tables/table-names.ts';
import type { RunningHost } from '../host.ts';
import { findRows, readKept } from '../shared/report/kept-report.ts';
import { reportBeside } from '../shared/report/places.ts';
import { lostOf, reportOnRows } from '../shared/report/report-rows.ts';
import { refreshReport } from './refresh-report.ts';

/** Makes the report on a table of predictions anew, and gives the path of its page. */
export async function reportOnTable(path: string, host: RunningHost): Promise<string> {
  const places = reportBeside(path);
  const before = await readKept(places, host);
  // A table of treatments has no predictions: all that is shown beside it was kept.
  if (before?.kind === 'hits') return refreshReport(before, places, host);
  const table = await readTable(path, before, host);
  if (before && (table === undefined || isSame(table, before))) return refreshReport(before, places, host);
  const skippedFile = besideTable(path, 'skipped', '.csv');
  const skipped = (await isThere(skippedFile, host.files)) ? await readSkipped(skippedFile, host.files) : [];
  if (before) {
    const message = `${path} has changed since the report was made: its figures are left out, evaluate the table anew`;
    host.emit({ event: 'noted', message });
  }
  return reportOnRows(
    {
      ...{ kind: 'predict', places, source: path, label: undefined, table: table!, metrics: null },
      channels: before?.channels.map(({ name }) => name) ?? table!.channels,
      ...{ training: null, epochChosenBy: null },
      lost: lostOf(skipped, (message) => writeOptions(message, host.nameOption)),
      made: before?.made ?? {
        ...{ command: '', date: host.clock.now().toISOString(), versions: { ...host.about.versions }, options: [] },
        hashes: [{ name: path, hash: await host.hash(host.files.stream(path)) }],
        ...{ methods: '', references: [] },
      },
    },
    host,
  );
}

/** The table; undefined for one of cells, whose report is made of what was kept of it. @throws what `readPredictions` throws */
async function readTable(
  path: string,
  before: ReportDocument | undefined,
  { files }: RunningHost,
): Promise<PredictionTable | undefined> {
  try {
    return await readPredictions(path, files);
  } catch (error) {
    if (!isMilscopeError(error, 'BadTable') || error.details.column !== 'ObjectNumber') throw error;
    if (before) return undefined;
    throw new MilscopeError('MissingFile', {
      file: path,
      problem: 'a report on single cells is made when they are predicted, and report/ has none of this table',
      remedy: 'predict the cells again',
    });
  }
}

/** Whether a table has the rows that a document shows, with the same predictions. */
function isSame({ rows }: PredictionTable, document: ReportDocument): boolean {
  const { fields } = document;
  if (!fields || fields.rows !== rows.length) return false;
  const predicted = fields.columns.find(({ role }) => role === 'predicted');
  const found = fields.unit === 'field' ? findRows(document, rows, 'field') : rows.map((_, row) => row);
  return rows.every((row, i) => found[i] !== undefined && textAt(predicted, found[i]) === row.predicted);
}
