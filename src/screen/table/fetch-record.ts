import * as z from 'zod';
import { MilscopeError } from '../../errors.ts';
import type { Files } from '../../files/files.ts';
import { join, resolve } from '../../files/paths.ts';

/** What `milscope fetch` has brought into a folder, as `fetch.json` in it says. */
const fetchRecord = z.object({
  milscope: z.string(),
  set: z.string(),
  /** The tables, by name. */
  tables: z.record(z.string(), z.object({ url: z.string(), bytes: z.number(), sha256: z.string() })),
  /** The plates that have come whole, by name. */
  plates: z.record(
    z.string(),
    z.object({
      /** The folder of its images, relative to this one, as the image table names it: `Week1/Week1_22123`. */
      path: z.string(),
      url: z.string(),
      archive: z.object({ bytes: z.number(), sha256: z.string(), matched: z.boolean() }),
      /** All that was unpacked. */
      files: z.number(),
      bytes: z.number(),
      /** Those of the files that the image table names: how many, their bytes together, and how many it has not. */
      images: z.object({ files: z.number(), bytes: z.number(), missing: z.number() }),
      fetched: z.string(),
    }),
  ),
});

export type FetchRecord = z.infer<typeof fetchRecord>;

/** Where the record of a folder is. */
export const fetchRecordOf = (folder: string): string => join(folder, 'fetch.json');

/** The record of a folder; undefined where it has none. @throws BadTable for one that cannot be understood. */
export async function readFetchRecord(folder: string, files: Pick<Files, 'read'>): Promise<FetchRecord | undefined> {
  const file = fetchRecordOf(folder);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await files.read(file));
  } catch {
    return undefined;
  }
  try {
    return fetchRecord.parse(JSON.parse(text));
  } catch (cause) {
    throw new MilscopeError('BadTable', {
      file,
      problem: 'this is not the record that milscope fetch writes',
      remedy: 'move it away; milscope fetch makes a new one',
      cause,
    });
  }
}

/**
 * The folders of the plates that were fetched into `folder`, as absolute paths: those of its table that it has not are
 * not missing, nobody asked for them. Undefined where it was not fetched, and where no plate has come yet.
 */
export async function fetchedFolders(
  folder: string,
  files: Pick<Files, 'read'>,
): Promise<ReadonlySet<string> | undefined> {
  const record = await readFetchRecord(folder, files);
  const paths = Object.values(record?.plates ?? {}).map(({ path }) => resolve(folder, path));
  return paths.length === 0 ? undefined : new Set(paths);
}
