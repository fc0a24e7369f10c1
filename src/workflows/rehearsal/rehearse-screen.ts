import { markedMessage } from '../../errors.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import type { ScreenOptions } from '../../screen/screen-options.ts';
import { requireSome } from '../../screen/skipped.ts';
import type { OpenModel } from '../opened.ts';
import { openScreenLike, readWholeLike } from '../shared/open-model-screen.ts';
import type { Run } from '../workflow.ts';
import { readsOf, writesOf } from './describe-files.ts';
import type { Rehearsal } from './document.ts';
import { timeFor, together } from './estimate.ts';
import { followTrial, type Trial } from './follow-trial.ts';
import type { RehearsingHost } from './rehearsing-host.ts';
import { describeScreen, type SeenFields, sampleFields, seeFields } from './see-fields.ts';

/** A request of work that goes through a screen field by field. */
type ScreenRequest = ScreenOptions & { readonly screen: string; readonly model?: string | undefined };

/** A screen that was opened for a rehearsal, and what its files say. */
export interface RehearsedWork {
  /** The screen as the work sees it. */
  readonly screen: Screen;
  readonly seen: SeenFields;
}

/** What is particular to a workflow. */
export interface ScreenPlan {
  /** Sentences that say what is done. */
  readonly does: readonly string[];
  /** Paths that are written, see `writesOf`. */
  readonly writes: Parameters<typeof writesOf>[0];
  /** Files that are read beside the screen and the model. */
  readonly reads?: readonly (string | undefined)[];
  /** The fields that are worked on; all unless given. */
  readonly fields?: readonly Field[];
  /** How much there is to do in the main task, and in some of the fields; fields are counted unless given. */
  readonly unitsOf?: (fields: readonly Field[]) => number;
  /** How many fields are worked on at once where the trial does one after the other. */
  readonly atOnce?: number;
}

/** Fields of a trial for each thread, and at least and at most. */
const [PER_THREAD, FEWEST, MOST] = [2, 3, 12];

/**
 * Rehearses work that goes through a screen: opens it, reads the headers of all files, and does the work itself on a few fields,
 * with files that are only imagined. So everything that the work refuses is refused here.
 *
 * @param main the task whose progress tells how long the whole takes
 */
export async function rehearseScreen<Request extends ScreenRequest>(
  { command, main }: { command: string; main: string },
  {
    request,
    trial,
    plan,
  }: {
    request: Request;
    /** Does the work, on the screen that the host has opened. */
    trial: (host: RehearsingHost) => Run<unknown>;
    plan: (work: RehearsedWork, host: RehearsingHost) => Promise<ScreenPlan>;
  },
  host: RehearsingHost,
): Promise<Rehearsal> {
  const whole = await readWholeLike(request.screen, request, host);
  const opened = (screen: Screen, part = false): RehearsingHost => ({
    ...host,
    opened: {
      models: new Map<string, OpenModel>(),
      ...host.opened,
      screens: new Map([[request.screen, screen]]),
      part,
    },
  });
  const screen = await openScreenLike(request.screen, request, opened(whole));
  const seen = await seeFields(screen, host);
  requireSome(screen, { done: seen.readable.length, skipped: seen.skipped });
  const planned = await plan({ screen, seen }, opened(whole));
  const worked = new Set(planned.fields ?? screen.fields);
  const able = seen.readable.filter(({ field }) => worked.has(field));
  const count = Math.min(MOST, Math.max(FEWEST, PER_THREAD * host.threads));
  const sample = sampleFields({ readable: able }, count);
  const numbers = new Set(sample.map(({ imageNumber }) => imageNumber));
  const few = { ...whole, fields: whole.fields.filter(({ imageNumber }) => numbers.has(imageNumber)) };
  const tried = await followTrial(trial(opened(few, true)), { main }, host);
  const scales = scalesOf({ main, sample, able: able.map(({ field }) => field), seen, ...planned });
  return {
    command,
    reads: {
      files: await readsOf([...(screen.tables ?? []), request.model, ...(planned.reads ?? [])], host),
      screen: describeScreen(screen, seen),
    },
    does: [...planned.does, ...unreadableWords(seen), ...failureWords(tried, sample.length)],
    writes: await writesOf(planned.writes, request as { resume?: boolean }, host),
    ...secondsOf(tried, { scale: scales, fields: sample.length, atOnce: planned.atOnce }),
  };
}

/** How many units each task has in the whole. */
function scalesOf({
  main,
  sample,
  able,
  seen,
  unitsOf = ({ length }) => length,
}: Pick<ScreenPlan, 'unitsOf'> & {
  main: string;
  sample: readonly Field[];
  able: readonly Field[];
  seen: SeenFields;
}): (task: string, units: number) => number {
  return (task, units) => {
    if (task !== main) return (units * seen.readable.length) / Math.max(1, sample.length);
    return (units * unitsOf(able)) / Math.max(1, unitsOf(sample));
  };
}

function secondsOf(
  { tasks }: Trial,
  {
    scale,
    fields,
    atOnce = 1,
  }: { scale: (task: string, units: number) => number; fields: number; atOnce?: number | undefined },
): Pick<Rehearsal, 'seconds' | 'how'> {
  if (tasks.length === 0) return { seconds: null, how: 'no field could be tried' };
  const seconds = together(tasks.map(({ task, units, pace }) => timeFor(pace, scale(task, units))));
  const { low, high } = seconds;
  return {
    seconds: { low: low / atOnce, high },
    how: `the work was done on ${fieldWords(fields)}, without writing it`,
  };
}

function unreadableWords({ skipped }: SeenFields): string[] {
  if (skipped.length === 0) return [];
  const [{ message }] = skipped as [SeenFields['skipped'][number]];
  return [`Leaves out ${fieldWords(skipped.length)} that cannot be read, such as: ${message}`];
}

function failureWords({ failure }: Trial, fields: number): string[] {
  return failure
    ? [`Fails if all fields are like the ${fieldWords(fields)} that were tried: ${markedMessage(failure)}`]
    : [];
}

/** `1 field`, `2 fields`. */
export function fieldWords(count: number): string {
  return `${count} ${count === 1 ? 'field' : 'fields'}`;
}
