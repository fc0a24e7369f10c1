import { MilscopeError } from '../../errors.ts';
import { basename, dirname, join } from '../../files/paths.ts';
import { isThere } from '../../files/read-text.ts';
import type { ReportDocument } from '../../report/page/document.ts';
import { comparisonFiles } from '../compare/comparison-folder.ts';
import { reportOnComparison } from '../compare/report-comparison.ts';
import type { RunningHost } from '../host.ts';
import { readKept, warnOfDamage } from '../shared/report/kept-report.ts';
import { type ReportPlaces, reportBeside, reportIn } from '../shared/report/places.ts';
import { reportOnRun } from '../shared/report/report-on-run.ts';
import { runFiles } from '../shared/run-folder.ts';
import { withLocks } from '../shared/with-locks.ts';
import { defineWorkflow } from '../workflow.ts';
import { refreshReport } from './refresh-report.ts';
import { reportOnTable } from './report-on-table.ts';
import { type ReportPageResult, reportPageResult, reportRequest } from './request.ts';

/** Makes a report anew from what stands in a run, or beside a table. */
export const report = defineWorkflow(
  {
    title: 'report',
    description: 'Make the report of a run, a comparison, a segmentation or a table of predictions anew.',
    request: reportRequest,
    result: reportPageResult,
  },
  async ({ place }, host) => {
    const found = await findSource(place, host);
    const page = await withLocks(found.locks, host, () => found.make());
    const document = (await readKept(found.places, host))!;
    return { report: page, ...describe(document), missing: [...found.missing, ...missingIn(document)] };
  },
);

/** What a report is made of, and where it goes. */
interface Source {
  readonly places: ReportPlaces;
  readonly locks: Parameters<typeof withLocks>[0];
  readonly make: () => Promise<string>;
  /** What stands there no longer, or never did. */
  readonly missing: readonly string[];
}

async function findSource(place: string, host: RunningHost): Promise<Source> {
  const { files } = host;
  const status = await files.status(place);
  if (status === undefined) throw noSource(place, 'there is nothing of this name');
  if (status.kind === 'folder') return sourceIn(place, host);
  const folder = dirname(place);
  const own = runFiles(folder);
  // Whoever names a file of a run means the run.
  const isOfRun = [own.model, own.run, own.predictions, own.metrics].some((path) => basename(path) === basename(place));
  if (isOfRun && (await isThere(own.run, files))) return sourceIn(folder, host);
  await warnOfDamage(reportBeside(place), host);
  return {
    places: reportBeside(place),
    locks: { files: [place] },
    make: () => reportOnTable(place, host),
    missing: [],
  };
}

async function sourceIn(folder: string, host: RunningHost): Promise<Source> {
  const { files } = host;
  const common = { places: reportIn(folder), locks: { folders: [folder] } };
  await warnOfDamage(common.places, host);
  const run = runFiles(folder);
  if (await isThere(run.run, files)) {
    const wanted = [
      [run.model, 'what the model has learned'],
      [run.epochs, 'the epochs of the training'],
      [run.predictions, 'the predictions of held-out fields'],
      [run.metrics, 'their figures'],
    ] as const;
    const there = await Promise.all(wanted.map(([path]) => isThere(path, files)));
    const missing = wanted.flatMap(([path, what], i) => (there[i] ? [] : [`There is no ${basename(path)}: ${what}.`]));
    return { ...common, make: () => reportOnRun(folder, {}, host), missing };
  }
  if (await isThere(comparisonFiles(folder).record, files))
    return { ...common, make: () => reportOnComparison(folder, host), missing: [] };
  const kept = await readKept(common.places, host);
  if (kept) return { ...common, make: () => refreshReport(kept, common.places, host), missing: [] };
  const isSegmented = await isThere(join(folder, 'regions.csv'), files);
  throw noSource(
    folder,
    isSegmented
      ? 'the data of a report on this segmentation are not in its folder report/'
      : 'this is no folder of a run, a comparison or a segmentation',
    isSegmented ? 'segment the screen again' : undefined,
  );
}

function noSource(
  file: string,
  problem: string,
  remedy = 'give the folder of a run, of a comparison or of a segmentation, or a table of predictions',
): MilscopeError {
  return new MilscopeError('MissingFile', { file, problem, remedy });
}

function describe({ kind, fields, sheets }: ReportDocument): Pick<ReportPageResult, 'kind' | 'rows' | 'pictures'> {
  return { kind, rows: fields?.rows ?? null, pictures: sheets.reduce((sum, { tiles }) => sum + tiles, 0) };
}

/** What a report would have if it had been made when the images were read. */
function missingIn({ kind, sheetsNote, galleries }: ReportDocument): readonly string[] {
  if (kind === 'compare') return [];
  return [
    ...(sheetsNote === null ? [] : [sheetsNote]),
    ...(galleries.length > 0 ? [] : ['There are no larger pictures: they are made when fields are predicted.']),
  ];
}
