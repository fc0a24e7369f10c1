import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { formatPlateStatistics, readPlateStatistics, requirePlates } from './plate-statistics.ts';

const folder = temporaryFolder();
const measuring = { channels: ['DNA', 'Actin'], scope: 'plate', measure: 'mean' } as const;
const plates = new Map([
  ['24141', { mean: [0.1 + 0.2, 1 / 3], deviation: [Math.PI, 1e-7], fields: 24 }],
  ['P, ä "2"', { mean: [-5, 12_345.678_901_234_5], deviation: [1e21, 2 / 3], fields: 1 }],
]);

async function read(text: string | Uint8Array, how: Partial<Parameters<typeof readPlateStatistics>[1]> = {}) {
  const file = join(folder, 'plates.csv');
  await writeFile(file, text);
  return readPlateStatistics(file, { ...measuring, ...how }, nodeFiles);
}

describe('statistics of plates', () => {
  it.each(['mean', 'median'] as const)('are read as they were written, to the last bit: %s', async (measure) => {
    const text = formatPlateStatistics(plates, { ...measuring, measure });
    expect(text.split('\n', 2)).toEqual([
      `Metadata_Plate,Channel,Scope,Fields,${measure === 'mean' ? 'Mean' : 'Median'},Deviation`,
      '24141,DNA,plate,24,0.30000000000000004,3.141592653589793',
    ]);
    expect(await read(text, { measure })).toEqual(plates);
  });

  it('may be of other programs: other order, other names of plates, no counts, more channels, decimal commas', async () => {
    const text = 'channel;PlateID;deviation;MEAN\nActin;A;2,5;20\nER;A;1;1\nDNA;A;0,5;10,25\n\n';
    expect(await read(text)).toEqual(new Map([['A', { mean: [10.25, 20], deviation: [0.5, 2.5] }]]));
  });

  const header = 'Metadata_Plate,Channel,Scope,Fields,Mean,Deviation';
  const [dna, actin] = ['P1,DNA,plate,9,100,10', 'P1,Actin,plate,9,200,20'];
  it.each<[name: string, lines: readonly string[], tag: string, words: RegExp, measure?: 'median']>([
    [
      'a channel that is missing',
      [header, dna],
      'BadTable',
      /plate P1 has no row for the channel Actin.*DNA.*DNA, Actin/s,
    ],
    [
      'other channels',
      [header, dna.replace('DNA', 'ER')],
      'BadTable',
      /no row for the channel DNA, Actin.*rows for ER/s,
    ],
    ['a channel twice', [header, dna, actin, dna], 'BadTable', /row 4, column Channel.*DNA twice.*rows 2 and 4/s],
    ['a deviation of 0', [header, 'P1,DNA,plate,9,100,0', actin], 'BadTable', /row 2.*above 0/s],
    ['no number', [header, dna, actin.replace('200', 'n/a')], 'BadTable', /row 3, column Mean.*n\/a/s],
    ['an empty cell', [header, dna, 'P1,Actin,plate,9,200,'], 'BadTable', /row 3.*P1, channel Actin.*empty/s],
    ['infinity', [header, dna.replace('100', 'Infinity'), actin], 'BadTable', /row 2.*Infinity/s],
    [
      'other wells',
      [header, dna.replace('plate', 'controls')],
      'BadTable',
      /normalization plate.*controls.*not exist/s,
    ],
    ['means in place of medians', [header, dna, actin], 'MissingColumn', /by the mean.*model by the median/s, 'median'],
    ['a missing column', ['Metadata_Plate,Channel,Mean', 'P1,DNA,3'], 'MissingColumn', /Deviation/],
    [
      'decimal commas without quotes',
      [header, 'P1,DNA,plate,9,100,5,10,5', actin],
      'BadTable',
      /row 2.*found 8; expected 6/,
    ],
    [
      'a column twice',
      [`${header},deviation`, `${dna},3`, `${actin},3`],
      'BadTable',
      /column deviation, .*two columns have the same name.*columns 6 and 7/,
    ],
    ['no plate', [header], 'EmptyTable', /no plates/],
  ])('are refused for %s', async (_, lines, tag, words, measure = undefined) => {
    const refused = read(`${lines.join('\n')}\n`, measure && { measure });
    await expect(refused).rejects.toMatchObject({ tag });
    await expect(refused).rejects.toThrow(words);
    await expect(refused).rejects.toMatchObject({ details: { option: 'plateStatistics' } });
  });

  it('have to have every plate of a screen', () => {
    const of = { file: 'plates.csv', screen: 'fields.csv' };
    expect(() => requirePlates(['24141', '24141'], plates, of)).not.toThrow();
    expect(() => requirePlates(['24141', 'P3', 'P4', 'P3'], plates, of)).toThrow(
      /plates of fields.csv.*P3, P4.*24141/s,
    );
  });
});
