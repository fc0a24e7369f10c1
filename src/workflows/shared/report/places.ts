import { basename, dirname, extname, join } from '../../../files/paths.ts';
import { besideTable } from '../../../tables/table-names.ts';

/** Where a report and what it is made of stand. */
export interface ReportPlaces {
  /** The page. */
  readonly page: string;
  /** The folder of its data and pictures, which it may share with reports on other tables. */
  readonly folder: string;
  /** What the names of its files in that folder begin with. */
  readonly prefix: string;
}

/** The report of a run, or of another folder of results. */
export function reportIn(folder: string): ReportPlaces {
  return { page: join(folder, 'report.html'), folder: join(folder, 'report'), prefix: '' };
}

/** The report on a table: `p.report.html` beside `p.csv`, its files in `report/` beside both, as `p.document.json`. */
export function reportBeside(table: string): ReportPlaces {
  const name = basename(table);
  return {
    page: besideTable(table, 'report', '.html'),
    folder: join(dirname(table), 'report'),
    prefix: `${name.slice(0, name.length - extname(name).length)}.`,
  };
}

/** The document of a report, as JSON. */
export function documentFile({ folder, prefix }: ReportPlaces): string {
  return join(folder, `${prefix}document.json`);
}

/** What the files of a report are called, behind their prefix. */
const NAMES = /^(document\.json|(sheet|field|cell)-[\w-]+\.webp)$/;

/** Whether a file in the folder belongs to this report. */
export function isOwn(name: string, { prefix }: ReportPlaces): boolean {
  return name.startsWith(prefix) && NAMES.test(name.slice(prefix.length));
}
