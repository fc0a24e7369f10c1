import { named } from '../../errors.ts';
import { splitFields } from '../../evaluation/splits.ts';
import { smallestNewField } from '../../network/new-network.ts';
import { agreeing, counted } from '../../words.ts';
import type { RunningHost } from '../host.ts';
import type { NucleiOptions } from '../profile/measure-field.ts';
import { compareRecipe } from '../shared/compare-recipe.ts';
import { findCells } from '../shared/find-cells.ts';
import { noteRendered } from '../shared/note-rendered.ts';
import { openModel } from '../shared/open-model.ts';
import { openScreen } from '../shared/open-screen.ts';
import { instancesOf, type RunRecord, type StepPlan } from '../shared/run-folder.ts';
import {
  AUTO_CELLS,
  nucleiChannelOf,
  readTrainingCells,
  type TrainingCells,
  usualCellSize,
} from '../shared/training-cells.ts';
import { requireClasses, requireShown } from './check-plan.ts';
import { requireStepPlan } from './choose-step-plan.ts';
import { examineScreen, type LabelledScreen, readLabelled, splitFieldsOf } from './examine-screen.ts';
import { describeSource } from './first-parameters.ts';
import { planTraining, type TrainingPlan } from './plan-training.ts';
import { questionLabels } from './question-labels.ts';
import type { TrainRequest } from './request.ts';
import { hasFirstCrops } from './time-training.ts';
import type { RunInputs } from './training-inputs.ts';
import { writePlan } from './write-run.ts';

/** A run with everything decided, and what it is run on. */
export interface Begun {
  readonly plan: TrainingPlan;
  readonly inputs: RunInputs;
}

/** The screen and the cells of a training, before any image of theirs has been decoded. */
export interface OpenedTraining {
  readonly labelled: LabelledScreen;
  /** The cells of a table. */
  readonly cells: TrainingCells | undefined;
  /** How cells are found, where they are. */
  readonly nuclei: CellSearch | undefined;
  readonly from: RunRecord['options']['from'];
}

/** How cells are found, and shown to the network. */
export type CellSearch = NucleiOptions & Pick<TrainingCells, 'size'>;

/** Opens what a training needs, and refuses all that can be known to be wrong before every image has been decoded. */
export async function openTraining(request: TrainRequest, host: RunningHost): Promise<OpenedTraining> {
  const { cells: file, cellSize: size = usualCellSize(request.enlarge) } = request;
  if (file !== undefined) requireShown(size, { least: smallestNewField(request.enlarge), option: 'cellSize' });
  const whole = await openScreen(request.screen, request, host);
  const found = file === AUTO_CELLS;
  const nuclei = found
    ? { channel: nucleiChannelOf(whole, request.nucleiChannel), diameter: request.diameter, size }
    : undefined;
  const cells = file === undefined || found ? undefined : await readTrainingCells({ file, size }, whole, host);
  noteRendered(whole, host);
  const from = await describeSource(request.from, host);
  if (from)
    await compareRecipe(whole, { path: from.file, ...(await openModel(from.file, host)) }, host, { learns: true });
  const labelled = await readLabelled(whole, request, host);
  const { label, validation, fraction, holdout } = request;
  questionLabels(labelled, { label, divided: validation > 0 || fraction < 1 || holdout.length > 0 }, host);
  requireClasses(new Set(labelled.labelOf.values()), request);
  await requireStepPlan(request, whole, host);
  const aside = whole.fields.filter((field) => !labelled.labelOf.has(field));
  splitFields(splitFieldsOf(labelled.screen.fields, labelled), { ...request, screen: labelled.screen, aside });
  return { labelled, cells, nuclei, from };
}

/** Looks at the whole screen, decides everything that is open, and writes that into the run folder. */
export async function beginRun(
  request: TrainRequest,
  host: RunningHost,
  { stepPlan }: { readonly stepPlan?: StepPlan | undefined } = {},
): Promise<Begun> {
  const { labelled, cells: given, nuclei, from } = await openTraining(request, host);
  const squares = request.instances === 'foreground' ? undefined : (given ?? nuclei);
  const leastSide = squares?.size ?? request.crop ?? smallestNewField(request.enlarge);
  const examined = await examineScreen(labelled, { ...request, leastSide }, host);
  const fields = examined.readable.map(({ field }) => field);
  const cells = nuclei ? await findCells(examined.screen, { ...nuclei, fields }, host) : given;
  const plan = await planTraining(examined, request, { cells, from, stepPlan }, host);
  await writePlan(plan, request.out, host);
  describePlan(plan, host);
  return { plan, inputs: { screen: examined.screen, cells: cells?.byImage } };
}

/** The sides of the crops of a training, or of its squares around cells. */
export function cropWords(options: Pick<TrainingPlan['options'], 'crop' | 'firstCrop'>): string {
  return hasFirstCrops(options) ? `${options.firstCrop} and later ${options.crop}` : String(options.crop);
}

/** Says in one line what a run is, and in a few more which cells it has. */
function describePlan(plan: TrainingPlan, host: RunningHost): void {
  const count = (split: string) => plan.fields.filter((field) => field.split === split).length;
  const { classes, channels, options } = plan;
  const enlarged = options.enlarge > 1 ? `, enlarged ${options.enlarge} times` : '';
  host.emit({
    event: 'noted',
    message:
      `${counted(classes.length, 'class')} (${classes.join(', ')}); ${counted(count('train'), 'field')} to train on, ` +
      `${count('validation')} to validate, ${count('test')} held out; channels ${channels.join(', ')}; ` +
      `${options.cells ? 'squares around cells' : 'crops'} of ${cropWords(options)} pixels${enlarged}; ${counted(options.epochs, 'epoch')}; plan ${options.plan}`,
  });
  if (plan.validation)
    host.emit({
      event: 'noted',
      message: describeValidation(plan.validation, { ...options, fields: count('validation') }),
    });
  if (options.cells ?? options.foreground) describeCells(plan, host);
}

/** Says how the epoch is chosen, and the thresholds of labels where there may be several. */
function describeValidation(
  { by, words }: NonNullable<TrainingPlan['validation']>,
  { head, fields }: Pick<TrainingPlan['options'], 'head'> & { readonly fields: number },
): string {
  if (head === 'softmax')
    return by === 'last' && fields > 0 ? `${words}; ${named('validation')} 0 trains on them too` : words;
  return by === 'validation'
    ? `${words} and the thresholds of the labels`
    : `${words}; the thresholds of the labels are 0.5`;
}

/** Says how many cells there are, and which are left out. */
function describeCells({ fields, options, skipped }: TrainingPlan, { emit }: RunningHost): void {
  const say = (message: string) => emit({ event: 'noted', message });
  const cells = fields.filter(({ split }) => split === 'train').reduce((sum, field) => sum + field.cells!, 0);
  const bag = instancesOf(options) === 'cells' ? (options.bag ?? 'field') : undefined;
  const shown = `at most ${options.cells?.perField} of a ${bag ?? 'field'} in an epoch`;
  const pooled = options.foreground
    ? 'of each field the positions that hold some are pooled'
    : bag
      ? `the instances of each ${bag}, ${shown}`
      : shown;
  say(`${counted(cells, 'cell')} to train on, ${pooled}`);
  const left = skipped.filter(({ tag }) => ['NoCell', 'BadCell', 'UnknownField'].includes(tag));
  const empty = skipped.filter(({ tag }) => tag === 'NoCell').length;
  if (empty * 2 > fields.length + empty) {
    const message = `${counted(empty, 'field')} of ${fields.length + empty} ${agreeing(empty, 'has', 'have')} no cell and ${agreeing(empty, 'is', 'are')} left out: is this the whole table of the cells of this screen?`;
    emit({ event: 'warned', message });
  }
  for (const { message } of left.slice(0, 5)) say(`  ${message}`);
  if (left.length > 5) say(`  … and ${left.length - 5} more such fields: see skipped.csv`);
}
