import { MilscopeError, named } from '../../errors.ts';
import { smallestField } from '../../network/architecture.ts';
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

/** How many do the work of steps. */
interface StepWorkers {
  /** Fields or cells of a step. */
  readonly batch: number;
  /** As many as there are threads unless given. */
  readonly workers: number | undefined;
}

/**
 * Smallest side, in pixels that the network sees, from which on steps are computed in blocks unless the request says how.
 * Processor time of a step in blocks as a share of the reference's, batches of 16 to 128, AVX-512: side 64 1.15 to 1.31;
 * 96 0.94 to 1.09; 112 0.91; 135 1.11; 150 1.11; 165 1.02; 180 0.87 to 0.95; 200 0.86; 224 0.78; 256 0.70; 512 0.62; 900 0.64.
 */
const LEAST_SIDE = 160;

/**
 * Threads of a worker from which on the reference is chosen: a chain computes in one thread a worker, the reference in all. With
 * two, at 900 pixels on an idle machine, the reference takes 0.61 of its time with one, as much as blocks; from these figures it
 * takes 0.48 with three.
 */
const MANY_THREADS = 3;

/** Largest side of which a chain can keep what it computes: its memory is at most 4 GB, and holds 1.9 GB for 4000 pixels. */
const MOST_SIDE = 5000;

/**
 * How the steps of a training are computed: as asked, or in blocks where this machine can and that is faster: on large crops, if
 * there are enough workers for the threads of the processor.
 *
 * @throws BadOption when blocks are asked for and this machine, or the network, cannot
 */
export async function chooseStepPlan(
  asked: TrainRequest['plan'],
  work: StepWork & StepWorkers,
  host: Pick<Host, 'lanes' | 'threads'>,
): Promise<StepPlan> {
  if (asked === 'reference') return asked;
  const isSmall = work.crop * work.enlarge < LEAST_SIDE;
  if (asked === 'auto' && (isSmall || threadsEach(work, host) >= MANY_THREADS)) return 'reference';
  const reason = await whyNotBlocked(work, host);
  if (reason === undefined) return 'blocked';
  if (asked === 'auto') return 'reference';
  throw cannotBeBlocked(reason);
}

function threadsEach({ batch, workers }: StepWorkers, { threads }: Pick<Host, 'threads'>): number {
  return Math.floor(threads / Math.min(workers ?? threads, batch));
}

/** Why steps cannot be computed in blocks here, in words; undefined where they can. */
export async function whyNotBlocked(
  { channels, crop, enlarge }: StepWork,
  host: Pick<Host, 'lanes'>,
): Promise<string | undefined> {
  const side = crop * enlarge;
  if (side > MOST_SIDE) return `the network sees squares of ${side} pixels, and ${MOST_SIDE} are the most`;
  const lanes = await host.lanes();
  if (lanes === undefined) return 'ONNX Runtime has no convolutions in blocks of channels on this processor';
  const about = {
    ...({ channels, classes: 2, pooling: 'mean', sharpness: 1, head: 'softmax' } as const),
    normalization: { mean: new Array(channels).fill(0), deviation: new Array(channels).fill(1) },
    ...{ images: 1, height: crop, width: crop, enlarge },
  };
  if (createTrainingChain(about, lanes)) return undefined;
  return `a network on ${counted(channels, 'channel')} does not fit into blocks of ${lanes} channels`;
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
  const seen = Math.max(crop ?? 0, smallestField(enlarge));
  const reason = await whyNotBlocked({ channels: channels.length, crop: seen, enlarge }, host);
  if (reason !== undefined) throw cannotBeBlocked(reason);
}
