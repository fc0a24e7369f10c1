import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { writePng, writeTiff } from '../../image/node/write.ts';
import { encodeNpy } from '../../image/npy/encode-npy.ts';
import { tiffByHand } from '../../image/testing/tiff-by-hand.ts';
import { formatHeader, formatRows } from '../../tables/table-layout.ts';
import { nodeAccess } from '../node/access.ts';
import { readField } from '../read-field.ts';
import { readScreen } from '../read-screen.ts';
import type { Screen } from '../screen.ts';
import { loadDataOf } from './load-data-of-screen.ts';
import { tableOfScreen } from './read-back.ts';

const root = temporaryFolder();
const shape = { height: 2, width: 2 };
let count = 0;

/** An image of so many grey planes, or of red, green and blue, whose pixels no other has. */
async function saveImage(path: string, planes: number | 'rgb'): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const pixels = (n: number) => Array.from({ length: n }, () => ++count % 256);
  if (planes === 'rgb') await writePng(path, { ...shape, channels: 3, data: Uint8Array.from(pixels(12)) });
  else if (planes === 1) await writeTiff(path, { ...shape, channels: 1, data: Uint16Array.from(pixels(4)) });
  else {
    const pages = Array.from({ length: planes }, () => ({ ...shape, values: pixels(4) }));
    writeFileSync(path, tiffByHand({ pages }));
  }
}

/** The screen that the table of a screen, written to `out`, reads back to. */
async function throughTable(screen: Screen, out: string): Promise<{ screen: Screen; text: string }> {
  const table = await tableOfScreen(screen, { file: out, folder: dirname(out), options: {} }, nodeAccess);
  const layout = {
    columns: table.columns.map((name) => ({ name, kind: 'text' as const })),
    cells: (row: readonly string[]) => row,
  };
  const text = formatHeader(layout) + formatRows(table.rows, layout);
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, text);
  return { screen: await readScreen(out, {}, nodeAccess), text };
}

async function expectSame(before: Screen, after: Screen): Promise<void> {
  expect(after.channels).toEqual(before.channels);
  expect(after.fields).toHaveLength(before.fields.length);
  for (const [i, field] of before.fields.entries()) {
    const other = after.fields[i]!;
    expect(other).toMatchObject({ imageNumber: field.imageNumber, metadata: field.metadata });
    expect(other.objects ?? {}).toEqual(field.objects ?? {});
    if (field.sources.some(({ problem }) => problem !== undefined)) {
      await expect(readField(after, other, nodeAccess)).rejects.toThrow();
    } else {
      expect([...(await readField(after, other, nodeAccess)).data]).toEqual([
        ...(await readField(before, field, nodeAccess)).data,
      ]);
    }
  }
}

describe('the table of a screen', () => {
  it('of a folder names the images as seen from its own folder, and an image that is missing not at all', async () => {
    const folder = join(root, 'plate');
    for (const name of ['P_A01_s1_w1.tif', 'P_A01_s1_w2.tif', 'P_A02_s1_w2.tif'])
      await saveImage(join(folder, name), 1);
    const before = await readScreen(folder, {}, nodeAccess);
    const { screen, text } = await throughTable(before, join(root, 'tables', 'fields.csv'));
    expect(text).toBe(
      [
        'FileName_w1,PathName_w1,FileName_w2,PathName_w2,Metadata_Plate,Metadata_Well,Metadata_Site',
        'P_A01_s1_w1.tif,../plate,P_A01_s1_w2.tif,../plate,P,A01,1',
        ',,P_A02_s1_w2.tif,../plate,P,A02,1',
        '',
      ].join('\n'),
    );
    await expectSame(before, screen);
    expect((await throughTable(before, join(folder, 'fields.csv'))).text).toContain('\nP_A01_s1_w1.tif,.,');
  });

  it('of stacks and colour names a file once, under the name of its channels', async () => {
    const folder = join(root, 'several');
    for (const well of ['A01', 'A02']) {
      await saveImage(join(folder, `P_${well}_s1_w1.tif`), 3);
      await saveImage(join(folder, `P_${well}_s1_w2.tif`), 1);
    }
    const before = await readScreen(folder, {}, nodeAccess);
    const { screen, text } = await throughTable(before, join(root, 'several.csv'));
    expect(before.channels).toEqual(['w1:0', 'w1:1', 'w1:2', 'w2']);
    expect(text).toMatch(/^FileName_w1,PathName_w1,FileName_w2,PathName_w2,Metadata_Plate/);
    await expectSame(before, screen);
  });

  it('of a stack in several files names all of them in one cell, from low to high', async () => {
    const folder = join(root, 'deep_Plate_1');
    for (const z of [1, 2, 10]) await saveImage(join(folder, `TimePoint_1/ZStep_${z}/P_A01_s1_w1.tif`), 1);
    await saveImage(join(folder, 'TimePoint_1/ZStep_1/P_A01_s1_w2.tif'), 1);
    const before = await readScreen(folder, {}, nodeAccess);
    const { screen, text } = await throughTable(before, join(root, 'deep.csv'));
    expect(text).toContain(
      '\nP_A01_s1_w1.tif|../ZStep_2/P_A01_s1_w1.tif|../ZStep_10/P_A01_s1_w1.tif,deep_Plate_1/TimePoint_1/ZStep_1,',
    );
    expect(before.fields[0]!.sources[0]!.stack).toHaveLength(2);
    await expectSame(before, screen);
  });

  it('says the size of a pixel, and which series of a file a field is', async () => {
    const pixels = 'DimensionOrder="XYCZT" SizeC="1" SizeZ="1" SizeT="1" PhysicalSizeX="0.65" PhysicalSizeY="0.65"';
    const images = [0, 1].map(
      (i) => `<Image ID="Image:${i}"><Pixels ${pixels}><TiffData IFD="${i}"/></Pixels></Image>`,
    );
    const tags = [[270, 'ASCII', `<OME>${images.join('')}</OME>`]] as const;
    const pages = [0, 1].map((i) => ({ width: 2, height: 1, values: [i, i] }));
    mkdirSync(join(root, 'series'), { recursive: true });
    writeFileSync(join(root, 'series', 'B02.ome.tif'), tiffByHand({ pages, tags }));
    const before = await readScreen(join(root, 'series'), { pattern: '(?<Well>B02)' }, nodeAccess);
    expect(before.pixelSize).toBe(0.65);
    const { screen, text } = await throughTable(before, join(root, 'series.csv'));
    expect(text.split('\n')[2]).toBe('B02.ome.tif,series,1,B02,1,2,0.65');
    await expectSame(before, screen);
    expect(screen.pixelSize).toBe(0.65);
  });

  it('names the illumination functions of its channels', async () => {
    const folder = join(root, 'illuminated');
    await saveImage(join(folder, 'dna.tif'), 1);
    await saveImage(join(folder, 'dna2.tif'), 1);
    writeFileSync(join(folder, 'f.npy'), encodeNpy({ shape: [2, 2], data: Float32Array.of(1, 2, 4, 8) }));
    writeFileSync(join(folder, 'in.csv'), 'FileName_OrigDNA,FileName_IllumDNA\ndna.tif,f.npy\ndna2.tif,f.npy\n');
    const before = await readScreen(join(folder, 'in.csv'), {}, nodeAccess);
    const { screen, text } = await throughTable(before, join(root, 'illuminated.csv'));
    expect(text).toMatch(/^FileName_OrigDNA,PathName_OrigDNA,FileName_IllumDNA,PathName_IllumDNA\n/);
    expect(text).toContain('\ndna.tif,illuminated,f.npy,illuminated\n');
    await expectSame(before, screen);
  });

  it('of channels that were chosen among the pages of a file picks the pages', async () => {
    const folder = join(root, 'chosen');
    for (const well of ['A01', 'A02']) await saveImage(join(folder, `P_${well}_s1_w1.tif`), 3);
    const whole = await readScreen(folder, {}, nodeAccess);
    const chosen = {
      ...whole,
      channels: ['Actin', 'DNA'],
      fields: whole.fields.map((field) => ({ ...field, sources: [field.sources[2]!, field.sources[0]!] })),
    };
    const { screen, text } = await throughTable(chosen, join(root, 'chosen.csv'));
    expect(text).toMatch(/^FileName_Actin,PathName_Actin,Frame_Actin,FileName_DNA,PathName_DNA,Frame_DNA,/);
    expect(text).toContain('P_A01_s1_w1.tif,chosen,2,P_A01_s1_w1.tif,chosen,0,');
    await expectSame(chosen, screen);
  });

  it('of colours that were chosen cannot be written, and says so', async () => {
    const folder = join(root, 'colour');
    await saveImage(join(folder, 'P_A01_s1_w1.png'), 'rgb');
    const whole = await readScreen(folder, {}, nodeAccess);
    const green = {
      ...whole,
      channels: ['Green'],
      fields: whole.fields.map((field) => ({ ...field, sources: [field.sources[1]!] })),
    };
    await expect(throughTable(green, join(root, 'green.csv'))).rejects.toMatchObject({
      tag: 'BadTable',
      details: { file: folder, problem: expect.stringContaining('no table of fields can say') },
    });
  });

  it('of images that are more than a file and a plane says what no column is for', async () => {
    const folder = join(root, 'more');
    await saveImage(join(folder, 'P_A01_s1_w1.tif'), 1);
    const whole = await readScreen(folder, {}, nodeAccess);
    const fields = whole.fields.map((field) => ({
      ...field,
      sources: field.sources.map((source) => ({ ...source, others: ['b.tif'] })),
    }));
    await expect(throughTable({ ...whole, fields }, join(root, 'more.csv'))).rejects.toThrow(
      /found no column for the others of an image/,
    );
  });

  it('of a table keeps pages, objects, numbers and columns of any name', async () => {
    for (const name of ['a.tif', 'b.tif']) await saveImage(join(root, 'own', name), 2);
    const own = [
      'Image_FileName_DNA,Image_PathName_DNA,Frame_DNA,ObjectsFileName_Cells,ObjectsFrame_Cells,ImageNumber,Replicate,"a ""b"", c"',
      'a.tif,own,1,m.tif,1,7,1,µM',
      'b.tif,own,0,,0,5,2,',
    ];
    writeFileSync(join(root, 'own.csv'), own.join('\n'));
    const before = await readScreen(join(root, 'own.csv'), {}, nodeAccess);
    const { screen, text } = await throughTable(before, join(root, 'new.csv'));
    expect(text).toContain('a.tif,own,1,m.tif,.,1,7,1,µM');
    await expectSame(before, screen);
    expect(screen.columns).toEqual(before.columns);
  });

  it('keeps the numbers of fields that are not all of a larger table', async () => {
    await saveImage(join(root, 'few', 'P_A01_s1_w1.tif'), 1);
    const whole = await readScreen(join(root, 'few'), {}, nodeAccess);
    const columns = ['TableNumber', 'ImageNumber', ...whole.columns];
    const [field] = whole.fields;
    const metadata = { TableNumber: '2', ImageNumber: '1', ...field!.metadata };
    const part = { ...whole, columns, fields: [{ ...field!, imageNumber: 13, metadata }] };
    const { screen } = await throughTable(part, join(root, 'part.csv'));
    expect(screen.fields[0]!.imageNumber).toBe(13);
    expect(screen.columns.slice(0, 3)).toEqual([
      'ImageNumber',
      'Metadata_Source_TableNumber',
      'Metadata_Source_ImageNumber',
    ]);
  });

  it('reads back to itself, whatever the names of its folders, files, channels and columns', async () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'B', '7', ' ', 'é', ',', '"', '#', '%', ':'), minLength: 1 });
    const names = fc.uniqueArray(word, { minLength: 1, maxLength: 3, selector: (name) => name.trim().toLowerCase() });
    await fc.assert(
      fc.asyncProperty(names, names, names, word, async (files, channels, columns, value) => {
        const file = (i: number) => join(root, 'any', `x${files[i % files.length]!}x`, `${i}.tif`);
        const field = (i: number) => ({
          imageNumber: i + 1,
          row: i + 2,
          sources: channels.map((_, c) => ({ file: file(10 * i + c), plane: 0, planes: 1 })),
          metadata: Object.fromEntries(columns.map((name) => [`Metadata_${name}x`, value])),
        });
        const screen: Screen = {
          source: 'any',
          channels: channels.map((name) => `c${name}c`),
          columns: columns.map((name) => `Metadata_${name}x`),
          fields: [field(0), field(1)],
        };
        const out = join(root, 'deep', 'er', 'any.csv');
        const { screen: back } = await throughTable(screen, out);
        expect(back.channels).toEqual(screen.channels);
        expect(back.columns).toEqual(screen.columns);
        expect(back.fields.map(({ metadata, sources }) => [metadata, sources.map((source) => source.file)])).toEqual(
          screen.fields.map(({ metadata, sources }) => [metadata, sources.map((source) => source.file)]),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('names a file that channels share once only if it has them all in their order', () => {
    const source = (plane: number) => ({ file: '/d/a.tif', plane, planes: 2 });
    const screen = (...planes: number[]): Screen => ({
      source: 'x',
      channels: planes.map((plane) => `DNA${plane}`),
      columns: [],
      fields: [{ imageNumber: 1, row: 2, sources: planes.map(source), metadata: {} }],
    });
    const columns = (...planes: number[]) => loadDataOf(screen(...planes), { folder: '/d', planes: 'whole' }).columns;
    expect(columns(0, 1)).toEqual(['FileName_Image', 'PathName_Image']);
    expect(columns(1, 0)).toEqual(['FileName_DNA1', 'PathName_DNA1', 'FileName_DNA0', 'PathName_DNA0']);
  });
});
