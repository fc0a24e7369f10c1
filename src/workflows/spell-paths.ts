import type * as z from 'zod';
import type { Files } from '../files/files.ts';
import { createSpelling } from '../files/unicode-paths.ts';
import { metaOf } from './request-fields.ts';

/** What the values of fields are called that are paths. */
const PATHS: readonly string[] = ['file', 'folder', 'dir', 'screen', 'model', 'predictions'];

/** Whether the value of a field is a path. */
export function namesPath(schema: z.ZodType): boolean {
  return PATHS.includes(metaOf(schema).value ?? '');
}

/**
 * A request with its paths as the file system spells them: who types `ä` may type one letter where the name of the file has two, as
 * names that came from a Mac do. What is there as it was typed stays, and so does what is nowhere; of a path that is to be written,
 * the folders are spelled.
 */
export async function spellPaths<Request>(schema: z.ZodType, request: Request, files: Files): Promise<Request> {
  const shape = 'shape' in schema ? (schema.shape as Readonly<Record<string, z.ZodType>>) : {};
  const fields = Object.entries(request as Readonly<Record<string, unknown>>).filter(
    ([field, value]) => typeof value === 'string' && shape[field] && namesPath(shape[field]),
  );
  const spelled = await Promise.all(
    fields.map(async ([field, path]) => [field, await spellPath(path as string, files)] as const),
  );
  return { ...request, ...Object.fromEntries(spelled) };
}

/** A path as the file system spells it, see {@link spellPaths}. */
export async function spellPath(path: string, files: Pick<Files, 'list' | 'status'>): Promise<string> {
  const isThere = await files.status(path).then(Boolean, () => true);
  return isThere ? path : createSpelling(files)(path);
}
