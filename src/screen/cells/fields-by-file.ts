import { basename } from '../../files/paths.ts';
import type { Field } from '../screen.ts';

/** Finds the field of an image by the name of its file. */
export interface FieldsByFile {
  /** The fields that a name may mean, with the folder that it may stand in; the folder counts where names repeat. */
  readonly find: (name: string, folder?: string) => ReadonlySet<Field>;
}

/** Endings that names of images have, and that programs leave out. */
const ending = /(?:\.ome)?\.(?:tiff?|png|jpe?g|zarr|stk)$/i;
/** A name with what programs write behind it: QuPath the name of a series, ImageJ that of a region and of a plane. */
const withMore: readonly RegExp[] = [
  /^(?<name>.*?\.(?:tiff?|png|jpe?g|zarr|stk))(?::| - )(?<more>.*)$/is,
  /^(?<name>(?:[a-z]:)?[^:]+):(?<more>.*)$/is,
  /^(?<name>.+) - (?<more>.*)$/is,
];
/** What ImageJ writes before the name of an image that was split or projected. */
const before = /^(?:(?:c\d+-|max_|avg_|sum_|min_|med_|std_|dup_)+)/;
const none: ReadonlySet<Field> = new Set();

/**
 * Lists fields by the names of the files of their channels: without regard to case, to how letters are composed in Unicode, to
 * either slash, and to the ending where a name has none. What is no name of a file may begin with one: `a.tif - Series 1`,
 * `a.tif:0001-0100`. Of several series in a file, the name behind it tells which is meant.
 */
export function fieldsByFile(fields: readonly Field[]): FieldsByFile {
  const byName = new Map<string, Map<string, Set<Field>>>();
  const add = (name: string, path: string, field: Field) => {
    const paths = byName.get(name) ?? new Map<string, Set<Field>>();
    byName.set(name, paths);
    paths.set(path, (paths.get(path) ?? new Set()).add(field));
  };
  for (const field of fields) {
    for (const file of new Set(field.sources.map((source) => source.file).filter(Boolean))) {
      const path = comparablePath(file);
      const name = basename(path);
      for (const key of new Set([name, name.replace(ending, '')])) add(key, path.replace(ending, ''), field);
    }
  }
  const exactly = (name: string, folder: string): ReadonlySet<Field> => {
    const wanted = comparablePath(name.trim());
    const paths = byName.get(basename(wanted)) ?? byName.get(basename(wanted).replace(ending, ''));
    if (paths === undefined || wanted === '') return none;
    if (paths.size === 1) return [...paths.values()][0]!;
    const parts = `${comparablePath(folder.trim())}/${wanted}`.replace(ending, '').split('/').filter(Boolean);
    const alike = [...paths].map(([path, own]) => ({ own, shared: sharedEnd(path.split('/'), parts) }));
    const most = Math.max(...alike.map(({ shared }) => shared));
    return new Set(alike.filter(({ shared }) => shared === most).flatMap(({ own }) => [...own]));
  };
  const look = (name: string, folder: string): ReadonlySet<Field> => {
    const whole = exactly(name, folder);
    if (whole.size > 0) return whole;
    for (const { name: own, more = '' } of shorterNames(comparablePath(name.trim()))) {
      const fields = exactly(own, folder);
      const [one, ...others] = [...fields].filter((field) => isSeries(field, more));
      if (one !== undefined && others.length === 0) return new Set([one]);
      if (fields.size > 0) return fields;
    }
    return none;
  };
  // A table has a row for each cell, and few names.
  const found = new Map<string, ReadonlySet<Field>>();
  return {
    find(name, folder = '') {
      const key = `${folder}\n${name}`;
      const known = found.get(key) ?? look(name, folder);
      found.set(key, known);
      return known;
    },
  };
}

/** What may be the name of a file in a text, and what stands behind it. */
function shorterNames(text: string): readonly { readonly name: string; readonly more?: string | undefined }[] {
  const found = withMore.flatMap((form) => {
    const { name, more } = form.exec(text)?.groups ?? {};
    return name === undefined ? [] : [{ name, more }];
  });
  const all = [{ name: text, more: undefined }, ...found];
  const split = all.flatMap(({ name, more }) => (before.test(name) ? [{ name: name.replace(before, ''), more }] : []));
  return [...found, ...split];
}

/** Whether a field is the series of a file that has this name. */
function isSeries({ metadata }: Field, name: string): boolean {
  const own = metadata.Metadata_SeriesName?.trim().normalize('NFC').toLowerCase();
  return own !== undefined && own !== '' && own === name.trim();
}

function comparablePath(path: string): string {
  return path
    .replace(/^file:\/\//i, '')
    .replaceAll('\\', '/')
    .normalize('NFC')
    .toLowerCase();
}

/** How many parts two paths have in common, from their end. */
function sharedEnd(path: readonly string[], parts: readonly string[]): number {
  let shared = 0;
  while (shared < parts.length && path.at(-1 - shared) === parts.at(-1 - shared)) shared++;
  return shared;
}
