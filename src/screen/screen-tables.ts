import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MilscopeError } from '../errors.ts';

/** The tables of BBBC021 as the Broad Institute publishes them. */
const imageTable = 'BBBC021_v1_image.csv';
const mechanismTable = 'BBBC021_v1_moa.csv';

/** The files that say what the fields of a screen are. */
export interface ScreenTables {
  /** The table with a row for every field. */
  readonly fields: string;
  /** The table of mechanisms beside it, where the screen is a folder. */
  readonly mechanisms?: string;
}

/**
 * The tables of a screen: the table itself that `path` names, or those in the folder that it names,
 * `BBBC021_v1_image.csv` and `BBBC021_v1_moa.csv`.
 *
 * @throws BadTable for a folder that has neither of the two, MissingFile for one that has only one of them. A path at
 *   which there is nothing is taken for that of a table.
 */
export async function screenTables(path: string): Promise<ScreenTables> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return { fields: path };
  const fields = join(path, imageTable);
  const mechanisms = join(path, mechanismTable);
  const [hasFields, hasMechanisms] = await Promise.all([exists(fields), exists(mechanisms)]);
  if (hasFields && hasMechanisms) return { fields, mechanisms };
  if (!hasFields && !hasMechanisms) {
    throw new MilscopeError('BadTable', {
      file: path,
      problem: 'the table cannot be read',
      found: 'a folder',
      expected: `a CSV or TSV file, or a folder with ${imageTable} and ${mechanismTable}`,
    });
  }
  throw new MilscopeError('MissingFile', {
    file: hasFields ? mechanisms : fields,
    problem: 'one of the two tables of BBBC021 is missing from the folder',
    found: hasFields ? imageTable : mechanismTable,
    expected: `${imageTable} and ${mechanismTable}`,
    remedy: 'put both into the folder; they are published with the images',
  });
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
