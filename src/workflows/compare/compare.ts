import { isMilscopeError, MilscopeError, markedMessage, writeOptions } from '../../errors.ts';
import type { RunningHost } from '../host.ts';
import { boundedWorkers } from '../shared/bounded-workers.ts';
import { tryReport } from '../shared/report/try-report.ts';
import { withLocks } from '../shared/with-locks.ts';
import { defineWorkflow } from '../workflow.ts';
import { type LearnedBaseline, runBaselineUnit } from './baseline-unit.ts';
import { beginComparison } from './begin-comparison.ts';
import { refuseExistingComparison, requireMethods } from './comparison-folder.ts';
import type { ComparisonContext } from './context.ts';
import { type BaselineMethod, describeMethod, describeUnit, isTrained, networkOf, type Unit } from './methods.ts';
import { runNetworkUnit } from './network-unit.ts';
import { rehearseComparison } from './rehearse-comparison.ts';
import { reportOnComparison } from './report-comparison.ts';
import { type CompareRequest, type CompareResult, compareRequest, compareResult } from './request.ts';
import { comparisonRow, describeResult, readUnitResult, type UnitResult } from './unit-result.ts';
import { type FinishedUnit, writeFigures, writeMethods, writeTables } from './write-comparison.ts';

/**
 * Runs every method under every protocol with every seed that is not done yet, one after the other, and writes tables,
 * figures and words. The tables are written anew after each, so that a comparison that is stopped has something to show.
 */
export const compare = defineWorkflow(
  {
    title: 'compare',
    description: 'Compare pooling functions with one another and with baselines, as tables and figures.',
    request: compareRequest,
    result: compareResult,
    rehearse: (request, host) => rehearseComparison(request, host),
  },
  (request, host) => withLocks({ folders: [request.out] }, host, () => compareMethods(request, host)),
);

async function compareMethods(asked: CompareRequest, host: RunningHost): Promise<CompareResult> {
  const request = { ...asked, workers: boundedWorkers(asked.workers, host) };
  const { out } = request;
  await refuseExistingComparison(out, request, host.files);
  requireMethods(request);
  const { record, context } = await beginComparison(request, host);
  const { finished, failed } = await runUnits(record.units, context, host);
  if (finished.length === 0) throw failedAltogether(failed);
  const written = {
    rows: finished.map(({ unit, result }) => comparisonRow(unit, result)),
    table: await writeTables(out, finished, host.files),
    methods: await writeMethods({ finished, context, record }),
    figures: await writeFigures(out, finished, host.files),
  };
  return {
    out,
    ...written,
    report: await tryReport(request.report, host, () => reportOnComparison(out, host)),
    skipped: context.examined.skipped.length,
    failed: failed.map(({ unit, message }) => ({ unit, message: writeOptions(message, host.nameOption) })),
  };
}

type FailedUnit = CompareResult['failed'][number];

/** Runs the units one after the other. The messages of those that fail name options in the marks of `named`. */
async function runUnits(units: readonly Unit[], context: ComparisonContext, host: RunningHost) {
  const { out } = context.request;
  const say = (message: string) => host.emit({ event: 'noted', message });
  const finished: FinishedUnit[] = [];
  const failed: FailedUnit[] = [];
  for (const unit of units) {
    host.signal.throwIfAborted();
    const what = describeUnit(unit);
    const done = await readUnitResult(out, unit, host.files);
    if (!done && !isTrained(unit)) say(what);
    const result = done ?? (await attempt(unit, context));
    if ('message' in result) {
      say(`${what}: not done: ${result.message}`);
      failed.push({ unit, message: result.message });
      continue;
    }
    say(`${what}: ${describeResult(result)}${done ? ', done before' : ''}`);
    finished.push({ unit, result });
    if (!done) await writeTables(out, finished, host.files);
  }
  return { finished, failed };
}

/** What cannot be done with one method costs that one only. */
async function attempt(unit: Unit, context: ComparisonContext): Promise<UnitResult | { readonly message: string }> {
  const { trainings } = context;
  const before = trainings.left();
  try {
    return await runUnit(unit, context);
  } catch (error) {
    if (!isMilscopeError(error) || error.tag === 'ResumeMismatch' || error.tag === 'Interrupted') throw error;
    // The trainings that it would still have needed are not made.
    const own = isTrained(unit) ? context.splitOf(unit.protocol, unit.seed).folds.length : 0;
    trainings.pass(own - (before - trainings.left()));
    return { message: markedMessage(error) };
  }
}

function failedAltogether(failed: readonly FailedUnit[]): MilscopeError {
  return new MilscopeError('BadTable', {
    problem: 'nothing could be compared',
    reasons: failed.map(({ unit, message }) => `${describeMethod(unit.method)}: ${message}`).join(' '),
  });
}

function runUnit(unit: Unit, context: ComparisonContext): Promise<UnitResult> {
  const { method } = unit;
  const network = networkOf(method, context);
  if (network) return runNetworkUnit(unit, { network, context });
  return runBaselineUnit(unit, { name: (method as BaselineMethod).name as LearnedBaseline, context });
}
