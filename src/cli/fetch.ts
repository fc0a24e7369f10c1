import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { type FetchResult, fetchSet } from '../workflows/fetch/fetch-set.ts';
import { bbbc021 } from '../workflows/fetch/published-set.ts';
import { readSums } from '../workflows/fetch/sums.ts';
import type { CommonOptions, Console } from './console.ts';
import { Ended } from './ended.ts';
import { interruptible } from './interrupt.ts';
import type { CreateCommand } from './main.ts';
import { createCommand, oneOf, wholeNumber } from './options.ts';

interface FetchOptions extends CommonOptions {
  readonly out: string;
  readonly plates: string;
  readonly baseUrl: string;
  readonly connections: number;
  readonly keepArchives: boolean;
  readonly sums?: string;
}

/** `fetch bbbc021 --out <dir>`: a published screen, as a folder that every other command takes. */
export const createFetchCommand: CreateCommand = (console) =>
  createCommand('fetch', 'Download a published screen: its tables, and its plates, checked and unpacked.')
    .argument('<set>', 'which: bbbc021', oneOf(['bbbc021']))
    .requiredOption('--out <dir>', 'folder to fill; what is there and whole is left alone')
    .option('--plates <list>', 'all, how many from the first, or plates and weeks: Week1_22123,Week4', 'all')
    .option('--base-url <url>', 'where to download from, such as a mirror', webFolder, bbbc021.baseUrl)
    .option('--connections <n>', 'plates to download at once', wholeNumber({ least: 1, most: 8 }), 2)
    .option('--keep-archives', 'keep the archives of the plates when they are unpacked', false)
    .option('--sums <file>', 'SHA-256 sums that the files must have, a line `<hex>  <file>` for each')
    .action(async (_set: string, options: FetchOptions) => {
      const { out: folder, plates, baseUrl, connections, keepArchives } = options;
      const sums = options.sums === undefined ? new Map<string, string>() : await readSums(options.sums);
      const request = { set: bbbc021, folder, baseUrl, plates, connections, keepArchives, sums };
      const { signal, end } = interruptible();
      try {
        const result = await fetchSet(request, { console, signal });
        console.out(options.json ? `${JSON.stringify(result, undefined, 2)}\n` : summary(result));
        if (result.plates.some(({ status }) => status === 'failed')) throw new Ended(1);
      } catch (error) {
        if (!signal.aborted) throw error;
        stopped(console);
      } finally {
        end();
      }
    });

function stopped(console: Console): never {
  console.err('stopped. Run the same command again, and it goes on with what has come.\n');
  throw new Ended(130);
}

/** Parses an address of the web as that of a folder. */
function webFolder(text: string): string {
  const address = text.endsWith('/') ? text : `${text}/`;
  if (!/^https?:/i.test(address) || !URL.canParse(address)) {
    throw new InvalidArgumentError('Expected an address such as https://example.org/BBBC021/.');
  }
  return new URL(address).href;
}

function summary({ out, record, plates }: FetchResult): string {
  const fetched = plates.filter((plate) => plate.status === 'fetched');
  const failed = plates.filter((plate) => plate.status === 'failed');
  const present = plates.length - fetched.length - failed.length;
  const fields = plates.reduce((sum, plate) => sum + (plate.status === 'failed' ? 0 : plate.fields), 0);
  const missing = fetched.reduce((sum, plate) => sum + plate.missing, 0);
  const counts = [
    `${fetched.length} plate${fetched.length === 1 ? '' : 's'} fetched`,
    ...(present > 0 ? [`${present} there already`] : []),
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
  ];
  return [
    `${counts.join(', ')}: ${fields} fields in ${out}`,
    ...(fetched.length === 0 ? [] : [howChecked(record, fetched)]),
    ...(missing > 0 ? [`${missing} images that the table names are in no archive`] : []),
    ...(failed.length > 0 ? ['', ...failed.map(({ plate, problem }) => `  ${plate}: ${problem}`)] : []),
    '',
    ...(failed.length > 0 ? ['Run the same command again: it fetches what is missing.'] : nextCommands(out)),
    '',
  ].join('\n');
}

/** No sums are published, so that CRC-32 is all there is unless somebody has sums. */
function howChecked(record: string, fetched: readonly { matched: boolean }[]): string {
  const matched = fetched.filter((plate) => plate.matched).length;
  const sums = matched > 0 ? `; ${matched} of ${fetched.length} archives have the SHA-256 that was asked for` : '';
  return `every file has the CRC-32 that its archive gives${sums}; the SHA-256 of the archives are in ${record}`;
}

function nextCommands(out: string): string[] {
  const path = /\s/.test(out) ? `"${out}"` : out;
  return [
    'Look at it, then train on 15 % of the wells of each mechanism:',
    `  milscope inspect ${path}`,
    `  milscope train ${path} --label Metadata_MOA --fraction 0.15 --balance cap=24 --out ${join('runs', 'bbbc021')}`,
  ];
}
