import { isMilscopeError, MilscopeError, markedMessage } from '../../errors.ts';
import type { Table } from '../../tables/read-table.ts';
import type { ScreenAccess } from '../access.ts';
import { readField } from '../read-field.ts';
import type { ChannelSource, Field, Screen } from '../screen.ts';
import type { ScreenOptions } from '../screen-options.ts';
import { type LoadData, loadDataOf } from './load-data-of-screen.ts';
import { screenOfTable } from './screen-of-table.ts';

/** Fields whose pixels are compared where the table names their planes otherwise than the screen. */
const COMPARED = 3;

/**
 * The table of a screen that reads back to the very same channels, fields and pixels, which is tried: first with one column
 * for the channels of a file, then with a column for each of them.
 *
 * @param file absolute path that the table will have
 * @param options those that the screen was read with; the table needs them again
 * @throws BadTable when no table can say how the screen is read, with what would differ
 */
export async function tableOfScreen(
  screen: Screen,
  { file, folder, options }: { readonly file: string; readonly folder: string; readonly options: ScreenOptions },
  access: ScreenAccess,
): Promise<LoadData> {
  let difference: string | undefined;
  for (const planes of ['whole', 'frames'] as const) {
    const table = loadDataOf(screen, { folder, planes });
    const found = await differenceOf(screen, asTable(table, file), options, access);
    if (found === undefined) return table;
    difference ??= found;
  }
  throw new MilscopeError('BadTable', {
    file: screen.source,
    problem: 'no table of fields can say how this screen is read',
    reasons: difference,
    remedy: 'give the screen itself to the other commands',
  });
}

function asTable({ columns, rows }: LoadData, file: string): Table {
  return { file, columns, rows: rows.map((cells, i) => ({ row: i + 2, cells })) };
}

/** What a table would read back otherwise than the screen that it was made of, in words. */
async function differenceOf(
  screen: Screen,
  table: Table,
  options: ScreenOptions,
  access: ScreenAccess,
): Promise<string | undefined> {
  let back: Screen;
  try {
    // The table names the illumination functions itself.
    back = await screenOfTable(table, { ...options, illumination: undefined }, access);
  } catch (error) {
    if (!isMilscopeError(error)) throw error;
    return markedMessage(error);
  }
  if (back.channels.join('\n') !== screen.channels.join('\n')) {
    return `the channels ${back.channels.join(', ')} in place of ${screen.channels.join(', ')}`;
  }
  const renumbered = table.columns.some((name) => name.startsWith('Metadata_Source_'));
  for (const [i, field] of screen.fields.entries()) {
    const other = back.fields[i]!;
    const wrong =
      field.imageNumber === other.imageNumber && (renumbered || sameMetadata(field, other)) && sameObjects(field, other)
        ? undefined
        : `other metadata in row ${i + 2}`;
    if (wrong !== undefined) return wrong;
  }
  return differentImages(screen, back, access);
}

function sameMetadata(field: Field, other: Field): boolean {
  return Object.entries(field.metadata).every(([name, text]) => other.metadata[name] === text);
}

function sameObjects({ objects = {}, objectFrames = {} }: Field, other: Field): boolean {
  return (
    JSON.stringify(objects) === JSON.stringify(other.objects ?? {}) &&
    JSON.stringify(objectFrames) === JSON.stringify(other.objectFrames ?? {})
  );
}

/** Images are the same where their sources are; where a table picks pages instead, the pixels of some fields say it. */
async function differentImages(screen: Screen, back: Screen, access: ScreenAccess): Promise<string | undefined> {
  const isSame = screen.fields.every((field, i) =>
    field.sources.every((source, c) => isSameSource(source, back.fields[i]!.sources[c]!)),
  );
  if (isSame) return undefined;
  const unsaid = screen.fields.flatMap(({ sources }, i) =>
    sources.flatMap((source, c) => unsaidOf(source, back.fields[i]!.sources[c]!)),
  );
  if (unsaid.length > 0) return `no column for the ${[...new Set(unsaid)].join(' and the ')} of an image`;
  const complete = screen.fields.filter(({ sources }) => sources.every(({ problem }) => problem === undefined));
  const step = Math.max(1, Math.floor(complete.length / COMPARED));
  for (const field of complete.filter((_, i) => i % step === 0).slice(0, COMPARED)) {
    const other = back.fields[screen.fields.indexOf(field)]!;
    const wrong = `other pixels in row ${other.row}`;
    try {
      const [a, b] = [await readField(screen, field, access), await readField(back, other, access)];
      if (a.data.length !== b.data.length || a.data.some((value, k) => value !== b.data[k])) return wrong;
    } catch (error) {
      if (!isMilscopeError(error)) throw error;
      return wrong;
    }
  }
  return complete.length === 0 ? 'pages that are not those of the channels' : undefined;
}

function isSameSource(source: ChannelSource, other: ChannelSource): boolean {
  const { file, plane, planes, name, problem, ...more } = source;
  // Most sources say no more.
  if (Object.keys(more).length === 0 && Object.keys(other).length === Object.keys(source).length) {
    const isSame = file === other.file && plane === other.plane && planes === other.planes && name === other.name;
    if (isSame && problem === undefined && other.problem === undefined) return true;
  }
  return sourceText(source) === sourceText(other);
}

function sourceText({ problem, depths: _, ...source }: ChannelSource): string {
  if (problem !== undefined) return 'missing';
  const said = Object.entries(source).filter(([, value]) => value !== undefined);
  return JSON.stringify(said.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What tells where an image is beyond its file and plane, such as the other files of a stack, and is not in the table. */
function unsaidOf(source: ChannelSource, other: ChannelSource): string[] {
  const known = new Set(['file', 'plane', 'planes', 'name', 'problem', 'depths']);
  const read = new Map(Object.entries(other));
  return Object.entries(source).flatMap(([name, value]) => {
    return known.has(name) || JSON.stringify(value) === JSON.stringify(read.get(name)) ? [] : [name];
  });
}
