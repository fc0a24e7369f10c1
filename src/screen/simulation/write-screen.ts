import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MilscopeError } from '../../errors.ts';
import { writeWhole } from '../../files/write-whole.ts';
import { writeTiff } from '../../image/write.ts';
import { labelParts } from '../label-sets.ts';
import { type SimulatedField, simulateField } from './field.ts';
import { type PlannedField, planScreen } from './layout.ts';
import { phenotypes } from './phenotypes.ts';
import type { ScreenOptions } from './screen-options.ts';
import { cellsTable, type FieldTruth, fieldsTable, fileNames, respondingShare } from './tables.ts';
import { emptyTreatment } from './treatments.ts';

/** What was written. */
export interface WrittenScreen {
  readonly directory: string;
  /** Paths of the two tables. */
  readonly fields: string;
  readonly cells: string;
  /** Numbers of all fields and of all cells in them. */
  readonly total: { readonly fields: number; readonly cells: number };
  /** The phenotypes in order, then the class of the empty fields if there are any. */
  readonly classes: readonly WrittenClass[];
}

export interface WrittenClass {
  readonly name: string;
  /** Numbers of the fields that have it among their labels, and of all cells in them. */
  readonly fields: number;
  readonly cells: number;
  /** Mean share in its fields of the cells that turned into it. */
  readonly responders: number;
}

/**
 * Simulates a screen into `directory`: `images/` (16-bit TIFFs, one a channel), `masks/` (16-bit label TIFFs of cells
 * and nuclei), `cells.csv` (the truth about every cell) and, last of all, `fields.csv` (CellProfiler's LoadData columns).
 * The same options give the same bytes.
 *
 * @param options.overwrite write into a folder that holds something; files of other names stay
 * @param options.threads how many fields may be compressed and written while the next one is simulated
 * @param events.onProgress is called with the numbers of fields done and to do
 * @throws BadOption when a number makes no sense, OutputExists when the folder holds something
 */
export async function writeSimulatedScreen(
  directory: string,
  options: ScreenOptions & { readonly overwrite?: boolean; readonly threads?: number },
  { onProgress = () => {} }: { readonly onProgress?: (done: number, total: number) => void } = {},
): Promise<WrittenScreen> {
  const { overwrite = false, threads = 2, classes = 6 } = options;
  const plan = planScreen(options);
  const tables = { fields: join(directory, 'fields.csv'), cells: join(directory, 'cells.csv') };
  if (!overwrite) await refuseFull(directory);
  // An old table must not stand beside new images, should this end early.
  for (const table of Object.values(tables)) await rm(table, { force: true });

  const done: FieldTruth[] = [];
  const writing = new Set<Promise<void>>();
  const failures: unknown[] = [];
  for (const planned of plan) {
    const simulated = simulateField(planned.options);
    done.push({ planned, truth: simulated.truth });
    const write = writeField(directory, planned, simulated)
      .catch((error) => void failures.push(error))
      .finally(() => writing.delete(write));
    writing.add(write);
    while (writing.size > threads) await Promise.race(writing);
    // Lets the writers go on, and the process answer a signal.
    await new Promise((resolve) => setImmediate(resolve));
    if (failures.length > 0) break;
    onProgress(done.length, plan.length);
  }
  await Promise.all(writing);
  if (failures.length > 0) throw failures[0];
  await writeWhole(tables.cells, cellsTable(done));
  await writeWhole(tables.fields, fieldsTable(done));
  const total = { fields: done.length, cells: countCells(done) };
  return { directory, ...tables, total, classes: summarise(done, classes) };
}

async function writeField(directory: string, planned: PlannedField, simulated: SimulatedField): Promise<void> {
  const { data, height, width } = simulated.image;
  const files = fileNames(planned);
  const plane = (n: number) => data.subarray(n * height * width, (n + 1) * height * width);
  await Promise.all([
    ...files.images.map((name, n) => writeTiff(join(directory, name), { data: plane(n), channels: 1, height, width })),
    writeTiff(join(directory, files.cells), { data: simulated.cells, channels: 1, height, width }),
    writeTiff(join(directory, files.nuclei), { data: simulated.nuclei, channels: 1, height, width }),
  ]);
}

async function refuseFull(directory: string): Promise<void> {
  let found: string[];
  try {
    found = await readdir(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    if (code !== 'ENOTDIR') throw error;
    throw new MilscopeError('OutputExists', {
      file: directory,
      problem: 'the screen needs a folder, and this is a file',
      remedy: 'name a folder that is new or empty',
    });
  }
  if (found.length === 0) return;
  throw new MilscopeError('OutputExists', {
    file: directory,
    problem: 'the folder holds something already',
    found: found.slice(0, 3).join(', ') + (found.length > 3 ? ` and ${found.length - 3} more` : ''),
    remedy: 'name a folder that is new or empty, or write into this one with --overwrite',
  });
}

function summarise(done: readonly FieldTruth[], classes: number): WrittenClass[] {
  const names = phenotypes.slice(0, classes).map(({ name }) => name);
  const { label } = emptyTreatment;
  const blank = done.some(({ planned }) => planned.label === label) ? [label] : [];
  return [...names, ...blank].map((name) => {
    const own = done.filter(({ planned }) => labelParts(planned.label).includes(name));
    const responders = own.reduce((sum, field) => sum + respondingShare(field, name), 0) / own.length;
    return { name, fields: own.length, cells: countCells(own), responders };
  });
}

function countCells(fields: readonly FieldTruth[]): number {
  return fields.reduce((sum, { truth }) => sum + truth.length, 0);
}
