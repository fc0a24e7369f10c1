import { named } from '../../errors.ts';
import { fieldsPerEpoch } from '../../training/balance.ts';
import type { TrainingInputs } from '../../training/inputs.ts';
import type { BestEpoch, TrainingState } from '../../training/state.ts';
import { combination } from '../../training/targets.ts';
import { type TrainingEvent, train, wholeFields } from '../../training/trainer.ts';
import type { RunningHost } from '../host.ts';
import { duration } from '../shared/duration.ts';
import { type EpochLine, instancesOf } from '../shared/run-folder.ts';
import { beginTask } from '../task.ts';
import type { TrainingPlan } from './plan-training.ts';
import type { RunPart } from './run-parts.ts';
import { shareOfWork } from './time-training.ts';

type EpochEvent = Extract<TrainingEvent, { readonly kind: 'epoch' }>;

/**
 * Trains to the end and gives every epoch, last the best of them. When the host's signal is aborted it gives the state after
 * the step under way, and last nothing.
 */
export async function* followTraining(
  { options }: TrainingPlan,
  inputs: TrainingInputs,
  { fleeting = false }: { fleeting?: boolean | undefined },
  host: RunningHost,
): AsyncGenerator<RunPart, BestEpoch | undefined, undefined> {
  const { epochs } = options;
  const perEpoch = fieldsPerEpoch(inputs.fields.map(combination), inputs.options.balance);
  const doneBy = (state: TrainingState) => (state.epoch - 1) * perEpoch + wholeFields(state);
  const shareBy = (state: TrainingState) => shareOfWork(options, doneBy(state) / perEpoch);
  const startShare = inputs.state && shareBy(inputs.state);
  const task = beginTask(host, {
    task: 'training',
    total: epochs * perEpoch,
    unit: unitOf(options),
    start: inputs.state ? doneBy(inputs.state) : 0,
    ...(startShare !== undefined && { startShare }),
    fleeting,
  });
  const foretell = fleeting ? undefined : createForetelling(host);
  let last = inputs.state;
  let training: EpochEvent['training'] | undefined;
  let began = host.clock.milliseconds();
  for await (const event of train(inputs)) {
    const { state } = event;
    last = state;
    if (event.kind === 'epoch') {
      training = event.training;
      const now = host.clock.milliseconds();
      yield { part: 'epoch', line: lineOf(event, { seconds: (now - began) / 1000 }), state };
      began = now;
      tellEpoch(event, { options, keep: inputs.options.keep }, host);
    } else if (!host.signal.aborted) {
      const { loss, correct, fields } = state.tally;
      const figures = `loss ${(loss / fields).toFixed(3)}  accuracy ${(correct / fields).toFixed(3)}`;
      const what = event.isAlone ? ', cells alone' : '';
      foretell?.(shareBy(state) ?? doneBy(state) / (epochs * perEpoch));
      task.update(doneBy(state), `epoch ${state.epoch} of ${epochs}${what}  ${figures}`, shareBy(state));
    }
    if (host.signal.aborted) {
      if (event.kind === 'step') yield { part: 'stopped', state };
      task.end(`interrupted in epoch ${state.epoch}`);
      return undefined;
    }
  }
  task.end();
  const labels = inputs.fields.map(combination);
  const little =
    training && options.head === 'softmax' ? learnedLittle(training, { labels, unit: unitOf(options) }) : undefined;
  if (little !== undefined) host.emit({ event: 'warned', message: little });
  return last!.best!;
}

/** Milliseconds of steps from which the time of a training is told, and seconds that it must still take to be worth telling. */
const [SEEN, WORTH_TELLING] = [2000, 20];

/** Says once, soon after the first step, how long the rest of a training takes. It is told which share of the work is done. */
export function createForetelling({ emit, clock }: Pick<RunningHost, 'emit' | 'clock'>): (share: number) => void {
  let first: { readonly at: number; readonly share: number } | undefined;
  let isTold = false;
  return (share) => {
    const now = clock.milliseconds();
    // The first step warms up.
    first ??= { at: now, share };
    if (isTold || now - first.at < SEEN || share <= first.share) return;
    isTold = true;
    const left = ((1 - share) * (now - first.at)) / (share - first.share) / 1000;
    if (left >= WORTH_TELLING)
      emit({ event: 'noted', message: `the training takes about ${duration(left)} from here` });
  };
}

/** A training that leaves more than this share of what the most frequent class gets wrong has learned little. */
const LITTLE = 0.8;

/** What there is to say of a network that is hardly better on its own training fields than the most frequent class; undefined of others. */
export function learnedLittle(
  { correct, fields: shown }: Pick<EpochEvent['training'], 'correct' | 'fields'>,
  { labels, unit }: { readonly labels: readonly string[]; readonly unit: string },
): string | undefined {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [right, usual] = [correct / shown, Math.max(...counts.values()) / labels.length];
  if (!(1 - right > LITTLE * (1 - usual))) return undefined;
  return (
    `in the last epoch, ${right.toFixed(2)} of the training ${unit} were predicted correctly, and the most frequent class alone would be right for ${usual.toFixed(2)}: ` +
    `the network has learned little. Train longer with ${named('epochs')}, and see with "milscope inspect" whether the classes can be told apart`
  );
}

/** What a training counts. */
export function unitOf(options: TrainingPlan['options']): string {
  if (instancesOf(options) === 'cropped-cells') return 'cells';
  return options.bag === 'well' ? 'wells' : 'fields';
}

function lineOf(
  { epoch, training, validation, rate, isAlone, isSettled, isBest }: EpochEvent,
  { seconds }: { seconds: number },
): EpochLine {
  return {
    epoch,
    trainingLoss: training.loss / training.fields,
    trainingAccuracy: training.correct / training.fields,
    validationLoss: validation ? validation.loss / validation.fields : null,
    validationAccuracy: validation ? validation.correct / validation.fields : null,
    learningRate: rate,
    ...(isAlone && { alone: true }),
    ...(isSettled && { settled: true }),
    best: isBest,
    seconds,
  };
}

function tellEpoch(
  { epoch, training, validation, rate, isBest }: EpochEvent,
  { options, keep }: Pick<TrainingPlan, 'options'> & Pick<TrainingInputs['options'], 'keep'>,
  { emit }: RunningHost,
): void {
  emit({
    event: 'epoch',
    epoch,
    training,
    ...(validation && { validation }),
    unit: unitOf(options),
    several: options.head === 'sigmoid',
    learningRate: rate,
    best: isBest && keep !== 'last',
  });
}
