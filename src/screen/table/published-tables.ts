import { MilscopeError } from '../../errors.ts';
import type { Files } from '../../files/files.ts';
import { kindOf } from '../../files/kind-of.ts';
import { join } from '../../files/paths.ts';

/** The tables of BBBC021 as the Broad Institute publishes them. */
const imageTable = 'BBBC021_v1_image.csv';
const mechanismTable = 'BBBC021_v1_moa.csv';

/** The two tables of BBBC021. */
interface PublishedTables {
  /** The table with a row for every field. */
  readonly images: string;
  /** That of what is known of the treatments. */
  readonly mechanisms: string;
}

/**
 * The tables of BBBC021 in a folder, `BBBC021_v1_image.csv` and `BBBC021_v1_moa.csv`; undefined where it has neither.
 *
 * @throws MissingFile where it has only one of them.
 */
export async function publishedTables(
  folder: string,
  files: Pick<Files, 'status'>,
): Promise<PublishedTables | undefined> {
  const images = join(folder, imageTable);
  const mechanisms = join(folder, mechanismTable);
  const [hasImages, hasMechanisms] = [
    (await kindOf(images, files)) !== undefined,
    (await kindOf(mechanisms, files)) !== undefined,
  ];
  if (hasImages && hasMechanisms) return { images, mechanisms };
  if (!hasImages && !hasMechanisms) return undefined;
  throw new MilscopeError('MissingFile', {
    file: hasImages ? mechanisms : images,
    problem: 'one of the two tables of BBBC021 is missing from the folder',
    found: hasImages ? imageTable : mechanismTable,
    expected: `${imageTable} and ${mechanismTable}`,
    remedy: 'put both into the folder; they are published with the images',
  });
}
