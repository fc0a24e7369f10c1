import type { Console } from '../../cli/console.ts';
import { isMilscopeError, MilscopeError } from '../../errors.ts';
import type { ComparisonRow } from '../../evaluation/comparison/comparison.ts';
import { runBaselineUnit } from './baseline-unit.ts';
import { beginComparison } from './begin-comparison.ts';
import type { CompareOptions } from './compare-options.ts';
import type { ComparisonContext } from './context.ts';
import { describeMethod, describeUnit, isTrained, type Unit } from './methods.ts';
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
  /** Fields that could not be read. */
  readonly skipped: number;
  /** What could not be done, and why. */
  readonly failed: readonly { readonly unit: Unit; readonly message: string }[];
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
  const { out: folder, poolings, baselines } = options;
  if (poolings.length + baselines.length === 0) {
    throw new MilscopeError('BadOption', {
      option: '--poolings none --baselines none',
      problem: 'there is nothing to compare',
      remedy: 'name some of either',
    });
  }
  const { record, context } = await beginComparison({ screenPath, options, console });
  const finished: FinishedUnit[] = [];
  const failed: CompareResult['failed'][number][] = [];
  for (const unit of record.units) {
    const what = describeUnit(unit);
    const done = await readUnitResult(folder, unit);
    if (!done && !isTrained(unit)) console.err(`${what}\n`);
    const result = done ?? (await attempt(unit, context));
    if ('message' in result) {
      console.err(`${what}: not done: ${result.message}\n`);
      failed.push({ unit, message: result.message });
      continue;
    }
    console.err(`${what}: ${describeResult(result)}${done ? ', done before' : ''}\n`);
    finished.push({ unit, result });
    if (!done) await writeTables(folder, finished);
  }
  if (finished.length === 0) throw failedAltogether(failed);
  const table = await writeTables(folder, finished);
  const methods = await writeMethods(folder, { finished, context, milscope: record.milscope, options });
  const figures = await writeFigures(folder, finished);
  const rows = finished.map(({ unit, result }) => comparisonRow(unit, result));
  return { out: folder, rows, table, methods, figures, skipped: context.examined.skipped.length, failed };
}

/** What cannot be done with one method costs that one only. */
async function attempt(unit: Unit, context: ComparisonContext): Promise<UnitResult | { readonly message: string }> {
  const { trainings } = context;
  const before = trainings.left();
  try {
    return await runUnit(unit, context);
  } catch (error) {
    if (!isMilscopeError(error) || error.tag === 'ResumeMismatch') throw error;
    // What was to come of it does not come.
    const own = isTrained(unit) ? context.splitOf(unit.protocol, unit.seed).folds.length : 0;
    trainings.pass(own - (before - trainings.left()));
    return { message: error.message };
  }
}

function failedAltogether(failed: CompareResult['failed']): MilscopeError {
  return new MilscopeError('BadTable', {
    problem: 'nothing could be compared',
    found: failed.map(({ unit, message }) => `${describeMethod(unit.method)}: ${message}`).join(' '),
  });
}

function runUnit({ method, ...unit }: Unit, context: ComparisonContext): Promise<UnitResult> {
  return method.kind === 'network'
    ? runNetworkUnit({ ...unit, method }, { network: method, context })
    : runBaselineUnit({ ...unit, method }, context);
}
