import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { MilscopeError } from '../../errors.ts';
import { type ProtocolName, protocols } from '../../evaluation/protocols/protocols.ts';
import { exists } from '../../files/exists.ts';
import { writeWhole } from '../../files/write-whole.ts';
import { POOLING_NAMES } from '../../network/pooling/poolings.ts';
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
      /** The table of the centres of cells for `cropped-cells`, where the nuclei are not looked for. */
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

/** Refuses to replace a comparison unasked; with `overwrite`, takes it away. */
export async function refuseExistingComparison(
  folder: string,
  { resume, overwrite }: { resume: boolean; overwrite: boolean },
): Promise<void> {
  if (resume && overwrite) {
    throw new MilscopeError('BadOption', {
      option: '--resume and --overwrite',
      problem: 'a comparison is either gone on with or replaced',
      remedy: 'give one of them',
    });
  }
  const { record, ...rest } = comparisonFiles(folder);
  if (resume || !(await exists(record))) return;
  if (!overwrite) {
    throw new MilscopeError('OutputExists', {
      file: folder,
      problem: 'there is a comparison in this folder already',
      remedy: 'name another folder with --out, go on with --resume, or replace it with --overwrite',
    });
  }
  // The record goes last: as long as it is there, the folder is a comparison.
  for (const path of [...Object.values(rest), record]) await rm(path, { force: true, recursive: true });
}

/** Writes `comparison.json`. */
export async function writeComparisonRecord(folder: string, record: ComparisonRecord): Promise<void> {
  await writeWhole(comparisonFiles(folder).record, `${JSON.stringify(record, undefined, 1)}\n`);
}

/**
 * The record of the comparison in the folder, which must have been begun with the same settings; nothing where there is
 * none. Throws `ResumeMismatch` otherwise.
 */
export async function readComparisonRecord(
  folder: string,
  { settings, cells }: Pick<ComparisonRecord, 'settings' | 'cells'>,
): Promise<ComparisonRecord | undefined> {
  const file = comparisonFiles(folder).record;
  if (!(await exists(file))) return undefined;
  let record: ComparisonRecord;
  try {
    record = comparisonRecord.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new MilscopeError('ResumeMismatch', {
      file,
      problem: 'the record of the comparison cannot be understood',
      remedy: 'start anew with --overwrite',
      cause,
    });
  }
  // Nobody has to name the nuclei before a baseline wants them, nor again.
  const both = cells && record.cells ? [cells, record.cells] : [{}, {}];
  const [wanted, before] = [
    { ...settings, ...both[0] },
    { ...record.settings, ...both[1] },
  ] as [ComparisonRecord['settings'], ComparisonRecord['settings']];
  for (const name of new Set([...Object.keys(wanted), ...Object.keys(before)])) {
    const [asked, known] = [wanted[name], before[name]].map((value) => JSON.stringify(value ?? null));
    if (asked === known) continue;
    throw new MilscopeError('ResumeMismatch', {
      file,
      option: name === 'table' ? undefined : `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      problem:
        name === 'table'
          ? 'the table is not the one that the comparison was begun with'
          : 'the comparison in the folder was begun otherwise',
      found: asked,
      expected: known,
      remedy: 'give what was given at first, or start anew with --overwrite',
    });
  }
  return record;
}

/** The files of one unit of a comparison. */
export function unitFiles(folder: string, of: Unit) {
  const own = join(folder, unitKey(of));
  return { folder: own, result: join(own, 'result.json'), predictions: join(own, 'predictions.csv') };
}
