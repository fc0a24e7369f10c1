import { MilscopeError, named } from '../../errors.ts';
import { findColumn, LABELS_ELSEWHERE, requireColumn } from '../../screen/columns.ts';
import { labelParts } from '../../screen/label-sets.ts';
import type { Screen } from '../../screen/screen.ts';
import type { RunningHost } from '../host.ts';
import { AUTO_CELLS, usualCellSize } from '../shared/training-cells.ts';
import type { LabelledScreen } from '../train/examine-screen.ts';
import { type AskedCells, type ComparisonRecord, plannedSteps, readComparisonRecord } from './comparison-folder.ts';
import type { ComparisonColumns } from './context.ts';
import {
  CELL_BASELINE,
  CLASSICAL_BASELINES,
  looksAtCells,
  looksAtCrops,
  type Method,
  mergeUnits,
  methodKey,
  networkMethods,
  networkOf,
  planUnits,
  type Unit,
} from './methods.ts';
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
  const units = askedUnits(labelled, { request, columns }, host);
  const before = await readComparisonRecord(request.out, { settings, cells: asked }, host.files);
  const record: ComparisonRecord = {
    milscope: host.about.versions.milscope,
    started: before?.started ?? host.clock.now().toISOString(),
    commands: [...(before?.commands ?? []), [...host.about.command]],
    screen: request.screen,
    settings: before ? { ...settings, plan: plannedSteps(before) } : settings,
    cells: decidedCells(request, { asked, before: before?.cells }),
    units: mergeUnits(before?.units ?? [], units),
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

function askedCells({ nucleiChannel, cells, cellSize, distance, diameter }: CompareRequest): AskedCells {
  return { nucleiChannel, cells, cellSize, distance, diameter };
}

/** How cells are found and measured; null as long as nobody has said anything of them, and nobody looks at them. */
function decidedCells(
  request: CompareRequest,
  { asked, before }: { asked: AskedCells; before: ComparisonRecord['cells'] | undefined },
): ComparisonRecord['cells'] {
  if (before) return { ...before, nucleiChannel: before.nucleiChannel ?? asked.nucleiChannel };
  const { distance, enlarge, baselines, instances } = request;
  const said = [asked.nucleiChannel, asked.cells, asked.cellSize, asked.diameter].some((value) => value !== undefined);
  const looked = baselines.some((name) => CELL_METHODS.has(name)) || instances.some((kind) => kind !== 'positions');
  if (!said && !looked) return null;
  const cells = asked.cells === AUTO_CELLS ? undefined : asked.cells;
  return { ...asked, cells, distance, cellSize: asked.cellSize ?? usualCellSize(enlarge) };
}

const CELL_METHODS: ReadonlySet<string> = new Set([...CLASSICAL_BASELINES, CELL_BASELINE]);

function askedUnits(
  labelled: LabelledScreen,
  { request, columns }: { request: CompareRequest; columns: ComparisonColumns },
  { emit }: RunningHost,
): Unit[] {
  const { baselines, protocols, seed, seeds } = request;
  const note = (message: string) => emit({ event: 'noted', message });
  const networks = networkMethods(request);
  const twin = methodKey(networkOf({ kind: 'baseline', name: CELL_BASELINE }, { several: hasSeveral(labelled) })!);
  const hasTwin = networks.some((method) => methodKey(method) === twin);
  const known = baselines.filter((name) => {
    if (name === 'batch-alone' && columns.batch === undefined) {
      note('batch-alone is left out: the table does not name batches');
      return false;
    }
    if (name === CELL_BASELINE && hasTwin) {
      note(`the baseline ${CELL_BASELINE} is left out: it is the network ${twin}`);
      return false;
    }
    return true;
  });
  const methods: Method[] = [...known.map((name): Method => ({ kind: 'baseline', name })), ...networks];
  if (request.cells !== undefined && !methods.some(looksAtCells)) {
    note(`no method that is compared is trained on the cells of ${named('cells')}; ${named('instances')} cells is`);
  }
  if (request.crop !== undefined && !methods.some(looksAtCrops)) {
    note(`no method that is compared is trained on crops of fields, so ${named('crop')} changes nothing`);
  }
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
