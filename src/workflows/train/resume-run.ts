import { MilscopeError, named } from '../../errors.ts';
import { isThere } from '../../files/read-text.ts';
import { hashScreen } from '../../screen/hash-files.ts';
import { NO_ILLUMINATION } from '../../screen/illumination/illuminate.ts';
import type { Screen } from '../../screen/screen.ts';
import { readSkipped } from '../../screen/skipped.ts';
import { decodeCheckpoint } from '../../training/checkpoint.ts';
import type { TrainingState } from '../../training/state.ts';
import type { Host, RunningHost } from '../host.ts';
import { decisiveFields } from '../request-fields.ts';
import { findCells } from '../shared/find-cells.ts';
import { openScreen } from '../shared/open-screen.ts';
import { type RunRecord, readRunRecord, runFiles } from '../shared/run-folder.ts';
import {
  hashCells,
  nucleiChannelOf,
  readTrainingCells,
  type TrainingCells,
  usualCellSize,
} from '../shared/training-cells.ts';
import type { Begun } from './begin-run.ts';
import type { TrainingPlan } from './plan-training.ts';
import { decidedRequest } from './recorded-request.ts';
import { type TrainRequest, trainRequest } from './request.ts';

/**
 * Finds the run in the folder, which must have been begun with the same screen and options, and its last checkpoint; reads the
 * screen as it did.
 *
 * @throws ResumeMismatch
 */
export async function resumeRun(request: TrainRequest, host: RunningHost): Promise<Begun> {
  const record = await readRunRecord(request.out, host.files);
  requireSameRequest(request, record);
  const { cells: squares, foreground, batch } = record.options;
  // Runs of before illumination functions were known were begun on pixels as they are.
  const asKnown = record.illumination === undefined ? { illumination: NO_ILLUMINATION } : {};
  const screen = await openScreen(request.screen, { ...asKnown, ...record.options.screen }, host);
  requireSame(await hashScreen(screen, host), record.table, { file: request.screen, what: 'table' });
  requireFields(screen, record);
  const cells = squares || foreground ? await cellsAgain(record, screen, host) : undefined;
  const { plan, state } = await continueRun(record, request.out, host);
  // As many workers as there may be today: the weights are the same.
  const workers = Math.min(request.workers ?? host.threads, batch);
  return {
    plan: { ...plan, options: { ...plan.options, workers } },
    inputs: { screen, cells: cells?.byImage, state },
  };
}

/** The cells that a run was begun with, read from their table again, or found again. @throws ResumeMismatch for others */
async function cellsAgain({ options, fields }: RunRecord, screen: Screen, host: RunningHost): Promise<TrainingCells> {
  const { file, sha256, nuclei } = (options.cells ?? options.foreground)!;
  const { size = usualCellSize(options.enlarge) } = options.cells ?? {};
  if (!nuclei) {
    requireSame(await hashCells(file, host), sha256, { file, what: 'table of cells' });
    return readTrainingCells({ file, size }, screen, host);
  }
  const used = new Set(fields.map(({ imageNumber }) => imageNumber));
  const seen = screen.fields.filter(({ imageNumber }) => used.has(imageNumber));
  const { channel, diameter } = nuclei;
  return findCells(screen, { fields: seen, channel: nucleiChannelOf(screen, channel), diameter, size }, host);
}

/** What `auto` leaves open. */
const OPEN_TO: ReadonlySet<string> = new Set(['plan', 'normalization']);

/**
 * Accepts a request that asks for what the run was begun with, in every field that decides what is learned; one that it leaves
 * out, and that has no default, is as it was; so is what it leaves open with `auto`.
 *
 * @throws ResumeMismatch
 */
export function requireSameRequest(
  request: TrainRequest,
  record: Pick<RunRecord, 'label' | 'options' | 'normalization'>,
): void {
  const asked = request as Readonly<Record<string, unknown>>;
  const known = decidedRequest(record) as Readonly<Record<string, unknown>>;
  for (const name of decisiveFields(trainRequest)) {
    const isOpen = asked[name] === undefined || (OPEN_TO.has(name) && asked[name] === 'auto');
    if (isOpen || JSON.stringify(asked[name]) === JSON.stringify(known[name])) continue;
    throw new MilscopeError('ResumeMismatch', {
      option: name,
      problem: 'the run in the folder was begun otherwise',
      found: JSON.stringify(asked[name]),
      expected: JSON.stringify(known[name]),
      remedy: `give the same options as at first, or start anew with ${named('overwrite')}`,
    });
  }
}

/** A program may have taken fields out of a screen since. */
function requireFields({ source, fields }: Screen, record: Pick<RunRecord, 'fields'>): void {
  const known = new Set(fields.map(({ imageNumber }) => imageNumber));
  const lost = record.fields.filter(({ imageNumber }) => !known.has(imageNumber));
  if (lost.length === 0) return;
  throw new MilscopeError('ResumeMismatch', {
    file: source,
    problem: 'the screen lacks fields that the run was begun with',
    found: `no field ${lost[0]!.imageNumber}, and ${lost.length} of ${record.fields.length} in all`,
    remedy: `give the whole screen, or start anew with ${named('overwrite')}`,
  });
}

function requireSame(hash: string, known: string, { file, what }: { file: string; what: string }): void {
  if (hash === known) return;
  throw new MilscopeError('ResumeMismatch', {
    file,
    problem: `the ${what} ${hash === '' ? 'does not exist any more, or cannot be read' : 'is not the one that the run was begun with'}`,
    remedy: `give that table, or start anew with ${named('overwrite')}`,
  });
}

/** The plan of a run of this record, and how far the training has come. @throws ResumeMismatch for a damaged checkpoint */
export async function continueRun(
  { versions: _, started: __, command: ___, folder: ____, ...decided }: RunRecord,
  folder: string,
  { files }: Pick<Host, 'files'>,
): Promise<{ readonly plan: TrainingPlan; readonly state: TrainingState | undefined }> {
  const { checkpoint, skipped: list } = runFiles(folder);
  const skipped = (await isThere(list, files)) ? await readSkipped(list, files) : [];
  const state = (await isThere(checkpoint, files))
    ? decodeCheckpoint(await files.read(checkpoint), checkpoint)
    : undefined;
  return { plan: { ...decided, skipped }, state };
}
