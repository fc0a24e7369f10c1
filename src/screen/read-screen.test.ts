import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { describeWithSharedData } from '../../test/shared-data.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { writePng, writeTiff } from '../image/node/write.ts';
import { tiffByHand } from '../image/testing/tiff-by-hand.ts';
import { nodeAccess } from './node/access.ts';
import { readField } from './read-field.ts';
import { readScreen } from './read-screen.ts';

const folder = temporaryFolder();
mkdirSync(join(folder, 'images'));

function saveTable(text: string | Uint8Array, name = 'fields.csv'): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const file = (name: string): string => join(folder, name);
const shape = { height: 2, width: 2 };

describe('columns', () => {
  it('reads LoadData columns, with and without Image_, in any case, and keeps the rest as metadata', async () => {
    const screen = await readScreen(
      saveTable(
        [
          'Image_FileName_DNA,image_pathname_dna,FILENAME_Actin,Image_Metadata_Well,Replicate,ObjectsFileName_Cells,ObjectsPathName_Cells',
          'a1.png,images,a2.png,A01,1,a.png,masks',
          'b1.png,images,b2.png,A02, 2 ,,masks',
        ].join('\n'),
      ),
      {},
      nodeAccess,
    );
    expect(screen.channels).toEqual(['DNA', 'Actin']);
    expect(screen.columns).toEqual(['Metadata_Well', 'Replicate']);
    expect(screen.fields).toEqual([
      {
        imageNumber: 1,
        row: 2,
        sources: [
          { file: file('images/a1.png'), plane: 0, planes: 1 },
          { file: file('a2.png'), plane: 0, planes: 1 },
        ],
        metadata: { Metadata_Well: 'A01', Replicate: '1' },
        objects: { Cells: file('masks/a.png') },
      },
      {
        imageNumber: 2,
        row: 3,
        sources: [
          { file: file('images/b1.png'), plane: 0, planes: 1 },
          { file: file('b2.png'), plane: 0, planes: 1 },
        ],
        metadata: { Metadata_Well: 'A02', Replicate: ' 2 ' },
        objects: {},
      },
    ]);
  });

  it('finds files by absolute folder, by Windows folder, and by address', async () => {
    const address = pathToFileURL(file('a b.png')).href;
    const screen = await readScreen(
      saveTable(
        `FileName_A,PathName_A,FileName_B,PathName_B,URL_C,URL_A\na.png,${folder}/images,b.png,week\\one,${address},s3://x/y`,
      ),
      {},
      nodeAccess,
    );
    const files = screen.fields[0]!.sources.map((source) => source.file);
    expect(screen.channels).toEqual(['A', 'B', 'C']);
    expect(files).toEqual([file('images/a.png'), file('week/one/b.png'), file('a b.png')]);
  });

  it('takes the illumination function of a channel for no channel', async () => {
    const header = 'FileName_OrigDNA,FileName_IllumDNA,PathName_IllumDNA,FileName_Illumina';
    const screen = await readScreen(saveTable(`${header}\na.png,d.npy,illum,i.png`), {}, nodeAccess);
    expect(screen.channels).toEqual(['OrigDNA', 'Illumina']);
    expect(screen.columns).toEqual([]);
  });

  it('keeps a column that only looks as if it named a file', async () => {
    const screen = await readScreen(saveTable('FileName_A,Frame_Rate,PathName_Gone\na.png,25,there'), {}, nodeAccess);
    expect(screen.columns).toEqual(['Frame_Rate', 'PathName_Gone']);
  });

  it('passes over a column without a name, as data frames write their index', async () => {
    const screen = await readScreen(saveTable(',FileName_A,Well\n0,a.png,A01'), {}, nodeAccess);
    expect(screen.columns).toEqual(['Well']);
  });
});

describe('several channels in a file', () => {
  it('names the samples of RGB and the pages of a stack after their column, from the first readable image', async () => {
    await writePng(file('rgb.png'), { data: new Uint8Array(12), channels: 3, ...shape });
    await writeTiff(file('stack.tif'), { data: new Uint16Array(8), channels: 2, ...shape });
    writeFileSync(file('broken.png'), 'no image');
    const rows = ['broken.png,gone.tif,gone.png', 'rgb.png,stack.tif,gone2.png'];
    const screen = await readScreen(
      saveTable(['FileName_Image,FileName_Stack,FileName_C', ...rows].join('\n')),
      {},
      nodeAccess,
    );
    expect(screen.channels).toEqual(['Image:0', 'Image:1', 'Image:2', 'Stack:0', 'Stack:1', 'C']);
    expect(screen.fields[0]!.sources[1]).toEqual({ file: file('broken.png'), plane: 1, planes: 3 });
    expect(screen.fields[1]!.sources[4]).toEqual({ file: file('stack.tif'), plane: 1, planes: 2 });
  });

  it('calls the channels of an OME-TIFF what the file calls them, and its only channel after its column', async () => {
    const save = (name: string, names: readonly string[], inside = '') => {
      const channels = names.map((channel) => `<Channel Name="${channel}"/>`).join('');
      const sizes = `DimensionOrder="XYCZT" SizeC="${names.length}" SizeZ="1" SizeT="1"`;
      const xml = `<OME><Image><Pixels ${sizes}>${channels}${inside}</Pixels></Image></OME>`;
      const pages = (inside === '' ? names : ['one']).map((_, page) => ({ width: 1, height: 1, values: [page + 1] }));
      writeFileSync(file(name), tiffByHand({ pages, tags: [[270, 'ASCII', xml]] }));
    };
    save('two.ome.tif', ['DAPI', 'GFP']);
    save('one.ome.tif', ['Cy5']);
    const screen = await readScreen(
      saveTable('FileName_A,FileName_B,FileName_C\ntwo.ome.tif,one.ome.tif,two.ome.tif'),
      {},
      nodeAccess,
    );
    expect(screen.channels).toEqual(['A:DAPI', 'A:GFP', 'B', 'C:DAPI', 'C:GFP']);
    expect((await readField(screen, screen.fields[0]!, nodeAccess)).data).toEqual(Uint8Array.of(1, 2, 1, 1, 2));
    save('turned.ome.tif', ['GFP', 'DAPI']);
    save('renamed.ome.tif', ['DAPI', 'eGFP']);
    const rows = ['two.ome.tif', 'renamed.ome.tif', 'turned.ome.tif'];
    const mixed = await readScreen(saveTable(['FileName_A', ...rows].join('\n')), {}, nodeAccess);
    expect((await readField(mixed, mixed.fields[1]!, nodeAccess)).data).toEqual(Uint8Array.of(1, 2));
    await expect(readField(mixed, mixed.fields[2]!, nodeAccess)).rejects.toMatchObject({
      tag: 'ChannelMismatch',
      details: { found: 'GFP, DAPI', file: file('turned.ome.tif') },
    });
    // One image in two files: either name gives both channels, but where a table has both names, each gives its own.
    const inside = ['first.ome.tif', 'second.ome.tif']
      .map((name, c) => `<TiffData FirstC="${c}" IFD="0"><UUID FileName="${name}">urn:${c}</UUID></TiffData>`)
      .join('');
    save('first.ome.tif', ['DAPI', 'GFP'], inside);
    save('second.ome.tif', ['DAPI', 'GFP'], inside);
    expect((await readScreen(saveTable('FileName_A\nfirst.ome.tif'), {}, nodeAccess)).channels).toEqual([
      'DAPI',
      'GFP',
    ]);
    const both = await readScreen(saveTable('FileName_A,FileName_B\nfirst.ome.tif,second.ome.tif'), {}, nodeAccess);
    expect(both.channels).toEqual(['A', 'B']);
    expect(both.fields[0]!.sources.map(({ plane }) => plane)).toEqual([0, 1]);
    expect((await readField(both, both.fields[0]!, nodeAccess)).data).toHaveLength(2);
  });

  it('makes one channel of a stack with a column of frames, and three of an RGB image all the same', async () => {
    await writePng(file('rgb.png'), { data: new Uint8Array(12), channels: 3, ...shape });
    await writeTiff(file('stack.tif'), { data: new Uint16Array(8), channels: 2, ...shape });
    const header = 'FileName_A,Frame_A,FileName_B,Frame_B,FileName_C,Frame_C,Series_C';
    const rows = ['stack.tif,0,stack.tif,1,rgb.png,0,0', 'other.tif,,other.tif,1,other.png,,'];
    const screen = await readScreen(saveTable([header, ...rows].join('\n')), {}, nodeAccess);
    expect(screen.channels).toEqual(['A', 'B', 'C:0', 'C:1', 'C:2']);
    expect(screen.fields[0]!.sources.slice(0, 2)).toEqual([
      { file: file('stack.tif'), plane: 0 },
      { file: file('stack.tif'), plane: 1 },
    ]);
    expect(screen.fields[1]!.sources[0]).toEqual({ file: file('other.tif'), plane: 0 });
  });
});

describe('a table of series', () => {
  it('has a field for each row, and without the column the first is read and said', async () => {
    const pages = [0, 1, 2].map((i) => ({ width: 2, height: 1, values: [i, i] }));
    const images = [0, 1, 2].map(
      (i) =>
        `<Image ID="Image:${i}"><Pixels DimensionOrder="XYCZT" SizeC="1" SizeZ="1" SizeT="1"><TiffData IFD="${i}"/></Pixels></Image>`,
    );
    const tags = [[270, 'ASCII', `<OME>${images.join('')}</OME>`]] as const;
    writeFileSync(file('series.ome.tif'), tiffByHand({ pages, tags }));
    const rows = ['FileName_A,Series_A', 'series.ome.tif,2', 'series.ome.tif,0', 'series.ome.tif,5'];
    const screen = await readScreen(saveTable(rows.join('\n')), {}, nodeAccess);
    expect(screen.notes).toEqual([]);
    const pixels = screen.fields
      .slice(0, 2)
      .map(async (field) => [...(await readField(screen, field, nodeAccess)).data]);
    expect(await Promise.all(pixels)).toEqual([
      [2, 2],
      [0, 0],
    ]);
    await expect(readField(screen, screen.fields[2]!, nodeAccess)).rejects.toThrow('no series 5');
    const { notes } = await readScreen(saveTable('FileName_A\nseries.ome.tif'), {}, nodeAccess);
    expect(notes).toEqual([expect.stringContaining('3 series, of which the first is read')]);
  });
});

describe('text', () => {
  const rows = ['FileName_A,Metadata_Compound', '"a,1.png","5"" ""µM"""', 'b.png,taxol'];
  const expected = ['5" "µM"', 'taxol'];
  const variants: [string, string | Uint8Array][] = [
    ['LF', rows.join('\n')],
    ['CRLF and an empty last line', `${rows.join('\r\n')}\r\n`],
    ['bare CR', `${rows.join('\r')}\r`],
    ['line ends of several kinds', `${rows[0]}\r\n${rows[1]}\n${rows[2]}\r`],
    ['a byte order mark', `\ufeff${rows.join('\n')}`],
    ['UTF-16', Buffer.from(`\ufeff${rows.join('\r\n')}`, 'utf16le')],
    ['Windows-1252', Buffer.from(rows.join('\r\n'), 'latin1')],
    [
      'tabs',
      rows.join('\n').replace('FileName_A,', 'FileName_A\t').replace('png",', 'png"\t').replace('b.png,', 'b.png\t'),
    ],
    ['semicolons', rows.join('\n').replace('A,', 'A;').replace('png",', 'png";').replace('b.png,', 'b.png;')],
    ['blank rows', `${rows[0]}\n\n${rows[1]}\n,\n${rows[2]}\n\n`],
  ];
  it.each(variants)('is read with %s', async (_, text) => {
    const screen = await readScreen(saveTable(text), {}, nodeAccess);
    expect(screen.fields.map(({ metadata }) => metadata.Metadata_Compound)).toEqual(expected);
    expect(screen.fields[0]!.sources[0]!.file).toBe(file('a,1.png'));
  });

  it('counts blank rows as a spreadsheet does', async () => {
    const screen = await readScreen(saveTable('FileName_A\n\na.png\n\nb.png\n'), {}, nodeAccess);
    expect(screen.fields.map(({ row, imageNumber }) => [row, imageNumber])).toEqual([
      [3, 1],
      [5, 2],
    ]);
  });
});

describe('numbers of images', () => {
  const numbers = async (text: string): Promise<number[]> =>
    (await readScreen(saveTable(text), {}, nodeAccess)).fields.map(({ imageNumber }) => imageNumber);

  it('are those of the table', async () => {
    expect(await numbers('ImageNumber,FileName_A\n7,a.png\n3,b.png')).toEqual([7, 3]);
  });

  it('are places where only table and number together are unique', async () => {
    expect(await numbers('TableNumber,ImageNumber,FileName_A\n1,7,a.png\n2,7,b.png')).toEqual([1, 2]);
    expect(await numbers('TableNumber,ImageNumber,FileName_A\n1,7,a.png\n2,8,b.png')).toEqual([7, 8]);
  });
});

describe('a table that is wrong', () => {
  const cases: [string, string, object][] = [
    ['is empty', '', { tag: 'EmptyTable' }],
    ['has a header only', 'FileName_A\n\n', { tag: 'EmptyTable' }],
    [
      'names no images',
      'Metadata_Well\nA01',
      {
        tag: 'MissingColumn',
        details: { found: 'Metadata_Well', remedy: expect.stringContaining('a plate map is given with plateMap') },
      },
    ],
    ['has a column twice', 'FileName_A,Well,Image_well\na,b,c', { tag: 'BadTable', details: { column: 'Image_well' } }],
    [
      'names no image in any row',
      'FileName_A,FileName_B\na, \nc,',
      { tag: 'BadTable', details: { row: 2, column: 'FileName_B' } },
    ],
    [
      'has a short row',
      'FileName_A,Well\na,A01\nb',
      { tag: 'BadTable', details: { row: 3, column: 'Well', found: '1', expected: '2' } },
    ],
    ['has a long row', 'FileName_A\na\n\nb,c', { tag: 'BadTable', details: { row: 4, found: '2' } }],
    ['has a stray quote', 'FileName_A,B\na,1\nb,"x"y', { tag: 'BadTable', details: { row: 3 } }],
    ['has a row twice', 'FileName_A\na.png\nb.png\n./a.png', { tag: 'DuplicateField', details: { row: 4 } }],
    ['has a number twice', 'ImageNumber,FileName_A\n1,a\n1,b', { tag: 'BadTable', details: { row: 3, found: '1' } }],
    [
      'has no number',
      'ImageNumber,FileName_A\n1,a\n,b',
      { tag: 'BadTable', details: { row: 3, found: 'an empty cell' } },
    ],
    ['has wrong frames', 'FileName_A,Frame_A\na,-1\nb,x', { tag: 'BadTable', details: { row: 2, column: 'Frame_A' } }],
    [
      'has wrong series',
      'FileName_A,Series_A\na,-2\nb,x',
      { tag: 'BadTable', details: { row: 2, column: 'Series_A' } },
    ],
    ['has a far address', 'URL_A\nhttp://a/b.png', { tag: 'BadTable', details: { row: 2, column: 'URL_A' } }],
  ];
  it.each(cases)('%s', async (_, text, expected) => {
    const path = saveTable(text, 'wrong.csv');
    const details = { file: path, ...('details' in expected ? (expected.details as object) : {}) };
    await expect(readScreen(path, {}, nodeAccess)).rejects.toMatchObject({ ...expected, details });
  });

  it('names both rows of a field that is there twice', async () => {
    const path = saveTable('FileName_A,FileName_B\na,b\na,c\na,b');
    await expect(readScreen(path, {}, nodeAccess)).rejects.toThrow(/row 4: the same images are in row 2/);
  });

  it('is none at all', async () => {
    await expect(readScreen(file('none.csv'), {}, nodeAccess)).rejects.toMatchObject({ tag: 'MissingFile' });
    const unknown = { tag: 'BadTable', details: { found: expect.stringMatching(/^[^ ].*\.png/) } };
    await expect(readScreen(folder, {}, nodeAccess)).rejects.toMatchObject(unknown);
  });
});

describeWithSharedData('tables of real screens', (data) => {
  it('BBBC021 as thumbnails: RGB, six mechanisms', async () => {
    const screen = await readScreen(join(data, 'bbbc021/fields.csv'), {}, nodeAccess);
    expect(screen.channels).toEqual(['Image:0', 'Image:1', 'Image:2']);
    expect(screen.fields).toHaveLength(440);
  });

  it('BBBC021 as published, without its images', async () => {
    const screen = await readScreen(join(data, 'bbbc021-tables/BBBC021_v1_image.csv'), {}, nodeAccess);
    expect(screen.channels).toEqual(['DAPI', 'Tubulin', 'Actin']);
    expect(screen.columns).toContain('Metadata_Compound');
    expect(screen.fields).toHaveLength(13200);
    expect(new Set(screen.fields.map(({ imageNumber }) => imageNumber)).size).toBe(13200);
  });

  it('FKHR, nuclei and yeast: a file a channel, label images beside them', async () => {
    const fkhr = await readScreen(join(data, 'fkhr/fields.csv'), {}, nodeAccess);
    expect([fkhr.channels, fkhr.fields.length]).toEqual([['GFP', 'DNA'], 48]);
    const nuclei = await readScreen(join(data, 'dsb2018/fields.csv'), {}, nodeAccess);
    expect(Object.keys(nuclei.fields[0]!.objects ?? {})).toEqual(['Nuclei']);
    const yeast = await readScreen(join(data, 'yeast/fields.csv'), {}, nodeAccess);
    expect(yeast.channels).toEqual(['GFP', 'Nuclei', 'Cytoplasm']);
  });
});

describe('rows that are wrong by themselves', () => {
  const problems = async (text: string) => {
    const { fields } = await readScreen(saveTable(text, 'rows.csv'), {}, nodeAccess);
    return fields.map(({ sources }) => sources.map(({ problem }) => problem?.details));
  };
  const place = { file: file('rows.csv'), row: 3 };

  it.each([
    ['an empty cell', 'FileName_A,FileName_B\na,b\nc, ', { column: 'FileName_B', remedy: expect.any(String) }],
    ['a far address', 'URL_A,URL_B\na,b\nc,https://x/b.tif', { column: 'URL_B', found: 'https://x/b.tif' }],
    ['a wrong frame', 'FileName_A,FileName_B,Frame_B\na,b,0\nc,d,x', { column: 'Frame_B', found: 'x' }],
    ['a wrong series', 'FileName_A,FileName_B,Series_B\na,b,0\nc,d,x', { column: 'Series_B', found: 'x' }],
    [
      'a drive of Windows',
      'FileName_A,FileName_B,PathName_B\na,b,\nc,d,D:\\s',
      { column: 'PathName_B', found: 'D:\\s' },
    ],
    ['a share of Windows', 'FileName_A,FileName_B\na,b\nc,\\\\lab\\d.tif', { column: 'FileName_B' }],
    ['a drive in an address', 'FileName_A,URL_B\na,b\nc,file:///D:/d.tif', { column: 'URL_B' }],
    ['an address that is cut short', 'FileName_A,URL_B\na,b\nc,file:///d%2', { column: 'URL_B' }],
  ])('cost only themselves: %s', async (_, text, details) => {
    const found = await problems(text);
    expect(found).toEqual([
      [undefined, undefined],
      [undefined, expect.objectContaining({ ...place, ...details })],
    ]);
  });

  it.each([
    ['s3://lab/plates/P1', 'in a bucket', 'aws s3 sync s3://lab/plates/P1 images'],
    ['s3:/lab/P1/', 'in a bucket', 'aws s3 sync s3://lab/P1 images'],
    ['gs://lab/P1', 'in a bucket', 'gcloud storage rsync -r gs://lab/P1 images'],
    ['azure://lab/P1', 'in a container of Azure', 'azcopy copy'],
    ['dbfs:/mnt/P1', 'in the store of Databricks', 'databricks fs cp -r dbfs:/mnt/P1 images'],
    ['hdfs://lab/P1', 'at an address (hdfs:)', 'download it'],
    ['smb://server/share', 'on a file server', 'mount the share smb://server/share'],
    ['https://x.org/P1', 'on a web server', 'wget -r -np https://x.org/P1'],
    ['ftp://x.org/P1', 'on a web server', 'wget -r -np ftp://x.org/P1'],
  ])('say that files at an address have to come here: %s', async (address, where, way) => {
    for (const [header, row, column] of [
      ['FileName_B,PathName_B', `d.tif,${address}`, 'PathName_B'],
      ['FileName_B,PathName_B', `${address.replace(/\/$/, '')}/d.tif,`, 'FileName_B'],
      ['URL_B,Well', `${address.replace(/\/$/, '')}/d.tif,`, 'URL_B'],
    ]) {
      const [, [, problem] = []] = await problems(`FileName_A,${header}\na,b,\nc,${row}`);
      expect(problem).toMatchObject({ column, problem: `the image is ${where}, and images are read from files` });
      expect(problem?.remedy).toContain(way);
      expect(problem?.found).toContain(address.replace(/\/$/, ''));
    }
  });

  it('are those of a table that is at an address itself', async () => {
    const missing = { tag: 'MissingFile', details: { problem: 'the table is in a bucket' } };
    await expect(readScreen('s3://lab/plates/fields.csv', {}, nodeAccess)).rejects.toMatchObject(missing);
  });

  it('are none where a folder is written as a file: address', async () => {
    const screen = await readScreen(saveTable('FileName_A,PathName_A\nd.tif,file:///data/P%201'), {}, nodeAccess);
    expect(screen.fields[0]!.sources[0]!.file).toBe('/data/P 1/d.tif');
  });

  it('find files and folders whose names are composed differently', async () => {
    const [nfc, nfd] = [(text: string) => text.normalize('NFC'), (text: string) => text.normalize('NFD')];
    await mkdir(file(nfd('Plätte')), { recursive: true });
    for (const name of [nfd('Zelle-é.tif'), 'plain.tif', nfc('ö.tif')]) {
      await writeTiff(join(file(nfd('Plätte')), name), { data: new Uint16Array(4), channels: 1, ...shape });
    }
    const rows = [nfc('Zelle-é.tif'), 'plain.tif', nfd('ö.tif'), 'ü.tif'].map(
      (name) => `${name},${nfc('Plätte')},${name}`,
    );
    const table = saveTable(['FileName_A,PathName_A,ObjectsFileName_N', ...rows].join('\n'));
    const { fields } = await readScreen(table, {}, nodeAccess);
    const found = fields.map(({ sources }) => existsSync(sources[0]!.file));
    expect(found).toEqual([true, true, true, false]);
    expect(fields[0]!.sources[0]!.file).toBe(join(file(nfd('Plätte')), nfd('Zelle-é.tif')));
  });

  it('are no field that is there twice, and are said when their field is read', async () => {
    const screen = await readScreen(saveTable('FileName_A,FileName_B\na,b\nc,\nc,'), {}, nodeAccess);
    await expect(readField(screen, screen.fields[2]!, nodeAccess)).rejects.toMatchObject({
      tag: 'BadTable',
      details: { row: 4, column: 'FileName_B', problem: 'the row does not name its image' },
    });
  });

  it('are refused at once where no other is left', async () => {
    await expect(readScreen(saveTable('FileName_A,FileName_B\na,\n,b'), {}, nodeAccess)).rejects.toMatchObject({
      details: { row: 2 },
    });
  });

  it('do not take the place of the pages of a stack', async () => {
    await writeTiff(file('three.tif'), { data: new Uint16Array(12), channels: 3, ...shape });
    const { channels, fields } = await readScreen(saveTable('FileName_S,Well\n,A01\nthree.tif,A02'), {}, nodeAccess);
    expect(channels).toEqual(['S:0', 'S:1', 'S:2']);
    expect(fields.map(({ sources }) => sources.length)).toEqual([3, 3]);
  });
});

describe('images of channels that are not chosen', () => {
  it('may be missing or badly named in every field', async () => {
    const path = saveTable('FileName_A,FileName_BF\na,\nc,\n,d');
    const { channels, fields } = await readScreen(path, { channels: ['DNA=A'] }, nodeAccess);
    expect(channels).toEqual(['DNA']);
    expect(fields.map(({ sources }) => [sources.length, sources[0]!.problem?.details.row])).toEqual([
      [1, undefined],
      [1, undefined],
      [1, 4],
    ]);
    await expect(readScreen(path, {}, nodeAccess)).rejects.toMatchObject({ details: { row: 2 } });
  });

  it('do not make two fields of one image', async () => {
    const path = saveTable('FileName_A,FileName_B\na,b\na,c');
    expect((await readScreen(path, {}, nodeAccess)).fields).toHaveLength(2);
    await expect(readScreen(path, { channels: ['A'] }, nodeAccess)).rejects.toMatchObject({ tag: 'DuplicateField' });
  });
});

describe('RGB images beside grey ones', () => {
  it('look rendered, unless they are chosen or all that there is', async () => {
    await writeTiff(file('grey.tif'), { data: new Uint16Array(4), channels: 1, ...shape });
    await writePng(file('rgb.png'), { data: new Uint8Array(12), channels: 3, ...shape });
    const both = saveTable('FileName_DNA,FileName_Overlay\ngrey.tif,rgb.png', 'both.csv');
    const rendered = ['Overlay:0', 'Overlay:1', 'Overlay:2'];
    expect(await readScreen(both, {}, nodeAccess)).toMatchObject({ channels: ['DNA', ...rendered], rendered });
    for (const channels of [['DNA'], ['DNA', 'Red=Overlay:0']]) {
      expect((await readScreen(both, { channels }, nodeAccess)).rendered).toBeUndefined();
    }
    const alone = saveTable('FileName_Image\nrgb.png', 'alone.csv');
    expect((await readScreen(alone, {}, nodeAccess)).rendered).toBeUndefined();
  });
});

describe('places of images', () => {
  const files = async (text: string) =>
    (await readScreen(saveTable(text), {}, nodeAccess)).fields.map(({ sources }) =>
      sources.map((source) => source.file),
    );

  it('are addresses with spaces, percent signs and marks that addresses have a use for', async () => {
    const texts = [
      'file:///d/a%20b%25.tif',
      'file:///d/a b.tif',
      'file:/d/a#1.tif',
      'FILE://localhost/d/a?.tif',
      'e.tif',
    ];
    expect((await files(`URL_A\n${texts.join('\n')}`)).flat()).toEqual([
      '/d/a b%.tif',
      '/d/a b.tif',
      '/d/a#1.tif',
      '/d/a?.tif',
      file('e.tif'),
    ]);
  });

  it('are where the address says if no folder is named, and in the folder if one is', async () => {
    const header = 'FileName_A,URL_A,PathName_A';
    expect(
      await files(`${header}\na.tif,file:///d/b.tif,\na.tif,file:///d/b.tif,e\na.tif,http://d/b.tif,\n,file:/c,`),
    ).toEqual([['/d/b.tif'], [file('e/a.tif')], [file('a.tif')], ['/c']]);
  });

  it('may be pages of label images', async () => {
    const rows = 'FileName_A,ObjectsFileName_C,ObjectsFrame_C,ObjectsURL_N\na,c.tif,1,file:///n.png\nb,,,';
    const [first, second] = (await readScreen(saveTable(rows), {}, nodeAccess)).fields;
    expect(first).toMatchObject({ objects: { C: file('c.tif'), N: '/n.png' }, objectFrames: { C: 1 } });
    expect(second).toMatchObject({ objects: {} });
  });
});

describe('rows that are ragged', () => {
  it('may have a separator too many, or lack one where the header has no name', async () => {
    const long = await readScreen(saveTable('FileName_A,Well\na,A01,\nb,A02,,'), {}, nodeAccess);
    const short = await readScreen(saveTable('FileName_A,Well,\na,A01,\nb,A02'), {}, nodeAccess);
    for (const { columns, fields } of [long, short]) {
      expect(columns).toEqual(['Well']);
      expect(fields.map(({ metadata }) => metadata)).toEqual([{ Well: 'A01' }, { Well: 'A02' }]);
    }
  });
});

it('keeps what is written as it is written', async () => {
  const { fields } = await readScreen(
    saveTable('FileName_A,Metadata_Plate,Dose\na,0012,0.003000\nb,0012,1e3'),
    {},
    nodeAccess,
  );
  expect(fields.map(({ metadata }) => Object.values(metadata))).toEqual([
    ['0012', '0.003000'],
    ['0012', '1e3'],
  ]);
});
