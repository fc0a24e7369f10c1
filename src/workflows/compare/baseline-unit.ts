import { type BaselineField, LEARN_BASELINE } from '../../evaluation/baselines.ts';
import { CLASSICAL_PIPELINES } from '../../evaluation/comparison/classical.ts';
import { carriedColumns, type PredictionRow } from '../../evaluation/prediction-table.ts';
import type { Fold } from '../../evaluation/protocols/protocol.ts';
import { EVEN_THRESHOLD, labelsAbove } from '../../evaluation/thresholds.ts';
import { median } from '../../evaluation/treatments.ts';
import { channelMeans } from '../../pixels/channel-sums.ts';
import { labelParts } from '../../screen/label-sets.ts';
import type { ComparisonContext } from './context.ts';
import { CLASSICAL_BASELINES, type ClassicalBaseline, type SimpleBaseline, type Unit } from './methods.ts';
import { type FoldAnswers, type UnitResult, writeUnitResult } from './unit-result.ts';

/** A baseline that trains no network. */
export type LearnedBaseline = SimpleBaseline | ClassicalBaseline;

/** Learns a baseline on every fold of a protocol, and puts together what it says of the tested fields. */
export async function runBaselineUnit(
  unit: Unit,
  { name, context }: { name: LearnedBaseline; context: ComparisonContext },
): Promise<UnitResult> {
  return isClassical(name) ? runClassical(unit, { name, context }) : runSimple(unit, { name, context });
}

function isClassical(name: LearnedBaseline): name is ClassicalBaseline {
  return (CLASSICAL_BASELINES as readonly string[]).includes(name);
}

async function runSimple(
  unit: Unit,
  { name, context }: { name: SimpleBaseline; context: ComparisonContext },
): Promise<UnitResult> {
  const { examined, fields, columns } = context;
  const known = examined.readable.map(
    ({ field, measured }, i): BaselineField => ({
      label: fields[i]!.label,
      well: fields[i]!.well,
      batch: columns.batch === undefined ? undefined : field.metadata[columns.batch],
      channelMeans: channelMeans(measured).map(Math.fround),
    }),
  );
  const answers = context.splitOf(unit.protocol, unit.seed).folds.map((fold): FoldAnswers => {
    const trained = fold.train.map((place) => known[place]!);
    const predict = LEARN_BASELINE[name](trained);
    const labels = [...new Set(trained.map(({ label }) => label))].sort();
    const scores = fold.test.map((place) => {
      const answer = predict(known[place]!);
      return Float32Array.from(labels, (of) => Number(of === answer));
    });
    return foldAnswers(fold, { labels, scores, context });
  });
  return writeUnitResult(unit, answers, { context, more: { unranked: true } });
}

async function runClassical(
  unit: Unit,
  { name, context }: { name: ClassicalBaseline; context: ComparisonContext },
): Promise<UnitResult> {
  const { fields, columns } = context;
  const profiles = await context.profiles();
  const profiled = fields.map(({ label, well, metadata }, i) => ({
    profile: profiles[i]!,
    label,
    well,
    treatment: columns.treatment === undefined ? label : metadata[columns.treatment]!.trim(),
  }));
  // A field that can be read no more takes no part.
  const known = (places: readonly number[]) => places.filter((place) => profiles[place] !== undefined);
  const scored = new Map<string, { readonly label: string; readonly scores: Record<string, number>[] }>();
  const answers = context.splitOf(unit.protocol, unit.seed).folds.map((planned): FoldAnswers => {
    const fold = { ...planned, train: known(planned.train), test: known(planned.test) };
    const tested = fold.test.map((place) => profiled[place]!);
    const { classes, scores, treatments } = CLASSICAL_PIPELINES[name](
      fold.train.map((place) => profiled[place]!),
      tested,
      { seed: unit.seed },
    );
    for (const [treatment, values] of treatments ?? []) {
      const { label } = tested.find((field) => field.treatment === treatment)!;
      const before = scored.get(treatment) ?? { label, scores: [] };
      before.scores.push(Object.fromEntries(classes.map((of, k) => [of, values[k]!])));
      scored.set(treatment, before);
    }
    return foldAnswers(fold, { labels: classes, scores, context });
  });
  const right = [...scored.values()].filter(({ label, scores }) => mostAlike(scores) === label).length;
  const own = scored.size > 0 && columns.treatment !== undefined;
  const more = own ? { treatments: { total: scored.size, correct: right } } : {};
  return writeUnitResult(unit, answers, { context, more });
}

/** The class with the largest median, over the folds that test a treatment, of its scores. */
function mostAlike(scores: readonly Readonly<Record<string, number>>[]): string {
  const classes = [...new Set(scores.flatMap((of) => Object.keys(of)))].sort();
  const medians = classes.map((name) => median(scores.map((of) => of[name] ?? 0)));
  return classes[medians.indexOf(Math.max(...medians))]!;
}

/** Answers from scores of labels, `[fields][labels]`; where these may be several, each of them is a class of its own. */
function foldAnswers(
  fold: Fold,
  {
    labels,
    scores,
    context,
  }: { labels: readonly string[]; scores: readonly ArrayLike<number>[]; context: ComparisonContext },
): FoldAnswers {
  const { examined, several } = context;
  const carried = carriedColumns(examined.screen.columns);
  const classes = several ? [...new Set(labels.flatMap(labelParts))].sort() : labels;
  const thresholds = several ? classes.map(() => EVEN_THRESHOLD) : undefined;
  const holders = classes.map((name) => labels.flatMap((label, k) => (labelParts(label).includes(name) ? [k] : [])));
  const rows = fold.test.map((place, i): PredictionRow => {
    const { field, measured } = examined.readable[place]!;
    const probability = Float32Array.from(holders, (places) =>
      Math.min(
        1,
        places.reduce((sum, k) => sum + scores[i]![k]!, 0),
      ),
    );
    return {
      imageNumber: field.imageNumber,
      metadata: Object.fromEntries(carried.map(({ column, name }) => [name, field.metadata[column] ?? ''])),
      predicted: thresholds
        ? labelsAbove(probability, { classes, thresholds })
        : classes[probability.indexOf(Math.max(...probability))]!,
      probability,
      bag: [],
      model: '',
      channelMeans: channelMeans(measured),
    };
  });
  return { name: fold.name, trained: fold.train.length, validated: 0, classes, thresholds, rows };
}
