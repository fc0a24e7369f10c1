import { MilscopeError } from '../../errors.ts';
import type { ComparisonRow } from '../../evaluation/comparison/comparison.ts';
import { carriedColumns } from '../../evaluation/prediction-table.ts';
import { type ProtocolName, protocols } from '../../evaluation/protocols/protocols.ts';
import { writeWhole } from '../../image/write-whole.ts';
import type { Head } from '../../network/forward.ts';
import type { FieldProfile } from '../../profiling/field-profile.ts';
import { findColumn, requireColumn } from '../../screen/columns.ts';
import { labelParts } from '../../screen/label-sets.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { formatSkipped } from '../../screen/skipped.ts';
import type { Console } from '../console.ts';
import { examineScreen, type LabelledScreen, readLabelled } from '../examine-screen.ts';
import { hashTables } from '../hash-files.ts';
import { plateOf } from '../plates.ts';
import { splitFieldsOf } from '../prepare-training.ts';
import { readVersion } from '../version.ts';
import { runBaselineUnit } from './baseline-unit.ts';
import type { CompareOptions } from './compare-options.ts';
import {
  type ComparisonRecord,
  comparisonFiles,
  readComparisonRecord,
  writeComparisonRecord,
} from './comparison-folder.ts';
import type { ComparisonContext } from './context.ts';
import { measureProfiles, nucleiChannelOf } from './measure-profiles.ts';
import {
  CLASSICAL_BASELINES,
  describeMethod,
  type Method,
  mergeUnits,
  networkMethods,
  planUnits,
  type Unit,
} from './methods.ts';
import { runNetworkUnit } from './network-unit.ts';
import { comparisonRow, describeResult, readUnitResult, type UnitResult } from './unit-result.ts';
import { type FinishedUnit, writeFigures, writeMethods, writeTables } from './write-comparison.ts';

/** A comparison that came to its end. */
export interface CompareResult {
  /** The folder. */
  readonly out: string;
  readonly rows: readonly ComparisonRow[];
  /** Markdown. */
  readonly table: string;
  /** A paragraph for a methods section, and its references. */
  readonly methods: string;
  readonly figures: readonly string[];
}

/**
 * Runs every method under every protocol with every seed that is not done yet, one after the other, and writes tables,
 * figures and words. The tables are written anew after each, so that a comparison that is stopped has something to show.
 */
export async function compareMethods(
  screenPath: string,
  options: CompareOptions,
  console: Console,
): Promise<CompareResult> {
  const { out: folder, poolings, baselines, heads } = options;
  if (poolings.length + baselines.length === 0) {
    throw new MilscopeError('BadOption', {
      option: '--poolings none --baselines none',
      problem: 'there is nothing to compare',
      remedy: 'name some of either',
    });
  }
  // Softmax and sigmoids side by side need one label a field.
  const head: Head = heads.includes('softmax') ? 'softmax' : 'sigmoid';
  const labelled = await readLabelled({ screen: screenPath, label: options.label, head }, console);
  refuseFactorsOfSets(labelled, options);
  if (options.normalization === 'plate') plateOf(labelled.screen);
  const { record, context } = await beginComparison(labelled, { screenPath, options, console });
  const finished: FinishedUnit[] = [];
  for (const [i, unit] of record.units.entries()) {
    const what = `${describeMethod(unit.method)}, protocol ${unit.protocol}, seed ${unit.seed}`;
    const done = await readUnitResult(folder, unit);
    if (!done) console.err(`\n[${i + 1} of ${record.units.length}] ${what}\n`);
    const result = done ?? (await runUnit(unit, context));
    console.err(`${done ? `${what}: ` : ''}${describeResult(result)}${done ? ', done before' : ''}\n`);
    finished.push({ unit, result });
    if (!done) await writeTables(folder, finished);
  }
  const table = await writeTables(folder, finished);
  const methods = await writeMethods(folder, { finished, context, milscope: record.milscope, options });
  const figures = await writeFigures(folder, finished);
  return {
    out: folder,
    rows: finished.map(({ unit, result }) => comparisonRow(unit, result)),
    table,
    methods,
    figures,
  };
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

function runUnit({ method, ...unit }: Unit, context: ComparisonContext): Promise<UnitResult> {
  return method.kind === 'network'
    ? runNetworkUnit({ ...unit, method }, context)
    : runBaselineUnit({ ...unit, method }, context);
}

/** Decides what is to be run, looks at the whole screen, and writes `comparison.json`. */
async function beginComparison(
  labelled: LabelledScreen,
  { screenPath, options, console }: { screenPath: string; options: CompareOptions; console: Console },
): Promise<{ record: ComparisonRecord; context: ComparisonContext }> {
  const { screen } = labelled;
  const columns = {
    label: requireColumn(screen, options.label, { option: '--label' }),
    treatment: columnOf(screen, options.treatment, { option: '--treatment', guesses: ['Treatment'] }),
    batch: columnOf(screen, options.batchColumn, { option: '--batch-column', guesses: ['Batch', 'Plate'] }),
  };
  const settings = await settingsOf(screenPath, options);
  const { nucleiChannel, distance, diameter } = options;
  const asked = nucleiChannel === undefined ? null : { nucleiChannel, distance, diameter };
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
  const classical = units.find(({ method }) => isClassical(method));
  const channel = classical && nucleiChannelOf(screen, cells?.nucleiChannel, describeMethod(classical.method));

  const examined = await examineScreen(labelled, { threads: options.threads, console });
  const readable = examined.readable.map(({ field }) => field);
  const splits = new Map(
    distinctSplits(units).map((of) => [splitKey(of.protocol, of.seed), split(readable, of)] as const),
  );
  let profiles: Promise<readonly FieldProfile[]> | undefined;
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
    splitOf: (protocol, seed) => splits.get(splitKey(protocol, seed))!,
    profiles: () => {
      profiles ??= measureProfiles(examined, { distance, ...cells, channel: channel!, console });
      return profiles;
    },
    console,
  };
  await writeComparisonRecord(options.out, record);
  await writeWhole(comparisonFiles(options.out).skipped, formatSkipped(examined.skipped));
  return { record, context };
}

/** Everything that must be the same for results to stand beside one another. */
async function settingsOf(screenPath: string, options: CompareOptions): Promise<ComparisonRecord['settings']> {
  const { label, validation, epochs, batch, microBatch, crop, normalization, balance, learningRate } = options;
  const { thresholdLearningRate, jitter, averaging, schedule } = options;
  const { holdout, folds, fraction, treatment, replicate, compound, batchColumn, controls } = options;
  return {
    table: await hashTables(screenPath),
    ...{ label, validation, epochs, batch, microBatch, crop, normalization, balance, learningRate },
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

function isClassical(method: Method): boolean {
  return method.kind === 'baseline' && (CLASSICAL_BASELINES as readonly string[]).includes(method.name);
}

function splitKey(protocol: ProtocolName, seed: number): string {
  return `${protocol} ${seed}`;
}

function distinctSplits(units: readonly Unit[]): Unit[] {
  return [...new Map(units.map((unit) => [splitKey(unit.protocol, unit.seed), unit])).values()];
}
