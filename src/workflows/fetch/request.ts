import * as z from 'zod';
import { oneOf, text, wholeNumber } from '../request-fields.ts';
import { bbbc021 } from './published-set.ts';

const address = 'Expected an address such as https://example.org/BBBC021/.';
const plates = 'Expected all, a number of plates, or names of plates and weeks.';

/** What is asked of a download. */
export const fetchRequest = z.strictObject({
  set: oneOf(['bbbc021']).meta({ description: 'which: bbbc021', value: 'set', argument: true }),
  out: text().meta({
    description: 'folder to fill; whole files that are there already are kept',
    value: 'dir',
    group: 'output',
  }),
  plates: z
    .union([text(), wholeNumber({ least: 1 }), z.array(text()).min(1)], { error: plates })
    .transform((wanted) => (Array.isArray(wanted) ? wanted.join(',') : String(wanted)))
    .default('all')
    .meta({
      description: 'all, how many from the first, or plates and weeks: Week1_22123,Week4',
      value: 'list',
      group: 'screen',
    }),
  baseUrl: z
    .string({ error: address })
    .transform(
      (given, context) => webFolder(given) ?? context.addIssue({ code: 'custom', message: address }) ?? z.NEVER,
    )
    .default(bbbc021.baseUrl)
    .meta({ description: 'where to download from, such as a mirror', value: 'url', group: 'how' }),
  connections: wholeNumber({ least: 1, most: 8 })
    .default(2)
    .meta({ description: 'plates to download at once', value: 'n', group: 'how' }),
  sums: text().optional().meta({
    description: 'SHA-256 sums that the files must have, a line `<hex>  <file>` for each',
    value: 'file',
    group: 'how',
  }),
  keepArchives: z
    .boolean()
    .default(false)
    .meta({ description: 'keep the archives of the plates when they are unpacked', group: 'output' }),
});

/** An address of the web as that of a folder; undefined for anything else. */
function webFolder(text: string): string | undefined {
  const address = text.endsWith('/') ? text : `${text}/`;
  return /^https?:/i.test(address) && URL.canParse(address) ? new URL(address).href : undefined;
}
