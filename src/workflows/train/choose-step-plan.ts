import { MilscopeError, named } from '../../errors.ts';
import { smallestNewField } from '../../network/new-network.ts';
import { createTrainingChain } from '../../network/training-chain.ts';
import { counted } from '../../words.ts';
import type { Host } from '../host.ts';
import type { StepPlan } from '../shared/run-folder.ts';
import type { TrainRequest } from './request.ts';

/** What a step is made on. */
interface StepWork {
  readonly channels: number;
  /** Side of the crops, or of the squares around cells (pixels of the field). */
  readonly crop: number;
  /** Factor by which the network enlarges them. */
  readonly enlarge: number;
}

/**
 * How the steps of a training are computed: as asked, or in blocks where this machine can. There is no trial of both: with
 * AVX-512, blocks took 0.53 to 0.61 of the processor time at every side from 64 to 900 pixels where images fill a sheet, and
 * 0.58 of the seconds with two threads for one worker. Only a single image of 64 pixels took as long either way.
 *
 * @throws BadOption when blocks are asked for and this machine, or the network, cannot
 */
export async function chooseStepPlan(
  asked: TrainRequest['plan'],
  work: StepWork,
  host: Pick<Host, 'lanes'>,
): Promise<StepPlan> {
  if (asked === 'reference') return asked;
  const reason = await whyNotBlocked(work, host);
  if (reason === undefined) return 'blocked';
  if (asked === 'auto') return 'reference';
  throw cannotBeBlocked(reason);
}

/** Why steps cannot be computed in blocks here, in words; undefined where they can. */
export async function whyNotBlocked(
  { channels, crop, enlarge }: StepWork,
  host: Pick<Host, 'lanes'>,
): Promise<string | undefined> {
  const lanes = await host.lanes();
  if (lanes === undefined) return 'ONNX Runtime has no convolutions in blocks of channels on this processor';
  const about = {
    ...({ channels, classes: 2, pooling: 'mean', sharpness: 1, head: 'softmax' } as const),
    normalization: { mean: new Array(channels).fill(0), deviation: new Array(channels).fill(1) },
    ...{ images: 1, height: crop, width: crop, enlarge },
  };
  if (createTrainingChain(about, lanes)) return undefined;
  if (channels >= lanes) {
    return `on this processor images may have at most ${counted(lanes - 1, 'channel')}, and have ${channels}`;
  }
  return `squares of ${crop * enlarge} pixels need more than the 4 GB of memory that blocks have`;
}

/** The error where blocks are asked for and cannot be. */
export function cannotBeBlocked(reason: string): MilscopeError {
  return new MilscopeError('BadOption', {
    option: 'plan',
    problem: `steps cannot be computed in blocks: ${reason}`,
    found: 'blocked',
    expected: 'auto or reference',
    remedy: `leave ${named('plan')} out`,
  });
}

/** Refuses, before any image is decoded, blocks that are asked for and cannot be. @throws BadOption */
export async function requireStepPlan(
  { plan, crop, enlarge }: Pick<TrainRequest, 'plan' | 'crop' | 'enlarge'>,
  { channels }: { readonly channels: readonly string[] },
  host: Pick<Host, 'lanes'>,
): Promise<void> {
  if (plan !== 'blocked') return;
  // Whether the crop is large enough is asked later, and in other words.
  const seen = Math.max(crop ?? 0, smallestNewField(enlarge));
  const reason = await whyNotBlocked({ channels: channels.length, crop: seen, enlarge }, host);
  if (reason !== undefined) throw cannotBeBlocked(reason);
}
