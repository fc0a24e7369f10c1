import type { Console } from '../../cli/console.ts';
import { createProgress } from '../../cli/progress.ts';
import { sha256 } from '../../files/hash.ts';
import type { Nucleus } from '../../localization/nuclei/nuclei.ts';
import { createFieldSource } from '../../screen/field-source.ts';
import { nodeAccess } from '../../screen/node/access.ts';
import { requireReadable } from '../../screen/skipped.ts';
import { computeFields } from '../profile/compute-fields.ts';
import type { NucleiOptions } from '../profile/measure-field.ts';
import type { TrainingCells } from '../shared/training-cells.ts';
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
    threads,
    console,
  }: NucleiOptions & {
    /** Side of the square around a cell (pixels). */
    readonly size: number;
    readonly threads: number;
    readonly console: Console;
  },
): Promise<TrainingCells> {
  const fields = readable.map(({ field }) => field);
  const progress = createProgress(console, { label: 'finding cells', total: fields.length, unit: 'fields' });
  const source = createFieldSource(
    screen,
    {
      cacheBytes: 0,
      onSkip: ({ message }) => progress.note(`left out from now on: ${message}`),
    },
    nodeAccess,
  );
  const workerData = { channel, diameter } satisfies NucleiOptions;
  const found = computeFields<readonly Nucleus[]>(fields, {
    worker: './find-nuclei.worker',
    ...{ workerData, source, threads },
  });
  const byImage = new Map<number, readonly { readonly x: number; readonly y: number }[]>();
  let seen = 0;
  for await (const { field, answer } of found) {
    progress.update(++seen);
    if (answer)
      byImage.set(
        field.imageNumber,
        answer.map(({ x, y }) => ({ x, y })),
      );
  }
  const cells = [...byImage.values()].reduce((sum, of) => sum + of.length, 0);
  progress.finish(`${cells} cells`);
  requireReadable({ ...screen, fields }, source.skipped());
  const file = `nuclei in ${screen.channels[channel]}`;
  return { file, sha256: sha256(JSON.stringify([...byImage])), size, byImage, unknown: [] };
}
