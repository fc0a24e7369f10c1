import { carriedColumns } from '../../evaluation/prediction-table.ts';
import { smallestNewField } from '../../network/new-network.ts';
import { plateOf } from '../../screen/plates/plates.ts';
import type { Screen } from '../../screen/screen.ts';
import { formatSkipped } from '../../screen/skipped.ts';
import type { RunningHost } from '../host.ts';
import { noteRendered } from '../shared/note-rendered.ts';
import { openScreen } from '../shared/open-screen.ts';
import type { StepPlan } from '../shared/run-folder.ts';
import { readTrainingCells } from '../shared/training-cells.ts';
import { requireClasses } from '../train/check-plan.ts';
import { chooseStepPlan, requireStepPlan } from '../train/choose-step-plan.ts';
import {
  type ExaminedScreen,
  examineScreen,
  type LabelledScreen,
  readLabelled,
  splitFieldsOf,
} from '../train/examine-screen.ts';
import { questionLabels } from '../train/question-labels.ts';
import { defaultCrop } from '../train/training-defaults.ts';
import { type ComparisonRecord, comparisonFiles, plannedSteps, writeComparisonRecord } from './comparison-folder.ts';
import type { ComparisonColumns, ComparisonContext } from './context.ts';
import { lookForCells, nucleiChannelOf } from './looked-for-cells.ts';
import { CLASSICAL_BASELINES, describeMethod, isTrained, looksAtCells, type Method } from './methods.ts';
import { hasSeveral, planComparison } from './plan-comparison.ts';
import type { CompareRequest } from './request.ts';
import { splitUnits, tellOfControls } from './split-units.ts';
import { countTrainings } from './training-count.ts';
import { readUnitResult } from './unit-result.ts';

/** A comparison with everything decided, before any image of the screen has been decoded. */
export interface OpenedComparison {
  readonly labelled: LabelledScreen;
  readonly record: ComparisonRecord;
  readonly columns: ComparisonColumns;
  /** Where cells come from. */
  readonly looked: Awaited<ReturnType<typeof prepareCells>>;
}

/** Decides what is to be run, and refuses all that can be known to be wrong before every image has been decoded. */
export async function openComparison(request: CompareRequest, host: RunningHost): Promise<OpenedComparison> {
  const whole = await openScreen(request.screen, request, host);
  noteRendered(whole, host);
  // Softmax and sigmoids side by side need one label a field.
  const head = request.heads.includes('softmax') ? 'softmax' : 'sigmoid';
  const labelled = await readLabelled(whole, { ...request, head }, host);
  questionLabels(labelled, { label: request.label, divided: true }, host);
  requireClasses(new Set(labelled.labelOf.values()), request);
  const { screen } = labelled;
  if (request.normalization === 'plate') plateOf(screen);
  await requireStepPlan(request, whole, host);
  const { record, columns } = await planComparison(labelled, request, host);
  const { units } = record;
  splitUnits(screen.fields, { labelled, units, request });
  const looked = await prepareCells(screen, record, host);
  return { labelled, record: withChannel(record, screen, looked), columns, looked };
}

/** What all units share, of a screen that was looked at. */
export async function contextOf(
  { labelled, record, columns, looked }: OpenedComparison,
  { examined, request }: { examined: ExaminedScreen; request: CompareRequest },
  host: RunningHost,
): Promise<ComparisonContext> {
  const { screen } = labelled;
  const { units } = record;
  const readable = examined.readable.map(({ field }) => field);
  const splitOf = splitUnits(readable, { labelled, units, request });
  tellOfControls(readable, { labelled, request }, host);
  const trainings = await countUndone(record, { splitOf, request }, host);
  return {
    ...{ request, examined, columns, splitOf, host },
    stepPlan: await stepPlanOf(record, { examined, request }, host),
    fields: splitFieldsOf(readable, labelled),
    labelByNumber: new Map(readable.map((field) => [field.imageNumber, labelled.labelOf.get(field)!])),
    several: hasSeveral(labelled),
    tableColumns: { metadata: carriedColumns(screen.columns).map(({ name }) => name), channels: screen.channels },
    trainings: countTrainings(trainings, host.clock.milliseconds),
    ...lookForCells(examined, { request, record, ...looked }, host),
  };
}

/** How the steps of all trainings are computed: as the comparison was begun, or by the crops of the whole screen. */
function stepPlanOf(
  record: ComparisonRecord,
  { examined: { screen, readable }, request }: { examined: ExaminedScreen; request: CompareRequest },
  host: RunningHost,
): Promise<StepPlan> | StepPlan {
  if (record.settings.plan !== 'auto') return plannedSteps(record);
  const { enlarge, crop = defaultCrop(readable, enlarge) } = request;
  return chooseStepPlan('auto', { channels: screen.channels.length, crop, enlarge }, host);
}

/** Decides what is to be run, looks at the whole screen, and writes `comparison.json`. */
export async function beginComparison(
  request: CompareRequest,
  host: RunningHost,
): Promise<{ record: ComparisonRecord; context: ComparisonContext }> {
  const opened = await openComparison(request, host);
  const leastSide = request.crop ?? smallestNewField(request.enlarge);
  const examined = await examineScreen(opened.labelled, { ...request, leastSide }, host);
  const context = await contextOf(opened, { examined, request }, host);
  const record = { ...opened.record, settings: { ...opened.record.settings, plan: context.stepPlan } };
  await writeBeginning(request.out, { record, examined }, host);
  return { record, context };
}

/** Says which channel was looked at, where nobody had named it. */
function withChannel(record: ComparisonRecord, { channels }: Screen, { channel }: { channel: number | undefined }) {
  const { cells } = record;
  if (!cells || channel === undefined) return record;
  return { ...record, cells: { ...cells, nucleiChannel: cells.nucleiChannel ?? channels[channel] } };
}

/** Where the cells of the methods that look at them will come from. @throws BadOption, and what `readCells` throws */
async function prepareCells(screen: Screen, { units, cells }: ComparisonRecord, host: RunningHost) {
  const looking = units.find(({ method }) => looksAtNuclei(method, cells?.cells));
  const channel = looking && nucleiChannelOf(screen, cells?.nucleiChannel, describeMethod(looking.method));
  const given =
    cells?.cells === undefined
      ? undefined
      : await readTrainingCells({ file: cells.cells, size: cells.cellSize }, screen, host);
  return { channel, given };
}

/** Whether a method has nuclei looked for; those that a network is shown may come from a table. */
function looksAtNuclei(method: Method, table: string | undefined): boolean {
  if (looksAtCells(method)) return table === undefined;
  return method.kind === 'baseline' && (CLASSICAL_BASELINES as readonly string[]).includes(method.name);
}

/** How many trainings are left to do. */
async function countUndone(
  { units }: ComparisonRecord,
  { splitOf, request }: Pick<ComparisonContext, 'splitOf' | 'request'>,
  { files }: RunningHost,
): Promise<number> {
  const done = await Promise.all(units.map((unit) => readUnitResult(request.out, unit, files)));
  return units
    .filter((unit, i) => isTrained(unit) && !done[i])
    .reduce((sum, { protocol, seed }) => sum + splitOf(protocol, seed).folds.length, 0);
}

async function writeBeginning(
  folder: string,
  { record, examined }: { record: ComparisonRecord; examined: ExaminedScreen },
  { files, nameOption }: RunningHost,
): Promise<void> {
  await writeComparisonRecord(folder, record, files);
  await files.write(comparisonFiles(folder).skipped, formatSkipped(examined.skipped, nameOption));
}
