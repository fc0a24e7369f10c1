import { MilscopeError, named } from '../../errors.ts';
import { findColumn, LABELS_ELSEWHERE, requireColumn } from '../../screen/columns.ts';
import { labelParts } from '../../screen/label-sets.ts';
import type { Screen } from '../../screen/screen.ts';
import type { RunningHost } from '../host.ts';
import { usualCellSize } from '../shared/training-cells.ts';
import type { LabelledScreen } from '../train/examine-screen.ts';
import { type ComparisonRecord, plannedSteps, readComparisonRecord } from './comparison-folder.ts';
import type { ComparisonColumns } from './context.ts';
import { type Method, mergeUnits, networkMethods, planUnits, type Unit } from './methods.ts';
import { type CompareRequest, SETTINGS } from './request.ts';

/**
 * Decides what is to be run: what the request asks for, beside what the comparison in the folder has already. How steps are
 * computed stays `auto` in the settings of a comparison that begins, until its fields are known.
 *
 * @throws BadOption, MissingColumn, ResumeMismatch
 */
export async function planComparison(
  labelled: LabelledScreen,
  request: CompareRequest,
  host: RunningHost,
): Promise<{ readonly record: ComparisonRecord; readonly columns: ComparisonColumns }> {
  refuseFactorsOfSets(labelled, request);
  const columns = columnsOf(labelled.screen, request);
  const settings = settingsOf(labelled, request);
  const asked = askedCells(request);
  const before = await readComparisonRecord(request.out, { settings, cells: asked }, host.files);
  const record: ComparisonRecord = {
    milscope: host.about.versions.milscope,
    started: before?.started ?? host.clock.now().toISOString(),
    commands: [...(before?.commands ?? []), [...host.about.command]],
    screen: request.screen,
    settings: before ? { ...settings, plan: plannedSteps(before) } : settings,
    cells: asked ?? before?.cells ?? null,
    units: mergeUnits(before?.units ?? [], askedUnits(request, columns, host)),
  };
  return { record, columns };
}

function columnsOf(screen: Screen, { label, treatment, batchColumn }: CompareRequest): ComparisonColumns {
  return {
    label: requireColumn(screen, label, { option: 'label', elsewhere: LABELS_ELSEWHERE }),
    treatment: columnOf(screen, treatment, { option: 'treatment', guesses: ['Treatment'] }),
    batch: columnOf(screen, batchColumn, { option: 'batchColumn', guesses: ['Batch', 'Plate'] }),
  };
}

function columnOf(
  screen: Screen,
  asked: string | undefined,
  { option, guesses }: { option: string; guesses: readonly string[] },
): string | undefined {
  if (asked !== undefined) return requireColumn(screen, asked, { option });
  return guesses.map((name) => findColumn(screen.columns, name)).find((name) => name !== undefined);
}

/** Everything that must be the same for results to stand beside one another. */
function settingsOf({ table }: LabelledScreen, request: CompareRequest): ComparisonRecord['settings'] {
  const asked = request as Readonly<Record<string, unknown>>;
  return { table, ...Object.fromEntries(SETTINGS.map((name) => [name, asked[name]])) };
}

/** How cells are found and measured; null unless the request says where they are. */
function askedCells({
  nucleiChannel,
  cells,
  enlarge,
  cellSize = usualCellSize(enlarge),
  distance,
  diameter,
}: CompareRequest): ComparisonRecord['cells'] {
  if (nucleiChannel === undefined && cells === undefined) return null;
  return { nucleiChannel, cells, cellSize, distance, diameter };
}

function askedUnits(request: CompareRequest, columns: ComparisonColumns, { emit }: RunningHost): Unit[] {
  const { baselines, protocols, seed, seeds } = request;
  const known = baselines.filter((name) => name !== 'batch-alone' || columns.batch !== undefined);
  if (known.length < baselines.length) {
    emit({ event: 'noted', message: 'batch-alone is left out: the table does not name batches' });
  }
  const methods: Method[] = [...known.map((name): Method => ({ kind: 'baseline', name })), ...networkMethods(request)];
  return planUnits({ methods, protocols, seed, seeds });
}

/** Whether a field of the screen has several labels. */
export function hasSeveral({ labelOf }: LabelledScreen): boolean {
  return [...labelOf.values()].some((label) => labelParts(label).length > 1);
}

/** The nearest treatment has one class, and its likeness cannot be divided among labels. */
function refuseFactorsOfSets(labelled: LabelledScreen, { baselines }: CompareRequest): void {
  if (!baselines.includes('factor-analysis') || !hasSeveral(labelled)) return;
  throw new MilscopeError('BadOption', {
    option: 'baselines factor-analysis',
    problem: 'factor analysis knows one label a field, and this screen has fields with several',
    remedy: `leave it out of ${named('baselines')}`,
  });
}
