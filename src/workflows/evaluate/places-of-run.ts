import * as z from 'zod';
import { dirname, extname, join } from '../../files/paths.ts';
import { isThere } from '../../files/read-text.ts';
import type { Host } from '../host.ts';
import { placesBeside } from '../shared/table-output.ts';

/** What is read of the record that `predict` leaves beside a table, which holds more. */
const record = z.object({ result: z.object({ model: z.string(), run: z.string().nullish() }) });

/**
 * Where the run may be whose model made a table of predictions: the folder of the table, and what the record beside it names. Of
 * groups, as in `p.by-well.csv`, the record is that of `p.csv`.
 */
export async function placesOfRun(predictions: string, { files }: Pick<Host, 'files'>): Promise<readonly string[]> {
  const folder = dirname(predictions);
  const extension = extname(predictions);
  const fields = predictions.slice(0, predictions.length - extension.length).replace(/\.by-\w+$/, '') + extension;
  const file = placesBeside(fields).record;
  if (!(await isThere(file, files))) return [folder];
  const told = record.safeParse(parsed(new TextDecoder().decode(await files.read(file))));
  if (!told.success) return [folder];
  const { run, model } = told.data.result;
  const named = [run ?? dirname(model), model];
  // Paths are told from where the command ran.
  return [...new Set([folder, ...named, ...named.map((path) => join(folder, path))])];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
