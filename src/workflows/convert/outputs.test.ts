import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import type { Screen } from '../../screen/screen.ts';
import { createNodeHost } from '../node/node-host.ts';
import { convertOutputs, requireNewPlates } from './outputs.ts';

const folder = temporaryFolder();
const host = createNodeHost();
const [one, two] = [[{ name: 'P1' }], [{ name: 'P1' }, { name: 'p1' }]];

it('one plate has the name that is given, several are in a folder of it', () => {
  expect(convertOutputs('out/x.zarr', one)).toEqual({ plates: ['out/x.zarr'], table: 'out/x.csv' });
  expect(convertOutputs('out/x.zarr/', one)).toEqual({ plates: ['out/x.zarr'], table: 'out/x.csv' });
  expect(convertOutputs('out/x', one)).toEqual({ plates: [join('out/x', 'P1.zarr')], table: 'out/x.csv' });
  // File systems may not tell p1 from P1.
  expect(convertOutputs('x.zarr', two)).toEqual({
    plates: [join('x.zarr', 'P1.zarr'), join('x.zarr', 'plate 2.zarr')],
    table: 'x.csv',
  });
  expect(convertOutputs('.', one)).toEqual({ plates: [resolve('P1.zarr')], table: `${resolve('.')}.csv` });
});

describe('requireNewPlates', () => {
  const screenWith = (file: string): Screen => ({
    ...{ source: 'fields.csv', channels: ['DNA'], columns: [] },
    fields: [{ imageNumber: 1, row: 2, sources: [{ file, plane: 0 }], metadata: {} }],
  });
  const elsewhere = screenWith(resolve(folder, 'images', 'a.tif'));
  const outputs = (name: string) => convertOutputs(join(folder, name), one);

  it('replaces a plate only when that is wanted, and nothing that is no plate', async () => {
    await mkdir(join(folder, 'there.zarr'));
    await writeFile(join(folder, 'there.zarr', 'zarr.json'), '{}');
    await mkdir(join(folder, 'thesis.zarr'));
    await writeFile(join(folder, 'thesis.zarr', 'chapter-1.txt'), 'precious');
    const ask = (name: string, overwrite: boolean) =>
      requireNewPlates(outputs(name), { screen: elsewhere, overwrite }, host);
    await ask('new.zarr', false);
    await expect(ask('there.zarr', false)).rejects.toMatchObject({ tag: 'OutputExists' });
    await ask('there.zarr', true);
    await expect(ask('thesis.zarr', true)).rejects.toMatchObject({ tag: 'OutputExists' });
    await writeFile(join(folder, 'new.csv'), '');
    await expect(ask('new.zarr', false)).rejects.toMatchObject({ tag: 'OutputExists' });
  });

  it('never replaces what the screen itself is read from', async () => {
    const screen = screenWith(resolve(folder, 'there.zarr', 'A', '1', '0'));
    await expect(requireNewPlates(outputs('there.zarr'), { screen, overwrite: true }, host)).rejects.toMatchObject({
      tag: 'BadOption',
    });
    expect(existsSync(join(folder, 'there.zarr', 'zarr.json'))).toBe(true);
    await requireNewPlates(
      outputs('there.zarr'),
      { screen: screenWith(`${folder}/there.zarr.tif`), overwrite: true },
      host,
    );
  });
});
