import { isThere } from '../../files/read-text.ts';
import { labelParts } from '../../screen/label-sets.ts';
import { cellsForABag } from '../../training/sampler.ts';
import { readsOf, writesOf } from '../rehearsal/describe-files.ts';
import type { Rehearsal, TimeRange } from '../rehearsal/document.ts';
import { times, together } from '../rehearsal/estimate.ts';
import { fieldWords } from '../rehearsal/rehearse-screen.ts';
import type { RehearsingHost } from '../rehearsal/rehearsing-host.ts';
import { describeScreen, sampleFields, seeFields } from '../rehearsal/see-fields.ts';
import { boundedWorkers } from '../shared/bounded-workers.ts';
import { documentFile, reportIn } from '../shared/report/places.ts';
import { cellsPerBag, runFiles } from '../shared/run-folder.ts';
import { AUTO_CELLS, requireCellOptions } from '../shared/training-cells.ts';
import { cropWords, openTraining } from './begin-run.ts';
import { planForHere } from './change-plan.ts';
import { measuredFields } from './examine-screen.ts';
import { unitOf } from './follow-training.ts';
import { planTraining, type TrainingPlan } from './plan-training.ts';
import type { TrainRequest } from './request.ts';
import { resumeRun } from './resume-run.ts';
import { cellsAsIn, type DecodedFields, decodeFew, glanceAt } from './see-training.ts';
import { type TrainingWork, timeStep, trainingTime, workOf } from './time-training.ts';
import { refuseExisting } from './write-run.ts';

/** Says what a training would do. Throws what it would throw before it trains. */
export async function rehearseTraining(asked: TrainRequest, host: RehearsingHost): Promise<Rehearsal> {
  const request = { ...asked, workers: boundedWorkers(asked.workers, host) };
  requireCellOptions(request);
  await refuseExisting(request, host);
  const goesOn = request.resume && (await isThere(runFiles(request.out).run, host.files));
  const known = await (goesOn ? planOfRun(request, host) : planAnew(request, host));
  const { plan, decoded, from, checked, ...said } = known;
  const work = workOf(plan, { from });
  const pace = await timeStep(plan, decoded, host);
  return {
    command: 'train',
    reads: {
      files: await readsOf(
        [...said.tables, request.cells === AUTO_CELLS ? undefined : request.cells, request.from],
        host,
      ),
      screen: said.screen,
    },
    does: [
      ...(goesOn ? [`Goes on with the run in ${request.out}, from epoch ${from} of ${plan.options.epochs}.`] : []),
      ...describeClasses(plan, said.unlabelled),
      ...describeSteps(plan, work),
    ],
    writes: await writesOf(writtenFiles(plan, request), { resume: goesOn }, host),
    seconds: together([times(decoded.pace, checked), trainingTime(work, pace), readingTime(decoded, work)]),
    how: `${fieldWords(decoded.images.length)} were decoded, and some training steps were made`,
  };
}

/** Says what trainings with several seeds would do, one after the other: those that are not finished. */
export async function rehearseSeeds(
  runs: readonly TrainRequest[],
  { summary }: { readonly summary: string },
  host: RehearsingHost,
): Promise<Rehearsal> {
  const finished = await Promise.all(
    runs.map(async ({ resume, out }) => resume && (await isThere(runFiles(out).metrics, host.files))),
  );
  for (const run of runs) await refuseExisting(run, host);
  const left = runs.filter((_, i) => !finished[i]);
  const [first = runs[0]!] = left;
  // A later folder may have a run to go on with, or not.
  const one = await rehearseTraining(first, host);
  const seeds = runs.map(({ seed }) => seed);
  const files = one.writes.map(({ path }) => path.slice(first.out.length + 1));
  const writes = runs.flatMap(({ out }) => files.map((name) => `${out}/${name}`));
  const done = runs.length - left.length;
  return {
    ...one,
    does: [
      `Trains with ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'} (${seeds.join(', ')}), one after the other.`,
      ...(done > 0 ? [`${done} of them ${done === 1 ? 'is' : 'are'} finished and kept.`] : []),
      ...one.does,
    ],
    writes: await writesOf([...writes, summary], { resume: first.resume }, host),
    seconds: one.seconds && times(one.seconds, left.length),
  };
}

/** A plan, and what was found out on the way. */
interface FoundPlan {
  readonly plan: TrainingPlan;
  readonly decoded: DecodedFields;
  /** The epoch that comes next. */
  readonly from: number;
  /** Fields that are decoded before the training. */
  readonly checked: number;
  readonly unlabelled: number;
  readonly screen: Rehearsal['reads']['screen'];
  readonly tables: readonly string[];
}

async function planAnew(request: TrainRequest, host: RehearsingHost): Promise<FoundPlan> {
  const { labelled, cells: given, nuclei, from } = await openTraining(request, host);
  const { seen, examined, decoded } = await glanceAt(labelled, host);
  const cells = nuclei ? cellsAsIn(decoded, examined, nuclei) : given;
  const { whole, labelOf } = labelled;
  return {
    plan: await planTraining(examined, request, { cells, from }, host),
    decoded,
    from: 1,
    checked: measuredFields(labelled, request).length,
    unlabelled: whole.fields.length - labelOf.size,
    screen: describeScreen(whole, seen),
    tables: whole.tables ?? [],
  };
}

async function planOfRun(request: TrainRequest, host: RehearsingHost): Promise<FoundPlan> {
  const { plan: begun, inputs } = await resumeRun(request, host);
  const { screen, state } = inputs;
  const plan = await planForHere(begun, { folder: request.out, state, asked: request.plan }, host);
  const seen = await seeFields(screen, host);
  const used = new Set(plan.fields.map(({ imageNumber }) => imageNumber));
  const able = seen.readable.filter(({ field }) => used.has(field.imageNumber));
  return {
    plan,
    decoded: await decodeFew(screen, sampleFields({ readable: able }, 3), host),
    from: state?.epoch ?? 1,
    checked: 0,
    unlabelled: 0,
    screen: describeScreen(screen, seen),
    tables: screen.tables ?? [],
  };
}

/** The files that a run has in the end: without a field to test there are no metrics. */
function writtenFiles({ fields }: TrainingPlan, { out, report }: Pick<TrainRequest, 'out' | 'report'>): string[] {
  const { metrics, ...rest } = runFiles(out);
  const places = reportIn(out);
  return [
    ...Object.values(rest),
    ...(fields.some(({ split }) => split !== 'train') ? [metrics] : []),
    ...(report ? [places.page, documentFile(places)] : []),
  ];
}

function describeClasses({ fields, label, classes, validation }: TrainingPlan, unlabelled: number): string[] {
  const count = (name: string) => fields.filter((field) => labelParts(field.label).includes(name)).length;
  const split = (of: string) => fields.filter((field) => field.split === of).length;
  const named = classes.map((name) => `${name} (${fieldWords(count(name))})`);
  return [
    `Learns ${classes.length} classes of ${label}: ${named.join(', ')}.`,
    `Trains on ${fieldWords(split('train'))}, validates on ${split('validation')}, and holds out ${split('test')}.`,
    ...(validation ? [`How the epoch is chosen: ${validation.words}.`] : []),
    ...(unlabelled > 0 ? [`Sets aside ${fieldWords(unlabelled)} without a label.`] : []),
  ];
}

function describeSteps({ options }: TrainingPlan, { epochs, alone, steps, perEpoch }: TrainingWork): string[] {
  const { batch, microBatch, workers, plan, crop, cells, foreground, pooling } = options;
  const what = unitOf(options);
  const perBag = cellsPerBag(options);
  const bags = perBag === undefined ? '' : `${perBag} cells of each, `;
  const first =
    perBag === undefined || alone === 0
      ? ', with'
      : `: ${alone} on ${batch * cellsForABag(perBag)} cells a step, each a bag by itself, then with`;
  const shown = cells ? `${bags}squares of ${crop} pixels around cells` : `crops of ${cropWords(options)} pixels`;
  return [
    `Makes ${steps} steps in ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'} of ${perEpoch} ${what}${first} batches of ${batch} ` +
      `(micro-batches of ${microBatch}, ${workers} ${workers === 1 ? 'worker' : 'workers'}, plan ${plan}), ${shown} and ${pooling} pooling${foreground ? ' of the positions that hold cells' : ''}.`,
  ];
}

/** Bytes of decoded fields that a training keeps. */
const KEPT = 1e9;

/** Fields that are not kept are decoded anew in each epoch, which the training waits for only where it is the faster. */
function readingTime({ images, pace }: DecodedFields, { perEpoch, epochs, validation }: TrainingWork): TimeRange {
  const bytes = Math.max(...images.map(({ data }) => data.byteLength));
  const over = Math.max(0, perEpoch + validation - KEPT / bytes);
  return { low: 0, high: times(pace, over * epochs).high };
}
