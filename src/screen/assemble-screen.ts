import { existsSync } from 'node:fs';
import { isMilscopeError, MilscopeError } from '../errors.ts';
import { readImageHeader } from '../image/header.ts';
import type { ChannelSource, Field, Screen } from './screen.ts';

/** Where the image of one column is in one field: a file, with a page where the table picks one, or why there is none. */
export type ImagePlace = { readonly file: string; readonly frame?: number } | MilscopeError;

/** The images of one column of a table, or those that a microscope gave one name. */
export interface ImageColumn {
  readonly name: string;
  /** The column that picks a page of each file, where there is one. */
  readonly frameColumn?: string | undefined;
  /** One a field. */
  readonly places: readonly ImagePlace[];
}

/**
 * The channels and fields of a screen whose images are known. No pixel is decoded and an image may be missing. How many
 * planes the files of a column have is taken from the first of them that is a readable image; until there is one, they
 * count as single. A column of single planes makes a channel of its name, one of RGB images or stacks makes several
 * (`Image:0`, `Image:1`, …), and a stack of which pages are picked one.
 *
 * A field with an image that is nowhere keeps its place, with the `problem` in its source.
 *
 * @param fields one for every place of the columns
 * @throws the first problem when every field has one, and DuplicateField when two fields name the same planes
 */
export function assembleScreen(
  columns: readonly ImageColumn[],
  fields: readonly Omit<Field, 'sources'>[],
  { source }: { source: string },
): Pick<Screen, 'channels' | 'fields'> {
  const shapes = columns.map(channelShape);
  const assembled = fields.map((field, i): Field => {
    const sources = columns.flatMap((column, c) =>
      sourcesOf(column.places[i]!, { column, shape: shapes[c]!, field, source }),
    );
    return { ...field, sources };
  });
  const problems = assembled.map(({ sources }) => sources.find(({ problem }) => problem !== undefined)?.problem);
  if (problems[0] !== undefined && problems.every((problem) => problem !== undefined)) throw problems[0];
  refuseDuplicates(
    assembled.filter((_, i) => problems[i] === undefined),
    source,
  );
  const channels = columns.flatMap(({ name }, c) => {
    const { planes } = shapes[c]!;
    return planes === 1 ? [name] : Array.from({ length: planes }, (_, plane) => `${name}:${plane}`);
  });
  return { channels, fields: assembled };
}

/** How many channels a column makes, and whether pages are picked. */
interface ChannelShape {
  readonly planes: number;
  readonly picked: boolean;
}

function channelShape({ frameColumn, places }: ImageColumn): ChannelShape {
  for (const place of places) {
    if (place instanceof MilscopeError || !existsSync(place.file)) continue;
    try {
      const { channels, samples } = readImageHeader(place.file);
      // CellProfiler's frames are pages: an RGB image has one.
      return frameColumn === undefined || samples === 3
        ? { planes: channels, picked: false }
        : { planes: 1, picked: true };
    } catch (error) {
      if (!isMilscopeError(error)) throw error;
    }
  }
  return { planes: 1, picked: frameColumn !== undefined };
}

function sourcesOf(
  place: ImagePlace,
  {
    column,
    shape,
    field,
    source,
  }: { column: ImageColumn; shape: ChannelShape; field: Pick<Field, 'row'>; source: string },
): ChannelSource[] {
  const { planes, picked } = shape;
  const each = (of: Omit<ChannelSource, 'plane'>) =>
    Array.from({ length: planes }, (_, plane): ChannelSource => ({ ...of, plane }));
  if (place instanceof MilscopeError) return each({ file: '', problem: place });
  const { file, frame = 0 } = place;
  if (picked) return [{ file, plane: frame }];
  if (frame === 0) return each({ file, planes });
  const problem = new MilscopeError('BadTable', {
    file: source,
    row: field.row,
    column: column.frameColumn,
    problem: 'an RGB image has one page',
    found: String(frame),
    expected: '0',
  });
  return each({ file: '', problem });
}

function refuseDuplicates(fields: readonly Field[], source: string): void {
  const rows = new Map<string, number>();
  for (const { sources, row } of fields) {
    const key = JSON.stringify(sources.map(({ file, plane }) => [file, plane]));
    const before = rows.get(key);
    if (before !== undefined) {
      throw new MilscopeError('DuplicateField', {
        file: source,
        row,
        problem: `the same images are in row ${before} already`,
        found: sources[0]?.file,
        remedy: 'leave one of the rows out: a field in training and test alike makes every figure wrong',
      });
    }
    rows.set(key, row);
  }
}
