import { counted } from '../words.ts';
import { fetchScreen } from '../workflows/fetch/fetch.ts';
import type { CreateCommand } from './main.ts';
import { workflowCommand } from './run-workflow.ts';

/** `fetch bbbc021 --out <dir>`: a published screen, as a folder that every other command takes. */
export const createFetchCommand: CreateCommand = (console) =>
  workflowCommand(fetchScreen, console, {
    summary({ out, record, plates }) {
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
        `${counts.join(', ')}: ${counted(fields, 'field')} in ${out}`,
        ...(fetched.length === 0 ? [] : [howChecked(record, fetched)]),
        ...(missing > 0 ? [`${counted(missing, 'image')} that the table names are in no archive`] : []),
        ...(failed.length > 0 ? ['', ...failed.map(({ plate, problem }) => `  ${plate}: ${problem}`)] : []),
        '',
        ...(failed.length > 0 ? ['Run the same command again to fetch what is missing.'] : nextCommands(out)),
        '',
      ].join('\n');
    },
    failed: ({ plates }) => plates.some(({ status }) => status === 'failed'),
    examples: [
      'milscope fetch bbbc021 --out bbbc021',
      'milscope fetch bbbc021 --out bbbc021 --plates Week1,Week4_27481',
    ],
  });

/** No sums are published, so that CRC-32 is all there is unless somebody has sums. */
function howChecked(record: string, fetched: readonly { readonly matched: boolean }[]): string {
  const matched = fetched.filter((plate) => plate.matched).length;
  const sums = matched > 0 ? `; ${matched} of ${fetched.length} archives have the SHA-256 that was asked for` : '';
  return `every file has the CRC-32 that its archive states${sums}; the SHA-256 of the archives are in ${record}`;
}

function nextCommands(out: string): string[] {
  const path = /\s/.test(out) ? `"${out}"` : out;
  return [
    'Inspect it, then train on 15 % of the wells of each mechanism:',
    `  milscope inspect ${path}`,
    `  milscope train ${path} --label Metadata_MOA --fraction 0.15 --balance cap=24 --out runs/bbbc021`,
  ];
}
