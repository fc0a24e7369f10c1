import { MilscopeError } from '../../errors.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { sortColumns } from '../../screen/table/load-data.ts';
import { readTable } from '../../tables/read-table.ts';

/** A plate of an image table. */
export interface Plate {
  /** `Week1_22123`. */
  readonly name: string;
  /** Its folder, as the table has it: `Week1/Week1_22123`. */
  readonly path: string;
  /** The names of its images in that folder. */
  readonly images: readonly string[];
  /** Rows of the table. */
  readonly fields: number;
}

/**
 * The plates of an image table, which are the folders that its `PathName_` columns name; by week and number.
 *
 * @throws BadTable for a folder that does not lie below that of the table, for an image that is not directly in its
 *   folder, and when two folders have the same name, beside what a table may be refused for.
 */
export async function readPlates(file: string): Promise<Plate[]> {
  const table = await readTable(file, nodeFiles);
  const { channels } = sortColumns(table);
  const plates = new Map<string, { images: Set<string>; rows: Set<number> }>();
  for (const { row, cells } of table.rows) {
    for (const { file: name, path } of channels) {
      const place = (column: number | undefined) => ({ file, row, column: table.columns[column ?? -1] });
      const folder = (cells[path ?? -1] ?? '').trim().replaceAll('\\', '/');
      const image = (cells[name ?? -1] ?? '').trim();
      if (!folder.split('/').every(isPlainName)) {
        throw notPlain(place(path), folder, 'the name of a folder, such as Week1/Week1_22123');
      }
      if (!isPlainName(image)) throw notPlain(place(name), image, 'the name of a file in that folder');
      const plate = plates.get(folder) ?? { images: new Set(), rows: new Set() };
      plate.images.add(image);
      plate.rows.add(row);
      plates.set(folder, plate);
    }
  }
  const found = [...plates].map(([path, { images, rows }]): Plate => {
    return { name: path.split('/').at(-1)!, path, images: [...images], fields: rows.size };
  });
  const twice = found.find(({ name }, i) => found.findIndex((other) => other.name === name) < i);
  if (twice !== undefined) {
    throw new MilscopeError('BadTable', { file, problem: 'two folders have the name of one plate', found: twice.path });
  }
  return found.sort((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }));
}

/** Whether it is one name, which can neither lead out of a folder nor hide in it. */
function isPlainName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return name !== '' && !name.startsWith('.') && !/[/\\:\u0000-\u001f]/.test(name);
}

function notPlain(
  place: { file: string; row: number; column: string | undefined },
  found: string,
  expected: string,
): MilscopeError {
  return new MilscopeError('BadTable', {
    ...place,
    problem: 'the images of the row cannot be fetched to where they should be',
    found: found === '' ? 'an empty cell' : found,
    expected,
  });
}

/**
 * The plates that `--plates` means: `all`, how many of them from the first, or names of plates (`Week1_22123`) and of
 * their folders (`Week1`) with commas between them.
 *
 * @throws BadOption for a name that none has, listing those that there are.
 */
export function choosePlates(plates: readonly Plate[], wanted: string): readonly Plate[] {
  const names = wanted.split(',').map((name) => name.trim().toLowerCase());
  if (names.length === 1 && names[0] === 'all') return plates;
  const isCount = names.length === 1 && /^[1-9]\d*$/.test(names[0]!) && Number(names[0]) <= plates.length;
  if (isCount) return plates.slice(0, Number(names[0]));
  const isMeant = (plate: Plate, name: string) => plate.path.toLowerCase().split('/').includes(name);
  const unknown = names.filter((name) => !plates.some((plate) => isMeant(plate, name)));
  if (unknown.length > 0) {
    throw new MilscopeError('BadOption', {
      option: `--plates ${wanted}`,
      problem: 'there is no such plate',
      found: unknown.join(', ') || 'nothing',
      expected: `all, a number up to ${plates.length}, or some of ${describe(plates)}`,
    });
  }
  return plates.filter((plate) => names.some((name) => isMeant(plate, name)));
}

/** `Week1 (Week1_22123, Week1_22141), Week2 (…)`. */
function describe(plates: readonly Plate[]): string {
  const weekOf = ({ path }: Plate) => path.split('/').at(-2) ?? '';
  return [...new Set(plates.map(weekOf))]
    .map((week) => {
      const names = plates.filter((plate) => weekOf(plate) === week).map(({ name }) => name);
      return week === '' ? names.join(', ') : `${week} (${names.join(', ')})`;
    })
    .join(', ');
}
