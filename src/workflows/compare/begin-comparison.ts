import type { Console } from '../../cli/console.ts';
import { openScreen } from '../../cli/open-screen.ts';
import { screenOptionsOf } from '../../cli/screen-options.ts';
import { MilscopeError } from '../../errors.ts';
import { carriedColumns } from '../../evaluation/prediction-table.ts';
import { type ProtocolName, protocols } from '../../evaluation/protocols/protocols.ts';
import { readVersion } from '../../files/version.ts';
import { writeWhole } from '../../files/write-whole.ts';
import type { Head } from '../../network/forward.ts';
import { findColumn, requireColumn } from '../../screen/columns.ts';
import { labelParts } from '../../screen/label-sets.ts';
import { plateOf } from '../../screen/plates.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { formatSkipped } from '../../screen/skipped.ts';
import { readTrainingCells, usualCellSize } from '../shared/training-cells.ts';
import { examineScreen, type LabelledScreen, readLabelled } from '../train/examine-screen.ts';
import { splitFieldsOf } from '../train/prepare-training.ts';
import type { CompareOptions } from './compare-options.ts';
import {
  type ComparisonRecord,
  comparisonFiles,
  readComparisonRecord,
  writeComparisonRecord,
} from './comparison-folder.ts';
import type { ComparisonContext } from './context.ts';
import { lookForCells, nucleiChannelOf } from './looked-for-cells.ts';
import {
  CELL_BASELINE,
  CLASSICAL_BASELINES,
  describeMethod,
  isTrained,
  type Method,
  mergeUnits,
  networkMethods,
  planUnits,
  type Unit,
} from './methods.ts';
import { countTrainings } from './training-count.ts';
import { readUnitResult } from './unit-result.ts';

/** Decides what is to be run, looks at the whole screen, and writes `comparison.json`. */
export async function beginComparison({
  screenPath,
  options,
  console,
}: {
  screenPath: string;
  options: CompareOptions;
  console: Console;
}): Promise<{ record: ComparisonRecord; context: ComparisonContext }> {
  // Softmax and sigmoids side by side need one label a field.
  const head: Head = options.heads.includes('softmax') ? 'softmax' : 'sigmoid';
  const whole = await openScreen(screenPath, options, console);
  const labelled = await readLabelled(whole, { label: options.label, head }, console);
  refuseFactorsOfSets(labelled, options);
  if (options.normalization === 'plate') plateOf(labelled.screen);
  const { screen } = labelled;
  const columns = {
    label: requireColumn(screen, options.label, { option: '--label' }),
    treatment: columnOf(screen, options.treatment, { option: '--treatment', guesses: ['Treatment'] }),
    batch: columnOf(screen, options.batchColumn, { option: '--batch-column', guesses: ['Batch', 'Plate'] }),
  };
  const settings = settingsOf(labelled, options);
  const { nucleiChannel, cells: table, enlarge, cellSize = usualCellSize(enlarge), distance, diameter } = options;
  const asked =
    nucleiChannel === undefined && table === undefined
      ? null
      : { nucleiChannel, cells: table, cellSize, distance, diameter };
  const before = await readComparisonRecord(options.out, { settings, cells: asked });
  const units = mergeUnits(before?.units ?? [], askedUnits(options, { columns, console }));
  const cells = asked ?? before?.cells ?? null;
  const record: ComparisonRecord = {
    milscope: await readVersion(),
    started: before?.started ?? new Date().toISOString(),
    commands: [...(before?.commands ?? []), process.argv.slice(2)],
    screen: screenPath,
    settings,
    cells,
    units,
  };
  // What is wrong with columns should not come out only after every image has been decoded.
  const split = (fields: readonly Field[], { protocol, seed }: Pick<Unit, 'protocol' | 'seed'>) =>
    protocols[protocol](splitFieldsOf(fields, labelled), protocolOptions(screen, { ...options, seed }));
  for (const { protocol, seed } of distinctSplits(units)) split(screen.fields, { protocol, seed });
  const looking = units.find(({ method }) => looksAtNuclei(method, cells?.cells));
  const channel = looking && nucleiChannelOf(screen, cells?.nucleiChannel, describeMethod(looking.method));
  const given =
    cells?.cells === undefined
      ? undefined
      : await readTrainingCells({ file: cells.cells, size: cells.cellSize }, screen);

  const examined = await examineScreen(labelled, { threads: options.threads, console });
  const readable = examined.readable.map(({ field }) => field);
  const splits = new Map(
    distinctSplits(units).map((of) => [splitKey(of.protocol, of.seed), split(readable, of)] as const),
  );
  const splitOf = (protocol: ProtocolName, seed: number) => splits.get(splitKey(protocol, seed))!;
  const done = await Promise.all(units.map((unit) => readUnitResult(options.out, unit)));
  const trainings = units
    .filter((unit, i) => isTrained(unit) && !done[i])
    .reduce((sum, { protocol, seed }) => sum + splitOf(protocol, seed).folds.length, 0);
  const context: ComparisonContext = {
    folder: options.out,
    screenPath,
    training: options,
    examined,
    fields: splitFieldsOf(readable, labelled),
    labelByNumber: new Map(readable.map((field) => [field.imageNumber, labelled.labelOf.get(field)!])),
    several: hasSeveral(labelled),
    columns,
    tableColumns: { metadata: carriedColumns(screen.columns).map(({ name }) => name), channels: screen.channels },
    splitOf,
    trainings: countTrainings(trainings),
    ...lookForCells(examined, {
      ...{ folder: options.out, record, channel, given, console },
      usual: { cellSize, distance },
      threads: options.threads,
    }),
    console,
  };
  await writeComparisonRecord(options.out, record);
  await writeWhole(comparisonFiles(options.out).skipped, formatSkipped(examined.skipped));
  return { record, context };
}

/** Everything that must be the same for results to stand beside one another. */
function settingsOf({ table }: LabelledScreen, options: CompareOptions): ComparisonRecord['settings'] {
  const { label, validation, epochs, batch, microBatch, crop, enlarge, normalization, balance, learningRate } = options;
  const { thresholdLearningRate, jitter, averaging, schedule } = options;
  const { holdout, folds, fraction, treatment, replicate, compound, batchColumn, controls } = options;
  return {
    table,
    ...screenOptionsOf(options),
    ...{ label, validation, epochs, batch, microBatch, crop, enlarge, normalization, balance, learningRate },
    ...{ thresholdLearningRate, jitter, averaging, schedule },
    ...{ holdout, folds, fraction, treatment, replicate, compound, batchColumn, controls },
  };
}

function askedUnits(
  { poolings, sharpness, heads, baselines, protocols: asked, seed, seeds }: CompareOptions,
  { columns, console }: { columns: ComparisonContext['columns']; console: Console },
): Unit[] {
  const known = baselines.filter((name) => name !== 'batch-alone' || columns.batch !== undefined);
  if (known.length < baselines.length) console.err('batch-alone is left out: the table does not name batches\n');
  const methods: Method[] = [
    ...known.map((name): Method => ({ kind: 'baseline', name })),
    ...networkMethods({ poolings, sharpness, heads }),
  ];
  return planUnits({ methods, protocols: asked, seed, seeds });
}

function columnOf(
  screen: Screen,
  asked: string | undefined,
  { option, guesses }: { option: string; guesses: readonly string[] },
): string | undefined {
  if (asked !== undefined) return requireColumn(screen, asked, { option });
  return guesses.map((name) => findColumn(screen.columns, name)).find((name) => name !== undefined);
}

function protocolOptions(screen: Screen, options: CompareOptions) {
  const { seed, fraction, folds: k, holdout, controls, replicate, compound, batchColumn: batch, treatment } = options;
  const named = Object.entries({ controls, replicate, compound, batch, treatment });
  // An option that nobody gave has to be left out, not undefined.
  return {
    screen,
    seed,
    fraction,
    k,
    holdout,
    ...Object.fromEntries(named.filter(([, value]) => value !== undefined)),
  };
}

/** Whether a method has nuclei looked for; cropped cells may come from a table. */
function looksAtNuclei(method: Method, table: string | undefined): boolean {
  if (method.kind === 'network') return false;
  if (method.name === CELL_BASELINE) return table === undefined;
  return (CLASSICAL_BASELINES as readonly string[]).includes(method.name);
}

function splitKey(protocol: ProtocolName, seed: number): string {
  return `${protocol} ${seed}`;
}

function distinctSplits(units: readonly Unit[]): Unit[] {
  return [...new Map(units.map((unit) => [splitKey(unit.protocol, unit.seed), unit])).values()];
}

function hasSeveral({ labelOf }: LabelledScreen): boolean {
  return [...labelOf.values()].some((label) => labelParts(label).length > 1);
}

/** The nearest treatment has one class, and its likeness cannot be divided among labels. */
function refuseFactorsOfSets(labelled: LabelledScreen, { baselines }: CompareOptions): void {
  if (!baselines.includes('factor-analysis') || !hasSeveral(labelled)) return;
  throw new MilscopeError('BadOption', {
    option: '--baselines factor-analysis',
    problem: 'factor analysis knows one label a field, and this screen has fields with several',
    remedy: 'leave it out of --baselines',
  });
}
