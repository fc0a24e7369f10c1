import * as z from 'zod';
import { MilscopeError, named } from '../../errors.ts';
import { type ProtocolName, protocols } from '../../evaluation/protocols/protocols.ts';
import type { Files } from '../../files/files.ts';
import { join } from '../../files/paths.ts';
import { isThere, readText } from '../../files/read-text.ts';
import { POOLING_NAMES } from '../../network/pooling/poolings.ts';
import { reportIn } from '../shared/report/places.ts';
import { removeReport } from '../shared/report/write-report.ts';
import { requireWritable } from '../shared/require-writable.ts';
import { requireResumeOrOverwrite } from '../shared/resume-or-overwrite.ts';
import { BAGS, INSTANCES, type StepPlan } from '../shared/run-folder.ts';
import { AUTO_CELLS } from '../shared/training-cells.ts';
import { BASELINES, type Unit, unitKey } from './methods.ts';

/** The files of the folder of a comparison. */
export function comparisonFiles(folder: string) {
  return {
    record: join(folder, 'comparison.json'),
    csv: join(folder, 'comparison.csv'),
    markdown: join(folder, 'comparison.md'),
    methods: join(folder, 'methods.txt'),
    skipped: join(folder, 'skipped.csv'),
    runs: join(folder, 'runs'),
    figures: join(folder, 'figures'),
    cells: join(folder, 'cells'),
    profiles: join(folder, 'cells', 'profiles.safetensors'),
  };
}

const protocolNames = Object.keys(protocols) as [ProtocolName, ...ProtocolName[]];

const unit = z.object({
  method: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('network'),
      pooling: z.enum(POOLING_NAMES),
      sharpness: z.number().optional(),
      head: z.enum(['softmax', 'sigmoid']),
      instances: z.enum(INSTANCES).exclude(['positions']).optional(),
      bag: z.enum(BAGS).exclude(['field']).optional(),
    }),
    z.object({ kind: z.literal('baseline'), name: z.enum(BASELINES) }),
  ]),
  protocol: z.enum(protocolNames),
  seed: z.number(),
});

const comparisonRecord = z.object({
  milscope: z.string(),
  started: z.string(),
  /** What was typed: first to begin, then to go on. */
  commands: z.array(z.array(z.string())),
  screen: z.string(),
  /** Everything that has to be the same for results to stand beside one another. */
  settings: z.record(z.string(), z.unknown()),
  /** How cells are measured; null as long as nobody wanted it. */
  cells: z
    .object({
      nucleiChannel: z.string().optional(),
      /** The table of the centres of the cells that networks are trained on, where the nuclei are not looked for. */
      cells: z.string().optional(),
      cellSize: z.number(),
      distance: z.number(),
      diameter: z.number().optional(),
    })
    .nullable(),
  units: z.array(unit),
});

/** What `comparison.json` holds. */
export type ComparisonRecord = z.infer<typeof comparisonRecord>;

/** How cells are found and measured, as far as a request says it. `cells` is the table, or auto. */
export type AskedCells = Partial<NonNullable<ComparisonRecord['cells']>>;

/** Refuses to replace a comparison unasked; with `overwrite`, removes its files. @throws BadOption, OutputExists, CannotWrite */
export async function refuseExistingComparison(
  folder: string,
  { resume, overwrite }: { resume: boolean; overwrite: boolean },
  files: Files,
): Promise<void> {
  requireResumeOrOverwrite({ resume, overwrite });
  await requireWritable(folder, { files }, { folder: true });
  const { record, ...rest } = comparisonFiles(folder);
  if (resume || !(await isThere(record, files))) return;
  if (!overwrite) {
    throw new MilscopeError('OutputExists', {
      file: folder,
      problem: 'there is a comparison in this folder already',
      remedy: `name another folder with ${named('out')}, go on with ${named('resume')}, or replace it with ${named('overwrite')}`,
    });
  }
  await removeReport(reportIn(folder), { files });
  // The record goes last: as long as it is there, the folder is a comparison.
  for (const path of [...Object.values(rest), record]) await files.remove(path);
}

/** Lets a request pass that names something to compare. @throws BadOption */
export function requireMethods({
  poolings,
  baselines,
  instances,
  bags,
}: {
  readonly poolings: readonly unknown[];
  readonly baselines: readonly unknown[];
  readonly instances: readonly string[];
  readonly bags: readonly string[];
}): void {
  if (bags.includes('well') && !instances.includes('cells')) {
    throw new MilscopeError('BadOption', {
      option: 'bags well',
      problem: 'only cells are pooled over a well',
      remedy: `name cells in ${named('instances')}, or leave it out`,
    });
  }
  if (poolings.length + baselines.length === 0) {
    throw new MilscopeError('BadOption', {
      option: 'poolings none and baselines none',
      problem: 'there is nothing to compare',
      remedy: 'name some of either',
    });
  }
}

/** How the steps of the trainings of a comparison are computed; comparisons of earlier versions know one way. */
export function plannedSteps({ settings }: Pick<ComparisonRecord, 'settings'>): StepPlan {
  return settings.plan === 'blocked' ? 'blocked' : 'reference';
}

/** Writes `comparison.json`. */
export async function writeComparisonRecord(folder: string, record: ComparisonRecord, files: Files): Promise<void> {
  await files.write(comparisonFiles(folder).record, `${JSON.stringify(record, undefined, 1)}\n`);
}

/**
 * The record of the comparison in the folder, which must have been begun with the same settings; undefined where there is
 * none.
 *
 * @throws ResumeMismatch
 */
export async function readComparisonRecord(
  folder: string,
  asked: Pick<ComparisonRecord, 'settings'> & { readonly cells: AskedCells },
  files: Files,
): Promise<ComparisonRecord | undefined> {
  const file = comparisonFiles(folder).record;
  if (!(await isThere(file, files))) return undefined;
  const record = await parseComparisonRecord(folder, files);
  requireSameSettings(asked, record, file);
  return record;
}

/** What `comparison.json` of a folder says. @throws ResumeMismatch when it cannot be understood */
export async function parseComparisonRecord(folder: string, files: Files): Promise<ComparisonRecord> {
  const file = comparisonFiles(folder).record;
  try {
    return comparisonRecord.parse(JSON.parse(await readText(file, files)));
  } catch (cause) {
    throw new MilscopeError('ResumeMismatch', {
      file,
      problem: 'the record of the comparison cannot be understood',
      remedy: `start anew with ${named('overwrite')}`,
      cause,
    });
  }
}

function requireSameSettings(
  { settings, cells }: Pick<ComparisonRecord, 'settings'> & { readonly cells: AskedCells },
  record: ComparisonRecord,
  file: string,
): void {
  const both = bothCells(cells, record);
  const plan = plannedSteps(record);
  const wanted: ComparisonRecord['settings'] = { ...settings, ...both.wanted };
  // A plan that is left open is as it was.
  const before: ComparisonRecord['settings'] = {
    ...record.settings,
    ...both.before,
    plan: settings.plan === 'auto' ? 'auto' : plan,
  };
  for (const name of new Set([...Object.keys(wanted), ...Object.keys(before)])) {
    const [asked, known] = [wanted[name], before[name]].map((value) => JSON.stringify(value ?? null));
    if (asked === known) continue;
    const isTable = name === 'table';
    throw new MilscopeError('ResumeMismatch', {
      file,
      option: isTable ? undefined : name,
      problem: isTable
        ? 'the table is not the one that the comparison was begun with'
        : 'the comparison in the folder was begun otherwise',
      found: asked,
      expected: known,
      remedy: `give what was given at first, or start anew with ${named('overwrite')}`,
    });
  }
}

/**
 * How cells are found, as asked and as they were before. What is left out is as it was: nothing need be said before a method
 * looks at cells, nor again afterwards, and a channel may be named where only a table was read before.
 */
function bothCells({ distance, ...named }: AskedCells, { cells: known }: ComparisonRecord) {
  const asked = Object.entries(named).filter(([, value]) => value !== undefined);
  if (!known || asked.length === 0) return { wanted: {}, before: {} };
  const before: AskedCells = { ...known, cells: known.cells ?? AUTO_CELLS };
  if (before.nucleiChannel === undefined) before.nucleiChannel = named.nucleiChannel;
  return { wanted: { ...before, distance, ...Object.fromEntries(asked) }, before };
}

/** The files of one unit of a comparison. */
export function unitFiles(folder: string, of: Unit) {
  const own = join(folder, unitKey(of));
  return { folder: own, result: join(own, 'result.json'), predictions: join(own, 'predictions.csv') };
}
