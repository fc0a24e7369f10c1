import { PAPER_LAYERS, scaleDropout } from '../../network/architecture.ts';
import { hasPoolingCurve } from '../../network/pooling/curve.ts';
import type { SessionPool } from '../../onnx/session-pool.ts';
import { beforeExposure } from '../../pixels/exposure.ts';
import { fillOf } from '../../prediction/cut-cells.ts';
import { CELLS_TOGETHER } from '../../prediction/predict-cells.ts';
import { createFieldSource, type FieldSource } from '../../screen/field-source.ts';
import { labelParts } from '../../screen/label-sets.ts';
import { type AdjustField, matchPlates, plateExposures } from '../../screen/plates/plates.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { parseBalance } from '../../training/balance.ts';
import type { TrainingInputs, TrainingOptions } from '../../training/inputs.ts';
import type { TrainingState } from '../../training/state.ts';
import type { RunningHost } from '../host.ts';
import { cellsPerBag, instancesOf, type RunRecord } from '../shared/run-folder.ts';
import type { TrainingCells } from '../shared/training-cells.ts';
import { tellLost } from '../task.ts';
import { createCellSource } from './cell-source.ts';
import { firstParameters } from './first-parameters.ts';
import type { TrainingPlan } from './plan-training.ts';
import { bagsOf } from './training-defaults.ts';

/** What a plan is run on. */
export interface RunInputs {
  /** The screen that the plan was made for, read as its options say. */
  readonly screen: Screen;
  /** The cells of a run on cells, or on the positions that hold some. */
  readonly cells?: TrainingCells['byImage'] | undefined;
  /** Where to go on; the beginning unless given. */
  readonly state?: TrainingState | undefined;
  /** Whether its progress is only shown while it lasts. */
  readonly fleeting?: boolean;
  /** Whether pictures of the tested fields are made for a report. */
  readonly report?: boolean;
}

/** The fields of a plan, ready to be read. */
export interface PlannedFields {
  /** In the order of the plan. */
  readonly fields: readonly Field[];
  readonly source: FieldSource;
  /** What is done to the intensities of a field before the network sees them. */
  readonly adjust: AdjustField | undefined;
}

/** Finds the fields of a plan in its screen. */
export function openFields(
  { fields, normalization, plates, options }: TrainingPlan,
  { screen }: RunInputs,
  host: RunningHost,
): PlannedFields {
  const byNumber = new Map(screen.fields.map((field) => [field.imageNumber, field]));
  return {
    fields: fields.map(({ imageNumber }) => byNumber.get(imageNumber)!),
    source: createFieldSource(
      screen,
      {
        // Cells are kept, and their fields read but once.
        ...(options.cells && { cacheBytes: 0 }),
        onSkip: (entry) => tellLost(host, { ...entry, message: `left out from now on: ${entry.message}` }),
      },
      host,
    ),
    adjust: plates && matchPlates(screen, { plates, normalization }),
  };
}

/**
 * After how many epochs of bags of cells the validation fields are predicted: an epoch shows some cells of each training bag, and
 * they are predicted with all of theirs.
 */
const VALIDATIONS_OF_CELLS = 20;

/** How often the validation fields are predicted; after each epoch unless it says so. */
export function validationsOf(options: RunRecord['options']): number | undefined {
  return instancesOf(options) === 'cells' ? VALIDATIONS_OF_CELLS : undefined;
}

/** What the trainer is told of a plan, and of the machine where it needs that. */
export async function trainerOptions(
  { options, classes, channels, normalization, validation }: TrainingPlan,
  host: Pick<RunningHost, 'lanes'>,
): Promise<TrainingOptions> {
  return {
    ...options,
    balance: parseBalance(options.balance)!,
    thresholdRate: options.thresholdLearningRate / options.learningRate,
    network: {
      ...{ channels: channels.length, classes: classes.length, pooling: options.pooling },
      ...(options.dropout !== 1 && { layers: scaleDropout(PAPER_LAYERS, options.dropout) }),
    },
    normalization,
    keep: validation?.by === 'last' ? 'last' : 'best',
    cellsPerBag: cellsPerBag(options),
    validations: validationsOf(options),
    ...(instancesOf(options) === 'cells' && {
      beginsAlone: true,
      settles: hasPoolingCurve(options.pooling),
    }),
    foreground: options.foreground !== undefined,
    window: options.cells?.window,
    ...(options.plan === 'blocked' && { lanes: await host.lanes() }),
  };
}

/** What the trainer needs to run a plan; `placeOf` says to which field of the plan a cell belongs, where cells are trained on. */
export async function openTrainingInputs(
  plan: TrainingPlan,
  { fields, source }: Omit<PlannedFields, 'adjust'>,
  { screen, cells, state, fleeting, pool }: RunInputs & { pool: SessionPool },
  host: RunningHost,
): Promise<TrainingInputs & { readonly placeOf?: (key: number) => number }> {
  const { classes } = plan;
  // The workers do it, since a changed copy of each field would be made anew in each epoch.
  const exposuresOf = plan.plates && plateExposures(screen, { plates: plan.plates, normalization: plan.normalization });
  const targetsOf = (label: string) => labelParts(label).map((part) => classes.indexOf(part));
  const pick = (split: string) =>
    plan.fields.flatMap(({ label, split: of }, key) => (of === split ? [{ key, targets: targetsOf(label) }] : []));
  const known = await trainerOptions(plan, host);
  const rest = { pool, state, initial: state ? undefined : await firstParameters(plan, known.network, host) };
  const squares = plan.options.cells ? cells : undefined;
  // Plates are made alike later.
  const fill = fillOf(plan.normalization);
  const fillBefore = (field: Field) => (fill && exposuresOf ? beforeExposure(fill, exposuresOf(field)) : fill);
  const shown =
    squares && (await createCellSource(plan, { fields, byImage: squares, source, fillBefore, fleeting }, host));
  if (shown && instancesOf(plan.options) === 'cells') {
    const { bag } = plan.options;
    const bags = (['train', 'validation'] as const).map((split) => bagsOf(plan.fields, { split, bag }));
    // Under the place of their first field.
    const placesOf = new Map(bags.flat().map(({ places }) => [places[0]!, places]));
    const [training, validation] = bags.map((of) =>
      of.map(({ label, places }) => ({ key: places[0]!, targets: targetsOf(label) })),
    );
    return {
      ...{ options: known, fields: training!, validation: validation!, ...rest },
      read: async () => undefined,
      readCells: async (key) => shown.readBag(placesOf.get(key)!),
      ...(exposuresOf && { plate: (key) => exposuresOf(fields[key]!) }),
    };
  }
  return {
    options: { ...known, ...(shown && { validationBatch: CELLS_TOGETHER }) },
    fields: shown ? shown.cellsOf(pick('train')) : pick('train'),
    validation: shown ? shown.cellsOf(pick('validation')) : pick('validation'),
    read: shown ? shown.read : (key) => source.read(fields[key]!),
    ...(exposuresOf && { plate: (key) => exposuresOf(fields[shown ? shown.placeOf(key) : key]!) }),
    ...rest,
    ...(plan.options.foreground && { cellsOf: (key: number) => cells!.get(fields[key]!.imageNumber) ?? [] }),
    ...(shown && { placeOf: shown.placeOf }),
  };
}
