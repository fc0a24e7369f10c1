import * as z from 'zod';
import { ERROR_TAGS, type NameOption, writeOptions } from '../errors.ts';

/** A field that was left out, or cells of it, and why. */
const lostField = z.object({
  /** Not given where what was left out has none. */
  imageNumber: z.number().optional(),
  file: z.string(),
  tag: z.enum(ERROR_TAGS),
  message: z.string(),
});

const losses = z.object({ loss: z.number(), correct: z.number(), fields: z.number() });

/** What a workflow says while it works. Whoever follows it reads the options in messages as the host names them. */
export const workEvent = z.discriminatedUnion('event', [
  /** A task begins: `training`, of so many units. Another may begin when it has ended. */
  z.object({
    event: z.literal('began'),
    task: z.string(),
    total: z.number(),
    /** What is counted: `fields`, or `bytes`. */
    unit: z.string(),
    /** Units that were done before. */
    start: z.number(),
    /** Share of the work that these were, where units do not take equally long. */
    startShare: z.number().optional(),
    /** Whether it is one of many alike, of which nothing should stay on a screen. */
    fleeting: z.boolean(),
  }),
  /** So many units of the task are done; `text` holds figures (a loss, an accuracy). */
  z.object({
    event: z.literal('progress'),
    done: z.number(),
    text: z.string().optional(),
    /** Share of the work that is done, 0 to 1, where units do not take equally long. */
    share: z.number().optional(),
  }),
  /** The task has ended; `text` is what it came to. */
  z.object({ event: z.literal('ended'), text: z.string().optional() }),
  /** Something worth knowing. */
  z.object({ event: z.literal('noted'), message: z.string() }),
  /** Something that the user may want to change. */
  z.object({ event: z.literal('warned'), message: z.string() }),
  /** A field, or cells of it, cannot be used and are left out. */
  z.object({ event: z.literal('lost'), field: lostField }),
  /** An epoch of a training has ended. */
  z.object({
    event: z.literal('epoch'),
    epoch: z.number(),
    training: losses,
    validation: losses.optional(),
    /** What `validation` counts: `fields` or `cells`. */
    unit: z.string(),
    /** Whether fields may have several labels, so that `correct` is of the exact set at 0.5. */
    several: z.boolean(),
    learningRate: z.number(),
    /** Whether its weights are the best so far. */
    best: z.boolean(),
  }),
]);

export type WorkEvent = z.infer<typeof workEvent>;

/** An event of a workflow: what it says while it works, and last what it came to. */
export type WorkflowEvent<Result> = WorkEvent | { readonly event: 'finished'; readonly result: Result };

/** An event with the options in its messages, which stand in the marks of `named`, written by `nameOption`. */
export function writeEvent(event: WorkEvent, nameOption: NameOption): WorkEvent {
  if (event.event === 'lost') {
    return { ...event, field: { ...event.field, message: writeOptions(event.field.message, nameOption) } };
  }
  return 'message' in event ? { ...event, message: writeOptions(event.message, nameOption) } : event;
}
