import { writeOptions } from '../../errors.ts';
import { join } from '../../files/paths.ts';
import { isThere, readText } from '../../files/read-text.ts';
import { comparisonDocument } from '../../report/document/comparison-document.ts';
import type { ReportDocument } from '../../report/page/document.ts';
import { readSkipped } from '../../screen/skipped.ts';
import type { Host, RunningHost } from '../host.ts';
import { commandOf, optionsOf } from '../shared/report/made.ts';
import { type ReportPlaces, reportIn } from '../shared/report/places.ts';
import { lostOf } from '../shared/report/report-rows.ts';
import { writeReport } from '../shared/report/write-report.ts';
import { type ComparisonRecord, comparisonFiles, parseComparisonRecord } from './comparison-folder.ts';
import { comparisonRow, readUnitResult } from './unit-result.ts';

/** Makes the report on a comparison from what stands in its folder, and gives the path of its page. */
export async function reportOnComparison(
  folder: string,
  host: RunningHost,
  places: ReportPlaces = reportIn(folder),
): Promise<string> {
  const { files } = host;
  const record = await parseComparisonRecord(folder, files);
  const paths = comparisonFiles(folder);
  const results = await Promise.all(
    record.units.map(async (unit) => ({ unit, result: await readUnitResult(folder, unit, files) })),
  );
  const rows = results.flatMap(({ unit, result }) => (result ? [comparisonRow(unit, result)] : []));
  const skipped = (await isThere(paths.skipped, files)) ? await readSkipped(paths.skipped, files) : [];
  const { label, channels } = record.settings;
  const document = comparisonDocument({
    ...{ source: folder, rows, figures: await readFigures(paths.figures, host) },
    label: typeof label === 'string' ? label : undefined,
    channels: Array.isArray(channels) ? channels.map(String) : [],
    lost: lostOf(skipped, (message) => writeOptions(message, host.nameOption)),
    made: await madeByComparison(folder, record, host),
  });
  return writeReport(document, places, host);
}

const CAPTIONS: Readonly<Record<string, string>> = {
  comparison: 'What each method comes to under each protocol.',
  'pooling-curves':
    'Pooling functions: the probability of a field by the share of its instances that have the class (figure 2 of the paper, left).',
};

async function readFigures(
  folder: string,
  { files }: Pick<Host, 'files'>,
): Promise<NonNullable<ReportDocument['comparison']>['figures']> {
  if (!(await isThere(folder, files))) return [];
  const names = (await files.list(folder)).map(({ name }) => name).filter((name) => name.endsWith('.svg'));
  const order = (name: string) => ['comparison', 'pooling', 'learned'].findIndex((begin) => name.startsWith(begin));
  return Promise.all(
    names
      .sort((a, b) => order(a) - order(b) || (a < b ? -1 : 1))
      .map(async (name) => ({
        caption:
          CAPTIONS[name.slice(0, -'.svg'.length)] ??
          'Pooling functions as they were learned, one for each class (figure 2 of the paper, right).',
        svg: await readText(join(folder, name), files),
      })),
  );
}

async function madeByComparison(
  folder: string,
  { milscope, started, commands, settings, screen }: ComparisonRecord,
  host: Host,
): Promise<ReportDocument['made']> {
  const file = comparisonFiles(folder).methods;
  const text = (await isThere(file, host.files)) ? await readText(file, host.files) : '';
  const [methods = '', references = ''] = text.trim().split('\n\n');
  const { table, ...options } = settings;
  return {
    command: commandOf(commands.at(-1) ?? []),
    date: started,
    versions: { ...host.about.versions, milscope },
    options: optionsOf(Object.entries(options), host.nameOption),
    hashes: typeof table === 'string' ? [{ name: screen, hash: table }] : [],
    methods,
    references: references === '' ? [] : references.split('\n'),
  };
}
