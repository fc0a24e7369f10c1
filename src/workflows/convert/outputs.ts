import { MilscopeError, named } from '../../errors.ts';
import { dirname, join, resolve } from '../../files/paths.ts';
import type { PlateLayout } from '../../screen/plate-layout.ts';
import type { Screen } from '../../screen/screen.ts';
import type { Host } from '../host.ts';
import { fileNames } from '../segment/file-names.ts';
import { liesIn, requireApart } from '../shared/places.ts';
import { requireWritable } from '../shared/require-writable.ts';
import { requireNewTable } from '../shared/table-output.ts';

/** Where the plates of a screen and the table of their metadata go. */
export interface ConvertOutputs {
  /** A folder for each plate, in their order. */
  readonly plates: readonly string[];
  /** The table beside them. */
  readonly table: string;
}

/**
 * One plate and `x.zarr`: the plate is `x.zarr`. Several plates, or another name: `out` is a folder with a
 * `<plate>.zarr` for each. The table has the name of `out` with `.csv` in place of `.zarr` and stands beside it.
 */
export function convertOutputs(out: string, plates: readonly Pick<PlateLayout, 'name'>[]): ConvertOutputs {
  const bare = out.replace(/(?<=.)[/\\]+$/, '');
  // A folder without a name of its own has it from elsewhere.
  const path = /(^|[/\\])\.{0,2}$/.test(bare) ? resolve(bare) : bare;
  const table = `${path.replace(/\.zarr$/i, '')}.csv`;
  if (plates.length === 1 && /\.zarr$/i.test(path)) return { plates: [path], table };
  const names = fileNames(
    plates.map(({ name }) => name),
    'plate',
  );
  return { plates: names.map((name) => join(path, `${name}.zarr`)), table };
}

/**
 * Lets outputs pass that may be written.
 *
 * @throws OutputExists for one that is there already, without `overwrite`, and for a folder that is no Zarr in any case
 * @throws BadOption when images of the screen lie in a plate that would be replaced, or its table would be
 */
export async function requireNewPlates(
  { plates, table }: ConvertOutputs,
  { screen, overwrite }: { screen: Screen; overwrite: boolean },
  host: Host,
): Promise<void> {
  const { files } = host;
  requireApart([['out', table]], { asked: { screen: screen.source } });
  await requireNewTable(table, { overwrite }, host);
  for (const plate of plates) {
    const inside = screen.fields.flatMap(({ sources }) => sources).find(({ file }) => liesIn(file, plate));
    if (inside !== undefined) {
      throw new MilscopeError('BadOption', {
        option: `out ${plate}`,
        problem: 'images of the screen lie in the plate that would be written',
        found: inside.file,
        expected: 'another place',
      });
    }
    await requireWritable(dirname(resolve(plate)), host, { folder: true });
    const there = await files.status(plate);
    if (there === undefined) continue;
    if (!overwrite) {
      throw new MilscopeError('OutputExists', {
        file: plate,
        problem: 'the plate exists already',
        remedy: `choose another name with ${named('out')}, or give ${named('overwrite')}`,
      });
    }
    if (there.kind === 'folder' && (await isEmptyOrZarr(plate, host))) continue;
    throw new MilscopeError('OutputExists', {
      file: plate,
      problem: 'what is there is not an OME-Zarr plate and is not replaced',
      remedy: `choose another name with ${named('out')}`,
    });
  }
}

async function isEmptyOrZarr(folder: string, { files }: Host): Promise<boolean> {
  const entries = await files.list(folder);
  return entries.length === 0 || entries.some(({ name }) => ['zarr.json', '.zgroup', '.zattrs'].includes(name));
}
