import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeWithSharedData } from '../../../test/shared-data.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { isMilscopeError } from '../../errors.ts';
import { readImageHeader } from '../../image/header.ts';
import { writePng, writeTiff } from '../../image/node/write.ts';
import { pngByHand } from '../../image/testing/png-by-hand.ts';
import { tiffByHand } from '../../image/testing/tiff-by-hand.ts';
import { nameFields } from '../field-names.ts';
import { nodeAccess } from '../node/access.ts';
import { readScreen } from '../read-screen.ts';
import { findObjectFiles } from './objects-folder.ts';
import { readLabelImage, readObjects } from './read-objects.ts';

const folder = temporaryFolder();
const size = { height: 2, width: 3 };
const grey = { channels: 1, ...size };

function tableOf(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

async function refusal(promise: Promise<unknown>) {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isMilscopeError(error)) throw new Error('nothing was refused', { cause: error });
  return error;
}

describe('label images', () => {
  it('are read as they are, of 8 and of 16 bits, with gaps in the numbers', async () => {
    await writePng(join(folder, 'a.png'), { data: Uint8Array.of(0, 1, 1, 0, 7, 0), ...grey });
    await writeTiff(join(folder, 'b.tif'), { data: Uint16Array.of(0, 40000, 1, 0, 7, 0), ...grey });
    expect(await readLabelImage(join(folder, 'a.png'), size, nodeAccess)).toEqual({
      data: Int32Array.of(0, 1, 1, 0, 7, 0),
      ...size,
      count: 7,
    });
    expect((await readLabelImage(join(folder, 'b.tif'), size, nodeAccess)).count).toBe(40000);
  });

  it('may have 32 bits, signed or not, or colours in a palette', async () => {
    const values = [0, 1, 1, 0, 70_000, 0];
    const save = (name: string, bytes: Buffer) => {
      writeFileSync(join(folder, name), bytes);
      return readLabelImage(join(folder, name), size, nodeAccess);
    };
    for (const format of [1, 2]) {
      const recipe = { pages: [{ ...size, values }], bits: 32, tags: [[339, 'SHORT', [format]]] } as const;
      expect((await save('wide.tif', tiffByHand(recipe))).data).toEqual(Int32Array.from(values));
    }
    const ids = [0, 1, 1, 0, 3, 2];
    const palette = [
      [0, 0, 0],
      [255, 0, 0],
      [0, 255, 0],
      [255, 0, 0],
    ] as const;
    const png = pngByHand({ ...size, values: ids, colour: 'palette', bits: 8, palette });
    expect(await save('coloured.png', png)).toMatchObject({ data: Int32Array.from(ids), count: 3 });
    const tags = [[339, 'SHORT', [2]]] as const;
    const minus = tiffByHand({ pages: [{ ...size, values: [0, 2 ** 32 - 1, 0, 0, 0, 0] }], bits: 32, tags });
    const refused = await refusal(save('minus.tif', minus));
    expect(refused.message).toMatch(/some pixels are no labels \(found -1; expected whole numbers from 0/);
  });

  it('have their numbers whatever they say of black and white, and however few bits they have', async () => {
    // numpy's booleans become one bit a sample in tifffile, with white as zero; ImageJ inverts masks in the same way.
    for (const [bits, values] of [
      [1, [0, 1, 1, 0, 1, 0]],
      [2, [0, 1, 3, 0, 2, 0]],
      [8, [0, 1, 255, 0, 7, 0]],
      [16, [0, 1, 700, 0, 7, 0]],
    ] as const) {
      for (const photometric of [0, 1]) {
        const bytes = tiffByHand({ pages: [{ ...size, values }], bits, photometric });
        writeFileSync(join(folder, 'mask.tif'), bytes);
        const { data } = await readLabelImage(join(folder, 'mask.tif'), size, nodeAccess);
        expect([bits, photometric, data]).toEqual([bits, photometric, Int32Array.from(values)]);
      }
    }
  });

  it('are refused when they are of another size, in colour, or not there', async () => {
    await writePng(join(folder, 'rgb.png'), { data: new Uint8Array(18), channels: 3, ...size });
    const other = await refusal(readLabelImage(join(folder, 'a.png'), { height: 20, width: 30 }, nodeAccess));
    expect(other.tag).toBe('BadImage');
    expect(other.message).toMatch(/a\.png: .*another size than its field \(found 3 × 2 pixels; expected 30 × 20\)/);
    expect((await refusal(readLabelImage(join(folder, 'rgb.png'), size, nodeAccess))).message).toContain(
      'found 3 planes',
    );
    expect((await refusal(readLabelImage(join(folder, 'none.png'), size, nodeAccess))).tag).toBe('MissingFile');
  });

  it('may be one page of a file, where the table says which', async () => {
    const pages = Uint16Array.of(9, 9, 9, 9, 9, 9, 0, 1, 1, 0, 7, 0);
    await writeTiff(join(folder, 'pages.tif'), { data: pages, channels: 2, ...size });
    const rows = 'FileName_A,ObjectsFileName_C,ObjectsFrame_C\na.png,pages.tif,1\nb.png,pages.tif,2';
    const screen = await readScreen(tableOf('pages.csv', rows), {}, nodeAccess);
    const [first, second] = screen.fields;
    expect((await readObjects(screen, first!, { name: 'c', size }, nodeAccess))!.data).toEqual(
      Int32Array.of(0, 1, 1, 0, 7, 0),
    );
    const error = await refusal(readObjects(screen, second!, { name: 'C', size }, nodeAccess));
    expect(error.message).toContain('(found 2 pages; expected a grey page 2, counted from 0)');
  });

  it('are those that the table names, where it names any', async () => {
    const screen = await readScreen(
      tableOf('fields.csv', 'FileName_DNA,ObjectsFileName_Nuclei\nx.png,a.png\ny.png,\nz.png,gone.png\n'),
      {},
      nodeAccess,
    );
    const [x, y, z] = screen.fields as [
      (typeof screen.fields)[0],
      (typeof screen.fields)[0],
      (typeof screen.fields)[0],
    ];
    expect((await readObjects(screen, x, { name: 'nuclei', size }, nodeAccess))?.count).toBe(7);
    expect(await readObjects(screen, y, { name: 'Nuclei', size }, nodeAccess)).toBeUndefined();
    expect((await refusal(readObjects(screen, z, { name: 'Nuclei', size }, nodeAccess))).tag).toBe('MissingFile');
    const unknown = await refusal(readObjects(screen, x, { name: 'Cells', size }, nodeAccess));
    expect(unknown.tag).toBe('MissingColumn');
    expect(unknown.message).toMatch(/ObjectsFileName_Cells: .*found Nuclei/);
  });
});

describe('a folder of label images', () => {
  const labels = join(folder, 'labels');
  const screenOf = (...images: string[]) =>
    readScreen(
      tableOf('table.csv', `FileName_A,FileName_B\n${images.map((name) => `${name}\n`).join('')}`),
      {},
      nodeAccess,
    );
  const write = (...names: string[]) => {
    mkdirSync(labels, { recursive: true });
    for (const name of names) writeFileSync(join(labels, name), '');
  };

  it('are found by the names of the images, with what programs put behind them', async () => {
    write('one_w1.png', 'TWO_w2_cp_masks.TIF', 'three_w1_masks.tif', 'notes.txt', 'one_w1.txt');
    const screen = await screenOf(
      'one_w1.tif,one_w2.tif',
      'two_w1.tif,two_w2.tif',
      'three_w1.tif,q.tif',
      'four.tif,r.tif',
    );
    const found = await findObjectFiles(labels, screen, nodeAccess);
    expect(screen.fields.map((field) => basename(found.get(field) ?? ''))).toEqual([
      'one_w1.png',
      'TWO_w2_cp_masks.TIF',
      'three_w1_masks.tif',
      '',
    ]);
  });

  it('may be named with the number of the field, where images of several folders have one name', async () => {
    write('2_img.png');
    const screen = await screenOf('w1/img.tif,w1/b.tif', 'w2/img.tif,w2/b.tif');
    expect([...nameFields(screen.fields).values()]).toEqual(['1_img', '2_img']);
    const found = await findObjectFiles(labels, screen, nodeAccess);
    expect(found.get(screen.fields[0]!)).toBeUndefined();
    expect(found.get(screen.fields[1]!)).toBe(join(labels, '2_img.png'));
  });

  it('are refused when they are several for one field, or belong to none', async () => {
    write('one_w1_nuclei.tif');
    const twice = await refusal(findObjectFiles(labels, await screenOf('one_w1.tif,one_w2.tif'), nodeAccess));
    expect(twice.tag).toBe('DuplicateField');
    expect(twice.message).toMatch(/row 2 .*one_w1\.png, .*one_w1_nuclei\.tif/);
    const none = await refusal(findObjectFiles(labels, await screenOf('other.tif,another.tif'), nodeAccess));
    expect(none.message).toContain('expected such as other.png');
    expect((await refusal(findObjectFiles(join(folder, 'no'), await screenOf('a.tif,b.tif'), nodeAccess))).tag).toBe(
      'MissingFile',
    );
  });
});

describeWithSharedData('label images of real screens', (data) => {
  it.each([
    ['dsb2018', 'Nuclei', 'NucleiCount', 20],
    ['yeast', 'Cells', 'CellCount', 2],
  ])('have the objects that %s says', async (set, name, column, count) => {
    const screen = await readScreen(join(data, set, 'fields.csv'), {}, nodeAccess);
    for (const field of screen.fields.slice(0, count)) {
      const labels = await readObjects(
        screen,
        field,
        { name, size: await readImageHeader(field.sources[0]!.file, {}, nodeAccess) },
        nodeAccess,
      );
      expect(new Set(labels!.data).size - 1).toBe(Number(field.metadata[column]));
    }
  });

  it('are found in their folder', async () => {
    const screen = await readScreen(join(data, 'dsb2018', 'fields.csv'), {}, nodeAccess);
    const found = await findObjectFiles(join(data, 'dsb2018', 'labels'), screen, nodeAccess);
    expect(screen.fields.every((field) => found.get(field) === field.objects!.Nuclei)).toBe(true);
  });
});
