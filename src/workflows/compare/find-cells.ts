import type { Nucleus } from '../../localization/nuclei/nuclei.ts';
import { createFieldSource } from '../../screen/field-source.ts';
import { requireReadable, type SkippedField } from '../../screen/skipped.ts';
import { counted } from '../../words.ts';
import type { RunningHost } from '../host.ts';
import type { NucleiOptions } from '../profile/measure-field.ts';
import { computeFields } from '../profile/node/compute-fields.ts';
import type { TrainingCells } from '../shared/training-cells.ts';
import { beginTask, tellLost } from '../task.ts';
import type { ExaminedScreen } from '../train/examine-screen.ts';

/**
 * Finds the nuclei of every readable field in one of its channels, as centres of cells to train on. A field that can be
 * read no more has none.
 *
 * @throws TooManyUnreadable when that is more than a tenth of them
 */
export async function findCells(
  { screen, readable }: ExaminedScreen,
  {
    channel,
    diameter,
    size,
  }: NucleiOptions & {
    /** Side of the square around a cell (pixels). */
    readonly size: number;
  },
  host: RunningHost,
): Promise<TrainingCells> {
  const fields = readable.map(({ field }) => field);
  const task = beginTask(host, { task: 'finding cells', total: fields.length, unit: 'fields' });
  const onSkip = (entry: SkippedField) =>
    tellLost(host, { ...entry, message: `left out from now on: ${entry.message}` });
  const source = createFieldSource(screen, { cacheBytes: 0, onSkip }, host);
  const workerData = { channel, diameter } satisfies NucleiOptions;
  const found = computeFields<readonly Nucleus[]>(fields, {
    worker: './find-nuclei.worker',
    ...{ workerData, source, threads: host.threads },
  });
  const byImage = new Map<number, readonly { readonly x: number; readonly y: number }[]>();
  let seen = 0;
  for await (const { field, answer } of found) {
    task.update(++seen);
    if (answer)
      byImage.set(
        field.imageNumber,
        answer.map(({ x, y }) => ({ x, y })),
      );
  }
  const cells = [...byImage.values()].reduce((sum, of) => sum + of.length, 0);
  task.end(counted(cells, 'cell'));
  requireReadable({ ...screen, fields }, source.skipped());
  const file = `nuclei in ${screen.channels[channel]}`;
  return { file, sha256: await host.hash(JSON.stringify([...byImage])), size, byImage, unknown: [] };
}
