import { type EpochChoice, planValidation } from '../../evaluation/plan-validation.ts';
import { smallestNewField } from '../../network/new-network.ts';
import { channelMeans } from '../../pixels/channel-sums.ts';
import { describeSeen } from '../../pixels/seen-intensities.ts';
import { labelParts } from '../../screen/label-sets.ts';
import { decideNormalization } from '../../screen/plates/decide-normalization.ts';
import { measureNormalization } from '../../screen/plates/measure-normalization.ts';
import type { SkippedField } from '../../screen/skipped.ts';
import { placeOf, wellKey } from '../../screen/well.ts';
import type { Host } from '../host.ts';
import { screenOptionsOf } from '../shared/open-screen.ts';
import { recipeOf } from '../shared/recipe.ts';
import { cellsPerBag, type InstanceKind, type RunRecord, type StepPlan } from '../shared/run-folder.ts';
import type { TrainingCells } from '../shared/training-cells.ts';
import { requireClasses, requireFirstCrop, requireSize } from './check-plan.ts';
import { chooseStepPlan } from './choose-step-plan.ts';
import type { ExaminedScreen } from './examine-screen.ts';
import { planCells } from './place-cells.ts';
import type { TrainRequest } from './request.ts';
import {
  defaultBatch,
  defaultCrop,
  defaultEpochs,
  defaultFirstCrop,
  evenMicroBatch,
  fittingMicroBatch,
  RECIPE,
  RECIPE_OF_CELLS,
} from './training-defaults.ts';
import { describeUsed, drawUses, type Use, type UsedField, useFields } from './use-fields.ts';

/** What is asked of a training, wherever it runs. */
export type PlanRequest = Omit<
  TrainRequest,
  | 'out'
  | 'from'
  | 'cells'
  | 'cellSize'
  | 'nucleiChannel'
  | 'diameter'
  | 'resume'
  | 'overwrite'
  | 'keepEpochs'
  | 'report'
>;

/** A training with everything decided, in plain JSON. With the screen and its cells it can be run anywhere. */
export interface TrainingPlan extends Omit<RunRecord, 'versions' | 'started' | 'command' | 'folder'> {
  /** Fields that could not be read, and cells that are in no field. */
  readonly skipped: readonly SkippedField[];
}

/** What a plan depends on beside the screen and the request. */
export interface PlanInputs {
  /** What each readable field is used for, undefined for one that the run leaves out; drawn from the request unless given. */
  readonly uses?: readonly (Use | undefined)[];
  /** Cells to train on in place of fields, or that say which positions are pooled. */
  readonly cells?: TrainingCells | undefined;
  /** The model whose weights are taken over. */
  readonly from?: RunRecord['options']['from'];
  /** How steps are computed, where other runs have decided that. Whether this machine can is not asked. */
  readonly stepPlan?: StepPlan | undefined;
}

/**
 * Decides everything about a training that was left open: which fields are trained on, validate and are tested, the size of
 * crops and batches, the number of epochs, the normalization. The same screen, request, version, threads and memory give the
 * same plan; only how steps are computed and the size of the micro-batches depend on the machine.
 *
 * @throws BadLabel with fewer than two classes, TooSmall or BadOption when crops do not fit or steps cannot be computed as asked, BadTable when a class has no cells
 *   to train on, and what `splitFields` throws
 */
export async function planTraining(
  examined: ExaminedScreen,
  request: PlanRequest,
  { uses = drawUses(examined, request), cells, from = null, stepPlan }: PlanInputs,
  machine: Pick<Host, 'hash' | 'threads' | 'memory' | 'about' | 'lanes'>,
): Promise<TrainingPlan> {
  const { screen, table, measured } = examined;
  const instances = cells ? (request.instances ?? 'cells') : 'positions';
  const { used, skipped } = useFields(examined, { uses, cells, instances });
  const trained = used.filter(({ split }) => split === 'train');
  requireClasses(new Set(trained.map(({ label }) => label)), request);
  const usual = defaultCrop(used, request.enlarge);
  const squares = instances === 'foreground' ? undefined : cells;
  const crop = squares?.size ?? request.crop ?? usual;
  requireSize(used, { crop, least: smallestNewField(request.enlarge), option: squares ? 'cellSize' : 'crop' });
  const firstCrop = squares ? undefined : (request.firstCrop ?? defaultFirstCrop(crop, request.enlarge));
  if (firstCrop !== undefined) requireFirstCrop(firstCrop, { crop, least: smallestNewField(request.enlarge) });
  const { normalization, plates } = measureNormalization(examined.whole, {
    decided: decideNormalization(examined.whole, request),
    measured,
    trained: trained.map(({ field, measured: own }) => [field, own]),
  });
  const fields = describeUsed(used, examined);
  const placed = placedCells(used, { cells: squares, usual, instances });
  const foreground = squares ? undefined : cells;
  const batch = request.batch ?? defaultBatch({ cells: placed, instances });
  const work = { channels: screen.channels.length, crop, enlarge: request.enlarge };
  const plan = stepPlan ?? (await chooseStepPlan(request.plan, work, machine));
  const decided: Omit<TrainingPlan, 'runHash' | 'screen' | 'skipped'> = {
    milscope: machine.about.versions.milscope,
    label: request.label,
    classes: [...new Set(trained.flatMap(({ label }) => labelParts(label)))].sort(),
    channels: [...screen.channels],
    ...recipeOf(screen),
    options: decideOptions({
      request,
      from,
      crop,
      firstCrop,
      fields,
      cells: placed,
      foreground,
      instances,
      batch,
      plan,
      machine,
    }),
    normalization,
    intensities: describeSeen(
      trained.map(({ measured: own }) => ({ means: channelMeans(own).map(Math.fround), largest: own.largest })),
    ),
    validation: { ...chooseEpoch(used, request) },
    ...(plates && { plates: { ...plates } }),
    table,
    fields,
  };
  return { ...decided, runHash: await hashPlan(decided, machine), screen: request.screen, skipped };
}

/** How the epoch is chosen, once it is known which of the fields drawn for validation can be used. */
function chooseEpoch(used: readonly UsedField[], { validation: share, seed }: PlanRequest): EpochChoice {
  const known = used
    .filter(({ split }) => split !== 'test')
    .map(({ label, split, field }) => ({
      ...{ label, split, well: wellKey(field) },
      plate: placeOf(field.metadata).plate || undefined,
    }));
  return planValidation(known, { share, seed, validates: known.map(({ split }) => split === 'validation') }).epoch;
}

function placedCells(
  used: readonly UsedField[],
  { cells, usual, instances }: { cells: TrainingCells | undefined; usual: number; instances: InstanceKind },
): RunRecord['options']['cells'] {
  return cells ? planCells(used, { ...cells, crop: usual, instances }) : null;
}

function describeForeground({ file, sha256, nuclei }: TrainingCells): RunRecord['options']['foreground'] {
  return { file, sha256, ...(nuclei && { nuclei }) };
}

/** The options as `run.json` says them. */
function decideOptions({
  request,
  from,
  crop,
  firstCrop,
  fields,
  cells,
  foreground,
  instances,
  batch,
  plan,
  machine: { threads, memory },
}: {
  request: PlanRequest;
  from: RunRecord['options']['from'];
  crop: number;
  firstCrop: number | undefined;
  fields: RunRecord['fields'];
  cells: RunRecord['options']['cells'];
  foreground: TrainingCells | undefined;
  instances: InstanceKind;
  batch: number;
  plan: StepPlan;
  machine: Pick<Host, 'threads' | 'memory'>;
}): RunRecord['options'] {
  const { balance, enlarge, learningRate } = request;
  const usual = instances === 'cells' ? RECIPE_OF_CELLS : RECIPE;
  const workers = Math.min(request.workers ?? threads, batch);
  const images = cellsPerBag({ instances, cells }) ?? 1;
  const usualMicroBatch =
    plan === 'blocked'
      ? evenMicroBatch({ batch, workers })
      : fittingMicroBatch({ crop: crop * enlarge, images, batch, workers, memory });
  // What is not decoded is skipped, and says so itself.
  const { maxPixels: __, ...asRead } = screenOptionsOf(request);
  return {
    from,
    pooling: request.pooling,
    sharpness: request.sharpness,
    head: request.head,
    holdout: [...request.holdout],
    fraction: request.fraction,
    validation: request.validation,
    epochs: request.epochs ?? defaultEpochs(fields, { batch, balance, cells, instances, bag: request.bag }),
    balance,
    batch,
    microBatch: request.microBatch ?? usualMicroBatch,
    crop,
    ...(firstCrop !== undefined && { firstCrop }),
    enlarge,
    learningRate,
    thresholdLearningRate: request.thresholdLearningRate ?? usual.thresholds * learningRate,
    dropout: request.dropout ?? usual.dropout,
    schedule: request.schedule,
    jitter: request.jitter,
    averaging: request.averaging,
    cells,
    ...(foreground && { foreground: describeForeground(foreground) }),
    instances,
    ...(instances === 'cells' && { bag: request.bag }),
    ...(Object.keys(asRead).length > 0 && { screen: asRead }),
    ...(request.controlColumn !== undefined && { controlColumn: request.controlColumn }),
    ...(request.negative !== undefined && { negative: [...request.negative] }),
    ...(request.positive !== undefined && { positive: [...request.positive] }),
    ...(request.plateMeasure === 'median' && { plateMeasure: request.plateMeasure }),
    seed: request.seed,
    workers,
    plan,
  };
}

/** SHA-256 of everything that decides what is learned: the name of a run. How many workers there are changes nothing. */
function hashPlan(
  decided: Omit<TrainingPlan, 'runHash' | 'screen' | 'skipped'>,
  { hash }: Pick<Host, 'hash'>,
): Promise<string> {
  // Positive controls are only looked at when the training is over.
  const { workers: _, positive: __, plan, instances, dropout, ...options } = decided.options;
  // Runs keep the names that they had before there was another plan, and other instances.
  const computed = {
    ...options,
    ...(plan !== 'reference' && { plan }),
    ...(instances === 'cells' && { instances }),
    ...(dropout !== 1 && { dropout }),
  };
  // How the epoch is chosen, and which intensities there are, follows from the fields.
  const { validation: ___, intensities: ____, ...rest } = decided;
  return hash(JSON.stringify({ ...rest, options: computed }));
}
