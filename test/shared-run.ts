import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { inject } from 'vitest';
import { milscope } from './run-milscope.ts';
import { simulateTinyScreen } from './tiny-screen.ts';

/** A run of one epoch on a tiny screen. Tests read it, and write somewhere else. */
export interface SharedRun {
  /** The table: 2 plates of 4 wells of 2 fields of 96 × 96 pixels, of two classes in the column `Phenotype`. */
  readonly table: string;
  /** The folder of the table. */
  readonly screen: string;
  readonly run: string;
  readonly model: string;
  /** Trained and validated on Plate1; `predictions.csv` of the run is of Plate2. */
  readonly predictions: string;
}

/** The run that all files of tests share: the first to ask for it trains it, the others wait. */
export async function sharedRun(): Promise<SharedRun> {
  const folder = join(inject('sharedFolder'), 'run of one epoch');
  const run = join(folder, 'run');
  const table = join(folder, 'screen', 'fields.csv');
  const done = join(folder, 'done');
  const isFirst = await mkdir(folder).then(
    () => true,
    () => false,
  );
  if (isFirst) await trainOnce(table, run, done);
  while (!existsSync(done)) await setTimeout(50);
  return {
    table,
    screen: dirname(table),
    run,
    model: join(run, 'model.onnx'),
    predictions: join(run, 'predictions.csv'),
  };
}

async function trainOnce(table: string, run: string, done: string): Promise<void> {
  await simulateTinyScreen(dirname(table));
  const options = ['--holdout', 'Plate=Plate2', '--epochs', '1', '--batch', '4'];
  const { code, err } = await milscope('train', table, '--label', 'Phenotype', '--out', run, ...options);
  if (code !== 0) throw new Error(err);
  await writeFile(done, '');
}
