import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nodeFiles } from '../src/files/node-files.ts';
import { nodePictures } from '../src/image/node/pictures.ts';
import { writeSimulatedScreen } from '../src/screen/simulation/write-screen.ts';

/** A screen of two classes that trains in seconds: 2 plates of 4 wells of 2 fields of 96 × 96 pixels. */
export async function simulateTinyScreen(
  folder: string,
  { classes = 2, plates = 2, wells = 4, sites = 2, size = 96, seed = 1 } = {},
): Promise<string> {
  const { fields } = await writeSimulatedScreen(
    folder,
    {
      classes,
      plates,
      wells,
      sites,
      size,
      seed,
      responders: [0.8, 0.9],
      overwrite: false,
    },
    { files: nodeFiles, pictures: nodePictures },
  );
  return fields;
}

/** A copy of a table beside it, its lines changed by `change` (the first is the header). */
export async function changeTable(
  table: string,
  name: string,
  change: (lines: readonly string[]) => readonly string[],
): Promise<string> {
  const lines = (await readFile(table, 'utf8')).trim().split('\n');
  const path = join(dirname(table), name);
  await writeFile(path, `${change(lines).join('\n')}\n`);
  return path;
}
