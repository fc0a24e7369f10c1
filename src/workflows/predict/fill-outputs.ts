import type { PredictionColumns } from '../../evaluation/prediction-table.ts';
import type { RunningHost } from '../host.ts';
import type { Parts } from '../shared/parts/open-parts.ts';
import type { CollectedRows } from './collect-rows.ts';
import { gatherNovelty } from './novel-fields.ts';
import type { Prediction } from './open-prediction.ts';
import type { PredictionOutputs } from './predict-outputs.ts';
import { type RowEntry, rowOfEntry } from './row-entry.ts';
import { createTally } from './tally.ts';
import { watchIntensities } from './watch-intensities.ts';

/** Writes the rows that were kept to all tables, counts them, and gives those that a report shows. */
export async function fillOutputs(
  outputs: PredictionOutputs,
  {
    parts,
    columns,
    model,
    unread,
    truth,
    shown,
  }: {
    parts: Parts<RowEntry>;
    columns: PredictionColumns;
    model: Prediction['model'];
    unread: ReturnType<Parts<RowEntry>['lost']>;
    truth: string | undefined;
    shown: CollectedRows | undefined;
  },
  { signal }: RunningHost,
) {
  const tally = createTally(columns, { truth });
  const watch = watchIntensities(model.about);
  const novelty = gatherNovelty(model.about.novelty);
  try {
    for await (const { field, entry } of parts.read()) {
      signal.throwIfAborted();
      const row = rowOfEntry(entry, { field, model: model.hash });
      tally.add(row);
      watch?.addRow(row);
      novelty?.add(row);
      shown?.add(row, entry);
      await outputs.write(row);
    }
    const written = await outputs.keep(new Set(unread.flatMap(({ imageNumber }) => imageNumber ?? [])));
    return { ...tally.counts(), written, intensities: watch?.report(), novelty: novelty?.report() };
  } catch (error) {
    await outputs.discard();
    throw error;
  }
}
