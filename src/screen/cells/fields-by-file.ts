import { basename } from '../../files/paths.ts';
import type { Field } from '../screen.ts';

/** Finds the field of an image by the name of its file. */
export interface FieldsByFile {
  /** The fields that a name may mean, with the folder that it may stand in; the folder counts where names repeat. */
  readonly find: (name: string, folder?: string) => ReadonlySet<Field>;
}

/** Endings that names of images have, and that programs leave out. */
const ending = /(?:\.ome)?\.(?:tiff?|png|jpe?g|zarr|stk)$/i;
const none: ReadonlySet<Field> = new Set();

/**
 * Lists fields by the names of the files of their channels: without regard to case, to how letters are composed in Unicode, to
 * either slash, and to the ending where a name has none.
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
  const look = (name: string, folder: string): ReadonlySet<Field> => {
    const wanted = comparablePath(name.trim());
    const paths = byName.get(basename(wanted)) ?? byName.get(basename(wanted).replace(ending, ''));
    if (paths === undefined || wanted === '') return none;
    if (paths.size === 1) return [...paths.values()][0]!;
    const parts = `${comparablePath(folder.trim())}/${wanted}`.replace(ending, '').split('/').filter(Boolean);
    const alike = [...paths].map(([path, own]) => ({ own, shared: sharedEnd(path.split('/'), parts) }));
    const most = Math.max(...alike.map(({ shared }) => shared));
    return new Set(alike.filter(({ shared }) => shared === most).flatMap(({ own }) => [...own]));
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
