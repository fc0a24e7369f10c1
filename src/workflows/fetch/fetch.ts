import * as z from 'zod';
import { MilscopeError } from '../../errors.ts';
import { defineWorkflow } from '../workflow.ts';
import { fetchSet } from './node/fetch-set.ts';
import { rehearseFetch } from './node/rehearse-fetch.ts';
import { readSums } from './node/sums.ts';
import { bbbc021 } from './published-set.ts';
import { fetchRequest } from './request.ts';

const plate = { plate: z.string(), fields: z.number() };

const result = z.object({
  set: z.string(),
  source: z.string(),
  out: z.string(),
  /** What was fetched, and how it was checked. */
  record: z.string(),
  /** Tables that were downloaded in this run. */
  tables: z.array(z.string()).readonly(),
  plates: z
    .array(
      z.discriminatedUnion('status', [
        z.object({
          ...plate,
          status: z.literal('fetched'),
          /** SHA-256 and size of the archive, and whether the sum was in the list of sums. */
          ...{ sha256: z.string(), bytes: z.number(), matched: z.boolean() },
          /** Images of the table that are in the archive, and how many are not. */
          ...{ images: z.number(), missing: z.number() },
        }),
        z.object({ ...plate, status: z.literal('present') }),
        z.object({ ...plate, status: z.literal('failed'), problem: z.string() }),
      ]),
    )
    .readonly(),
});

/** Downloads a published screen, as a folder that every other workflow takes. */
export const fetchScreen = defineWorkflow(
  {
    title: 'fetch',
    description: 'Download a published screen: its tables, and its plates, checked and unpacked.',
    request: fetchRequest,
    result,
    rehearse: async ({ set: _, out: folder, sums, ...asked }, host) =>
      rehearseFetch({ set: bbbc021, folder, sums: await sumsOf(sums), ...asked }, host),
  },
  async ({ set: _, out: folder, sums: sumsFile, ...asked }, host) => {
    const sums = await sumsOf(sumsFile);
    try {
      return await fetchSet({ set: bbbc021, folder, sums, ...asked }, host);
    } catch (error) {
      if (!host.signal.aborted) throw error;
      const remedy = 'run the same command again to resume';
      throw new MilscopeError('Interrupted', { problem: 'the download was stopped', remedy, cause: error });
    }
  },
);

/** The sums of a file; none where there is no file. */
async function sumsOf(file: string | undefined): Promise<ReadonlyMap<string, string>> {
  return file === undefined ? new Map<string, string>() : readSums(file);
}
