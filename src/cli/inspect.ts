import { extname } from 'node:path';
import { MilscopeError } from '../errors.ts';
import { inspectFields } from '../evaluation/inspection/inspect-fields.ts';
import { heldOut } from '../evaluation/inspection/split.ts';
import { readVersion } from '../files/version.ts';
import { inspectionPage } from '../report/inspection/page.ts';
import { requireColumn } from '../screen/columns.ts';
import { nodeAccess } from '../screen/node/access.ts';
import type { ScreenOptions } from '../screen/screen-options.ts';
import { paintCloseUps } from '../workflows/inspect/close-ups.ts';
import { inspectionJson } from '../workflows/inspect/inspection-json.ts';
import { lookAtFields } from '../workflows/inspect/look-at-fields.ts';
import { qualityTable } from '../workflows/inspect/quality-table.ts';
import { requireNewFile, writeSkippedBeside, writeStream } from '../workflows/shared/table-output.ts';
import type { CommonOptions, Console } from './console.ts';
import type { CreateCommand } from './main.ts';
import { openScreen } from './open-screen.ts';
import { createCommand, repeated, wholeNumber } from './options.ts';
import { createProgress } from './progress.ts';
import { addScreenOptions, SCREEN_ARGUMENT } from './screen-options.ts';
import { addStrictOption, endStrictly, type StrictOptions } from './strict.ts';
import { terminalReport } from './terminal-report.ts';

interface InspectOptions extends CommonOptions, ScreenOptions, StrictOptions {
  readonly label?: string;
  readonly holdout: readonly string[];
  readonly out?: string;
  readonly workers?: number;
  readonly overwrite: boolean;
}

/** `inspect <screen>`: what should be known of a screen before anything is trained on it. */
export const createInspectCommand: CreateCommand = (console) =>
  addStrictOption(
    addScreenOptions(
      createCommand('inspect', 'Open every image of a screen and say what should be known before training.'),
    ),
  )
    .argument('<screen>', SCREEN_ARGUMENT)
    .option('--label <column>', 'the column with the class of every field: balance, and what the batch alone tells')
    .option(
      '--holdout <column=value>',
      'what is to be tested: who would stand on both sides (repeatable)',
      repeated,
      [],
    )
    .option('--out <file>', 'page with pictures to write (.html), and a table of all fields beside it (.csv)')
    .option('--workers <n>', 'threads that read and measure (default: --threads)', wholeNumber({ least: 1 }))
    .option('--overwrite', 'replace the page and the table', false)
    .action((screen: string, options: InspectOptions) => inspectScreen(screen, { options, console }));

/** Channels that show nuclei, by the names that they usually have. */
const nuclear = /dna|dapi|hoechst|nucle|draq/i;

async function inspectScreen(
  path: string,
  { options, console }: { options: InspectOptions; console: Console },
): Promise<void> {
  const { out, overwrite, holdout, seed, threads } = options;
  const table = out === undefined ? undefined : tableBeside(out);
  for (const file of [out, table]) if (file !== undefined) await requireNewFile(file, { overwrite }, nodeAccess);
  const screen = await openScreen(path, options, console);
  const label = options.label === undefined ? undefined : requireColumn(screen, options.label, { option: '--label' });
  const inspectionOptions = { label, holdout, seed };
  // What is wrong with an option should not come out only after every image has been opened.
  heldOut(screen.fields, { holdout, screen });

  const total = screen.fields.length;
  const progress = createProgress(console, { label: 'inspecting', total, unit: 'fields' });
  const found = screen.channels.findIndex((name) => nuclear.test(name));
  const nuclei = found < 0 ? undefined : found;
  const seen = await lookAtFields(screen, {
    workers: options.workers ?? threads,
    pictures: out !== undefined,
    nuclei,
    onProgress: (done) => progress.update(done),
  });
  progress.finish();
  const nucleiChannel = nuclei === undefined ? undefined : screen.channels[nuclei];
  const inspection = inspectFields(screen, seen.fields, { ...inspectionOptions, nucleiChannel });

  let skippedFile: string | null = null;
  if (out !== undefined && table !== undefined) {
    const closeUps = await paintCloseUps(screen, inspection, seen.pictures);
    const pictures = { maps: seen.maps, plates: seen.pictures, closeUps, histograms: seen.histograms };
    await writeStream(out, inspectionPage(inspection, pictures, { version: await readVersion() }), nodeAccess);
    await writeStream(table, qualityTable(inspection), nodeAccess);
    skippedFile = await writeSkippedBeside(
      table,
      seen.fields.flatMap(({ skipped }) => skipped ?? []),
      nodeAccess,
    );
  }
  const files = { html: out ?? null, table: table ?? null, skippedFile };
  const written = [files.html, files.table, files.skippedFile].filter((file) => file !== null);
  console.out(
    options.json
      ? `${JSON.stringify(inspectionJson(inspection, files), undefined, 2)}\n`
      : terminalReport(inspection, { files: written }),
  );
  endStrictly({ skipped: seen.fields.filter(({ skipped }) => skipped).length }, options);
}

/** The table that belongs to a page: its name with another ending. @throws BadOption unless it ends in .html */
function tableBeside(out: string): string {
  const ending = extname(out);
  if (/^\.html?$/i.test(ending)) return `${out.slice(0, -ending.length)}.csv`;
  throw new MilscopeError('BadOption', {
    option: `--out ${out}`,
    problem: 'the page has another kind of name',
    expected: 'a name that ends in .html',
  });
}
