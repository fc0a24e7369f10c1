import { isThere } from '../../files/read-text.ts';
import { createFieldSource } from '../../screen/field-source.ts';
import { measureFields } from '../profile/measure-fields.ts';
import { readsOf, writesOf } from '../rehearsal/describe-files.ts';
import type { Rehearsal, TimeRange } from '../rehearsal/document.ts';
import { type Mark, paceOf, rateOf, timeFor, times, together } from '../rehearsal/estimate.ts';
import { fieldWords } from '../rehearsal/rehearse-screen.ts';
import type { RehearsingHost } from '../rehearsal/rehearsing-host.ts';
import { describeScreen, sampleFields } from '../rehearsal/see-fields.ts';
import { boundedWorkers } from '../shared/bounded-workers.ts';
import { documentFile, reportIn } from '../shared/report/places.ts';
import { estimatedHere } from '../train/change-plan.ts';
import type { TrainingPlan } from '../train/plan-training.ts';
import { cellsAsIn, type GlancedScreen, glanceAt } from '../train/see-training.ts';
import { type TrainingPace, timeStep, trainingTime, workOf } from '../train/time-training.ts';
import { contextOf, type OpenedComparison, openComparison } from './begin-comparison.ts';
import { comparisonFiles, refuseExistingComparison, requireMethods } from './comparison-folder.ts';
import type { ComparisonContext } from './context.ts';
import {
  CLASSICAL_BASELINES,
  describeMethod,
  looksAtCells,
  type NetworkMethod,
  networkOf,
  type Unit,
} from './methods.ts';
import type { CompareRequest } from './request.ts';
import { planFold } from './train-fold.ts';
import { readUnitResult } from './unit-result.ts';

/** Says what a comparison would do. Throws what it would throw before it trains or measures. */
export async function rehearseComparison(asked: CompareRequest, host: RehearsingHost): Promise<Rehearsal> {
  const request = { ...asked, workers: boundedWorkers(asked.workers, host) };
  const { out, resume } = request;
  await refuseExistingComparison(out, request, host.files);
  requireMethods(request);
  const opened = await openComparison(request, host);
  const { whole } = opened.labelled;
  const glanced = await glanceAt(opened.labelled, host);
  const context = await contextOf(opened, { examined: glanced.examined, request }, host);
  const { record } = opened;
  const done = await Promise.all(record.units.map((unit) => readUnitResult(out, unit, host.files)));
  const left = record.units.filter((_, i) => !done[i]);
  const { cells, finding } = imagineCells(left, { opened, glanced }, host);
  const plans = await planTrainings(left, { ...context, cells });
  const { csv, markdown, methods, record: file, skipped, runs, figures } = comparisonFiles(out);
  const pages = request.report ? [reportIn(out).page, documentFile(reportIn(out))] : [];
  return {
    command: 'compare',
    reads: {
      files: await readsOf([...(whole.tables ?? []), record.cells?.cells], host),
      screen: describeScreen(whole, glanced.seen),
    },
    does: [
      ...describeUnits(opened, context),
      ...(resume ? [`${record.units.length - left.length} are done already.`] : []),
    ],
    writes: await writesOf([file, csv, markdown, methods, skipped, runs, figures, ...pages], { resume }, host),
    seconds: together([
      times(glanced.decoded.pace, whole.fields.length),
      await trainingsTime(left, { plans, glanced, context }, host),
      times(finding, glanced.examined.readable.length),
      await profilesTime(left, { opened, glanced, request }, host),
    ]),
    how: 'some training steps were made, and cells of a few fields measured where baselines need them; the time in which baselines learn is not included',
  };
}

function describeUnits(
  { record, labelled }: OpenedComparison,
  { trainings, splitOf, stepPlan }: ComparisonContext,
): string[] {
  const { units } = record;
  const distinct = <T>(values: readonly T[]) => [...new Set(values)];
  const methods = distinct(units.map(({ method }) => describeMethod(method)));
  const seeds = distinct(units.map(({ seed }) => seed));
  const folds = distinct(units.map(({ protocol }) => protocol)).map((protocol) => {
    const { length } = splitOf(protocol, units.find((unit) => unit.protocol === protocol)!.seed).folds;
    return `${protocol} (${length} ${length === 1 ? 'fold' : 'folds'})`;
  });
  const aside = labelled.whole.fields.length - labelled.labelOf.size;
  return [
    `Compares ${methods.length} ${methods.length === 1 ? 'method' : 'methods'}: ${methods.join('; ')}.`,
    `Protocols: ${folds.join(', ')}. Seeds: ${seeds.join(', ')}.`,
    `Makes ${trainings.left()} ${trainings.left() === 1 ? 'training' : 'trainings'} of networks (plan ${stepPlan}).`,
    ...(aside > 0 ? [`Sets aside ${fieldWords(aside)} without a label.`] : []),
  ];
}

/** The cells of a table, or as many in every field as in a few, with the seconds that finding those of a field takes. */
function imagineCells(
  units: readonly Unit[],
  { opened: { looked, record }, glanced }: { opened: OpenedComparison; glanced: GlancedScreen },
  { clock, threads }: RehearsingHost,
): { readonly cells: ComparisonContext['cells']; readonly finding: TimeRange } {
  const { given, channel } = looked;
  const none = { low: 0, high: 0 };
  if (given || !units.some(({ method }) => looksAtCells(method))) return { cells: async () => given!, finding: none };
  const { cellSize: size, diameter } = record.cells!;
  const { decoded, examined } = glanced;
  const began = clock.milliseconds();
  const cells = cellsAsIn(decoded, examined, { channel: channel!, diameter, size });
  const found = rateOf((clock.milliseconds() - began) / 1000, decoded.images.length);
  // Fields are decoded again.
  const one = together([found, decoded.pace]);
  return { cells: async () => cells, finding: { low: one.low / threads, high: one.high } };
}

/** Which trainings are as large as one another: those of other pooling functions, last layers and seeds. */
function alike({ instances, bag }: NetworkMethod, protocol: string): string {
  return JSON.stringify([protocol, instances, bag]);
}

/** The plans of the folds of each protocol and kind of instance. */
async function planTrainings(
  units: readonly Unit[],
  context: ComparisonContext,
): Promise<ReadonlyMap<string, readonly TrainingPlan[]>> {
  const plans = new Map<string, readonly TrainingPlan[]>();
  for (const { method, protocol, seed } of units) {
    const network = networkOf(method, context);
    if (!network || plans.has(alike(network, protocol))) continue;
    const { folds } = context.splitOf(protocol, seed);
    const cells = network.instances && (await context.cells());
    plans.set(
      alike(network, protocol),
      await Promise.all(folds.map((fold) => planFold(fold, { network, cells, seed, context }))),
    );
  }
  return plans;
}

async function trainingsTime(
  units: readonly Unit[],
  {
    plans,
    glanced,
    context,
  }: { plans: ReadonlyMap<string, readonly TrainingPlan[]>; glanced: GlancedScreen; context: ComparisonContext },
  host: RehearsingHost,
): Promise<TimeRange> {
  const paces = new Map<string, TrainingPace>();
  const parts: TimeRange[] = [];
  for (const { method, protocol } of units) {
    const network = networkOf(method, context);
    if (!network) continue;
    const kind = alike(network, 'any protocol');
    for (const plan of plans.get(alike(network, protocol))!) {
      if (!paces.has(kind)) paces.set(kind, await timeStep(await estimatedHere(plan, host), glanced.decoded, host));
      parts.push(trainingTime(workOf(plan), paces.get(kind)!));
    }
  }
  return together(parts);
}

/** Fields whose cells are measured. */
const FEW = 3;

/** How long it takes to measure all cells, where a baseline looks at them that were not measured before. */
async function profilesTime(
  units: readonly Unit[],
  { opened, glanced, request }: { opened: OpenedComparison; glanced: GlancedScreen; request: CompareRequest },
  host: RehearsingHost,
): Promise<TimeRange> {
  const { channel } = opened.looked;
  const looking = units.some(({ method }) =>
    (CLASSICAL_BASELINES as readonly string[]).includes(describeMethod(method)),
  );
  const known = await isThere(comparisonFiles(request.out).profiles, host.files);
  if (!looking || known || channel === undefined) return together([]);
  const { screen } = opened.labelled;
  const { readable } = glanced.examined;
  const source = createFieldSource(screen, { cacheBytes: 0 }, host);
  const fields = sampleFields({ readable }, FEW);
  const { distance, diameter } = request;
  const began = host.clock.milliseconds();
  const marks: Mark[] = [];
  const options = { channel, distance, diameter, source, threads: host.threads };
  for await (const _ of measureFields({ ...screen, fields }, options)) {
    marks.push({ at: host.clock.milliseconds(), done: marks.length + 1 });
  }
  return timeFor(paceOf(began, marks)!, readable.length);
}
