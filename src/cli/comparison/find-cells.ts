import { detectNuclei } from '../../localization/nuclei.ts';
import { readField } from '../../screen/read-field.ts';
import type { Console } from '../console.ts';
import type { ExaminedScreen } from '../examine-screen.ts';
import { sha256 } from '../hash-files.ts';
import { createProgress } from '../progress.ts';
import type { TrainingCells } from '../training-cells.ts';

/** Finds the nuclei of every readable field in one of its channels, as centres of cells to train on. */
export async function findCells(
  { screen, readable }: ExaminedScreen,
  {
    channel,
    diameter,
    size,
    console,
  }: {
    /** The place of the channel that shows nuclei. */
    channel: number;
    diameter?: number | undefined;
    /** Side of the square around a cell (pixels). */
    size: number;
    console: Console;
  },
): Promise<TrainingCells> {
  const progress = createProgress(console, { label: 'finding cells', total: readable.length, unit: 'fields' });
  const byImage = new Map<number, readonly { readonly x: number; readonly y: number }[]>();
  for (const { field } of readable) {
    const { data, height, width } = await readField(screen, field);
    const plane = { data: data.subarray(channel * height * width, (channel + 1) * height * width), height, width };
    const { nuclei } = detectNuclei(plane, { diameter });
    byImage.set(
      field.imageNumber,
      nuclei.map(({ x, y }) => ({ x, y })),
    );
    progress.update(byImage.size);
  }
  const found = [...byImage.values()].reduce((sum, cells) => sum + cells.length, 0);
  progress.finish(`${found} cells`);
  const file = `nuclei in ${screen.channels[channel]}`;
  return { file, sha256: sha256(JSON.stringify([...byImage])), size, byImage, unknown: [] };
}
