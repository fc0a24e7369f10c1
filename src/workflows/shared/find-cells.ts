import { createFieldSource } from '../../screen/field-source.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { requireReadable, type SkippedField } from '../../screen/skipped.ts';
import { mapInOrder } from '../../threads/map-in-order.ts';
import { counted } from '../../words.ts';
import type { RunningHost } from '../host.ts';
import type { NucleiOptions } from '../profile/measure-field.ts';
import { beginTask, tellLost } from '../task.ts';
import type { TrainingCells } from './training-cells.ts';

/**
 * Finds the nuclei of some fields in one of their channels, as centres of cells to train on. A field that can be read no more
 * has none.
 *
 * @throws TooManyUnreadable when that is more than a tenth of them
 */
export async function findCells(
  screen: Screen,
  {
    fields,
    channel,
    diameter,
    size,
  }: NucleiOptions & {
    readonly fields: readonly Field[];
    /** Side of the square around a cell (pixels). */
    readonly size: number;
  },
  host: RunningHost,
): Promise<TrainingCells> {
  const task = beginTask(host, { task: 'finding cells', total: fields.length, unit: 'fields' });
  const onSkip = (entry: SkippedField) =>
    tellLost(host, { ...entry, message: `left out from now on: ${entry.message}` });
  const source = createFieldSource(screen, { cacheBytes: 0, onSkip }, host);
  const finder = host.nucleiFinder({ channel, diameter }, host.threads);
  const byImage = new Map<number, readonly { readonly x: number; readonly y: number }[]>();
  const find = async (field: Field) => {
    const image = await source.read(field);
    return { field, nuclei: image && (await finder.find(image)) };
  };
  let seen = 0;
  try {
    for await (const { field, nuclei } of mapInOrder(fields, 2 * host.threads, find)) {
      task.update(++seen);
      const centres = nuclei?.map(({ x, y }) => ({ x, y }));
      if (centres) byImage.set(field.imageNumber, centres);
    }
  } finally {
    await finder.release();
  }
  const cells = [...byImage.values()].reduce((sum, of) => sum + of.length, 0);
  task.end(counted(cells, 'cell'));
  requireReadable({ ...screen, fields }, source.skipped());
  const name = screen.channels[channel]!;
  return {
    file: `nuclei in ${name}`,
    sha256: await host.hash(JSON.stringify([...byImage])),
    nuclei: { channel: name, ...(diameter !== undefined && { diameter }) },
    ...{ size, byImage, unknown: [] },
  };
}
