import type * as z from 'zod';
import { MilscopeError } from '../../errors.ts';
import type { NamedControls } from '../../evaluation/inspection/controls.ts';
import { inspectFields } from '../../evaluation/inspection/inspect-fields.ts';
import type { Inspection } from '../../evaluation/inspection/inspection.ts';
import { heldOut } from '../../evaluation/inspection/split.ts';
import { extname } from '../../files/paths.ts';
import type { Colour } from '../../pixels/palette.ts';
import { inspectionPage } from '../../report/inspection/page.ts';
import { LABELS_ELSEWHERE, requireColumn } from '../../screen/columns.ts';
import { crowdedLabelWords, requireSharedLabels } from '../../screen/doubtful-labels.ts';
import { labelSetsOf } from '../../screen/label-sets.ts';
import { findControls } from '../../screen/plates/control-wells.ts';
import { controlWellsOf, positiveAlone } from '../../screen/plates/decide-normalization.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { requireSome } from '../../screen/skipped.ts';
import type { Host, RunningHost } from '../host.ts';
import { fieldWords, rehearseScreen } from '../rehearsal/rehearse-screen.ts';
import { boundedWorkers } from '../shared/bounded-workers.ts';
import { coloursOfScreen } from '../shared/colours-of-screen.ts';
import { openScreen } from '../shared/open-screen.ts';
import { requireApart } from '../shared/places.ts';
import { NOTHING_KEPT, untilStopped } from '../shared/stopped.ts';
import { requireNewFile, requireNewTable, writeSkippedBeside, writeStream } from '../shared/table-output.ts';
import { withLocks } from '../shared/with-locks.ts';
import { defineWorkflow } from '../workflow.ts';
import { inspectionDocument, writeFlags } from './inspection-document.ts';
import { INSPECTING, lookAtFields, type SeenScreen } from './look-at-fields.ts';
import { paintFlagged } from './node/paint-flagged.ts';
import { qualityTable } from './quality-table.ts';
import { inspectRequest } from './request.ts';
import { type InspectResult, inspectResult } from './result.ts';

/** Channels that show nuclei, by the names that they usually have. */
const nuclear = /dna|dapi|hoechst|nucle|draq/i;

/** Opens every image of a screen and finds what should be known of it before anything is trained on it. */
export const inspect = defineWorkflow(
  {
    title: 'inspect',
    description: 'Open every image of a screen and say what should be known before training.',
    request: inspectRequest,
    result: inspectResult,
    rehearse: (asked, host, perform) =>
      rehearseScreen(
        { command: 'inspect', main: INSPECTING },
        {
          request: asked,
          trial: (at) => perform(asked, at),
          plan: async ({ screen }) => {
            labelColumn(screen, asked.label);
            heldOut(screen.fields, { holdout: asked.holdout, screen });
            const controls = namedControls(asked);
            if (controls) requireNamed(screen, controls);
            return {
              does: [`Opens and measures every image of ${fieldWords(screen.fields.length)}.`],
              writes: asked.out === undefined ? [] : [asked.out, tableBeside(asked.out)],
            };
          },
        },
        host,
      ),
  },
  async (asked, host) => {
    const { out, overwrite } = asked;
    const files = out === undefined ? undefined : { out, table: tableBeside(out) };
    requireApart(
      [
        ['out', out],
        ['out', files?.table],
      ],
      { asked },
    );
    const requireNew = async () => {
      if (files === undefined) return;
      await requireNewFile(files.out, { overwrite }, host);
      await requireNewTable(files.table, { overwrite }, host);
    };
    await requireNew();
    return withLocks({ files: [out] }, host, () =>
      untilStopped(
        host,
        () => NOTHING_KEPT,
        async (running) => {
          await requireNew();
          return inspectScreen(asked, files, running);
        },
      ),
    );
  },
);

/** Where a page and the table of its fields go. */
interface ReportFiles {
  readonly out: string;
  readonly table: string;
}

/** The column of the label that is asked for, if one is. @throws MissingColumn */
function labelColumn(screen: Screen, label: string | undefined): string | undefined {
  return label === undefined
    ? undefined
    : requireColumn(screen, label, { option: 'label', elsewhere: LABELS_ELSEWHERE });
}

async function inspectScreen(
  asked: z.output<typeof inspectRequest>,
  files: ReportFiles | undefined,
  host: RunningHost,
): Promise<InspectResult> {
  const { holdout, seed } = asked;
  const workers = boundedWorkers(asked.workers, host) ?? host.threads;
  const screen = await openScreen(asked.screen, asked, host, { asks: false });
  if (screen.reading?.illumination === 'divided') {
    const message = 'inspect measures the pixels of the files; other commands divide them by the functions';
    host.emit({ event: 'noted', message });
  }
  const label = labelColumn(screen, asked.label);
  // What is wrong with an option should come out before every image has been opened.
  const labels = label === undefined ? undefined : labelSetsOf(screen, label, { several: true });
  if (label !== undefined && labels !== undefined) questionColumn(screen, { column: label, labels }, host);
  const controls = namedControls(asked);
  if (controls) requireNamed(screen, controls);
  const hasLabel = (_: Field, i: number) => labels?.[i] !== '';
  const aside = screen.fields.filter((field, i) => !hasLabel(field, i));
  heldOut(screen.fields.filter(hasLabel), { holdout, screen, aside });

  const nuclei = screen.channels.find((name) => nuclear.test(name));
  const place = nuclei === undefined ? undefined : screen.channels.indexOf(nuclei);
  const colours = await coloursOfScreen(screen, host);
  const asks = { workers, pictures: files !== undefined, colours, nuclei: place };
  const seen = await lookAtFields(screen, asks, host);
  const lost = seen.fields.flatMap((field) => field.skipped ?? []);
  requireSome(screen, { done: seen.fields.length - lost.length, skipped: lost });
  const found = inspectFields(screen, seen.fields, { label, holdout, seed, controls, nucleiChannel: nuclei });
  const inspection = writeFlags(found, host.nameOption);
  const written =
    files === undefined ? undefined : await writeReport(inspection, { screen, colours, workers, seen, ...files }, host);
  return inspectionDocument(inspection, written ?? { out: null, table: null, skippedFile: null }, host.nameOption);
}

/** The controls that are asked for. @throws BadOption where only some of it is said */
function namedControls(asked: Pick<z.output<typeof inspectRequest>, 'controlColumn' | 'negative' | 'positive'>) {
  const negative = controlWellsOf(asked);
  const { positive: values } = asked;
  if (negative === undefined && values === undefined) return undefined;
  if (negative === undefined) throw positiveAlone();
  return { negative, positive: values && { column: negative.column, values: [...values] } };
}

/** Lets controls pass that the screen has. @throws what `findControls` throws */
function requireNamed(screen: Screen, { negative, positive }: NamedControls): void {
  findControls(screen, negative);
  if (positive) findControls(screen, positive, { option: 'positive' });
}

/** Refuses a column that gives each field a label of its own, and warns of one with few fields a label. @throws BadLabel */
function questionColumn(
  screen: Screen,
  { column, labels }: { column: string; labels: readonly string[] },
  { emit }: RunningHost,
): void {
  requireSharedLabels(screen, { column, labels });
  const crowded = crowdedLabelWords(screen, { column, labels });
  if (crowded) emit({ event: 'warned', message: `${crowded.problem}; ${crowded.remedy}` });
}

/** Writes the page, the table of fields beside it, and what could not be read. */
async function writeReport(
  inspection: Inspection,
  {
    screen,
    colours,
    workers,
    seen,
    out,
    table,
  }: { screen: Screen; colours: readonly Colour[]; workers: number; seen: SeenScreen } & ReportFiles,
  host: Host,
): Promise<Pick<InspectResult, 'out' | 'table' | 'skippedFile'>> {
  const { maps, pictures: plates, histograms, fields } = seen;
  const flagged = await paintFlagged(screen, inspection, { plates, colours, workers });
  const { nameOption } = host;
  const { milscope: version } = host.about.versions;
  const about = { version, nameOption };
  await writeStream(out, inspectionPage(inspection, { colours, maps, plates, ...flagged, histograms }, about), host);
  await writeStream(table, qualityTable(inspection), host);
  const skipped = fields.flatMap((field) => field.skipped ?? []);
  return { out, table, skippedFile: await writeSkippedBeside(table, skipped, host) };
}

/** The table that belongs to a page: its name with another ending. @throws BadOption unless it ends in .html */
function tableBeside(out: string): string {
  const ending = extname(out);
  if (/^\.html?$/i.test(ending)) return `${out.slice(0, -ending.length)}.csv`;
  throw new MilscopeError('BadOption', {
    option: `out ${out}`,
    problem: 'a page needs another name',
    expected: 'a name that ends in .html',
  });
}
