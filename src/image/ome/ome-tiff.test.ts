import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeWithSharedData } from '../../../test/shared-data.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { readImageHeader } from '../header.ts';
import { nodeImageAccess } from '../node/access.ts';
import { openImage, readImage } from '../read.ts';
import { type PageByHand, tiffByHand } from '../testing/tiff-by-hand.ts';

const folder = temporaryFolder();

/** A page whose every pixel says which it is. */
const page = (value: number): PageByHand => ({ width: 3, height: 2, values: Array.from({ length: 6 }, () => value) });

interface OmeRecipe {
  readonly c?: number;
  readonly z?: number;
  readonly t?: number;
  readonly order?: string;
  readonly names?: readonly string[];
  /** `TiffData` and whatever else stands in `Pixels`. */
  readonly inside?: string;
  readonly attributes?: string;
  readonly uuid?: string;
}

function ome({ c = 1, z = 1, t = 1, order = 'XYCZT', names, inside = '', attributes = '', uuid }: OmeRecipe): string {
  const channels = Array.from(
    { length: c },
    (_, i) => `<Channel ID="Channel:0:${i}"${names === undefined ? '' : ` Name="${names[i]}"`}/>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"${uuid === undefined ? '' : ` UUID="${uuid}"`}>
<Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="${order}" SizeX="3" SizeY="2" SizeC="${c}" SizeZ="${z}"
 SizeT="${t}" Type="uint8" ${attributes}>${channels.join('')}${inside}</Pixels></Image></OME>`;
}

function save(
  name: string,
  description: string,
  pages: readonly PageByHand[],
  tags: [number, 'LONG', number[]][] = [],
) {
  const path = join(folder, name);
  // A tag holds bytes: the description is UTF-8.
  const text = Buffer.from(description).toString('latin1');
  writeFileSync(path, tiffByHand({ pages, tags: [[270, 'ASCII', text], ...tags] }));
  return path;
}

async function values(path: string): Promise<number[]> {
  const { data, channels } = await readImage(path, {}, nodeImageAccess);
  return Array.from({ length: channels }, (_, channel) => data[channel * 6]!);
}

it('finds the channels at the first depth and time, whatever the order of the dimensions', async () => {
  const orders = ['XYCZT', 'XYCTZ', 'XYZCT', 'XYZTC', 'XYTCZ', 'XYTZC'];
  const size = fc.integer({ min: 1, max: 3 });
  const recipes = fc.record({ c: size, z: size, t: size, order: fc.constantFrom(...orders), how: fc.nat({ max: 3 }) });
  await fc.assert(
    fc.asyncProperty(recipes, async ({ c, z, t, order, how }) => {
      const planes: Record<string, number>[] = [];
      const [first, second, third] = [...order.slice(2)] as [string, string, string];
      const sizes: Record<string, number> = { C: c, Z: z, T: t };
      for (let k = 0; k < sizes[third]!; k++)
        for (let j = 0; j < sizes[second]!; j++)
          for (let i = 0; i < sizes[first]!; i++) planes.push({ [third]: k, [second]: j, [first]: i });
      const where = (plane: Record<string, number>) => `FirstC="${plane.C}" FirstZ="${plane.Z}" FirstT="${plane.T}"`;
      // None, one for all, one for each, or one for each with the pages the other way round.
      const inside = [
        '',
        `<TiffData/>`,
        planes.map((plane, ifd) => `<TiffData IFD="${ifd}" ${where(plane)}/>`).join(''),
        planes.map((plane, i) => `<TiffData IFD="${planes.length - 1 - i}" ${where(plane)} PlaneCount="1"/>`).join(''),
      ][how]!;
      const pages = planes.map((plane) => page(plane.C! * 9 + plane.Z! * 3 + plane.T!));
      const path = save('orders.ome.tif', ome({ c, z, t, order, inside }), how === 3 ? pages.reverse() : pages);
      expect(await values(path)).toEqual(Array.from({ length: c }, (_, channel) => channel * 9));
      const header = await readImageHeader(path, {}, nodeImageAccess);
      expect(header).toMatchObject({ channels: c, pages: c * z * t, samples: 1 });
      expect(header.stack).toEqual(z * t === 1 ? undefined : { z, t });
    }),
    { numRuns: 60 },
  );
});

it('gives names and the size of a pixel in micrometres', async () => {
  const attributes = 'PhysicalSizeX="650" PhysicalSizeXUnit="nm" PhysicalSizeY="0.65" PhysicalSizeYUnit="µm"';
  const names = ['DNA &amp; more', 'β-tubulin', 'α &#956;'];
  const path = save('names.ome.tif', ome({ c: 3, names, attributes }), [page(1), page(2), page(3)]);
  const header = await readImageHeader(path, {}, nodeImageAccess);
  expect(header.channelNames).toEqual(['DNA & more', 'β-tubulin', 'α μ']);
  expect(header.pixelSize).toEqual({ x: 0.65, y: 0.65, unit: 'µm' });
  expect((await openImage(path, {}, nodeImageAccess)).header).toEqual(header);
  for (const odd of [
    'PhysicalSizeX="1"',
    'PhysicalSizeX="1" PhysicalSizeY="0"',
    'PhysicalSizeX="x" PhysicalSizeY="1"',
  ]) {
    expect(
      (await readImageHeader(save('odd.ome.tif', ome({ attributes: odd }), [page(1)]), {}, nodeImageAccess)).pixelSize,
    ).toBeUndefined();
  }
});

it('leaves names out unless every channel has one', async () => {
  const path = save('half.ome.tif', ome({ c: 2, names: ['DNA', ' '] }), [page(1), page(2)]);
  expect((await readImageHeader(path, {}, nodeImageAccess)).channelNames).toBeUndefined();
});

it('takes the samples of an RGB page for channels', async () => {
  const description = ome({ c: 3 }).replace(/(<Channel[^>]*\/>)+/, '<Channel ID="Channel:0:0" SamplesPerPixel="3"/>');
  const values = Array.from({ length: 18 }, (_, i) => i);
  const bytes = tiffByHand({
    pages: [{ width: 3, height: 2, values }],
    samples: 3,
    tags: [[270, 'ASCII', description]],
  });
  const path = join(folder, 'rgb.ome.tif');
  writeFileSync(path, bytes);
  const image = await readImage(path, {}, nodeImageAccess);
  expect([...image.data]).toEqual([0, 1, 2].flatMap((c) => values.filter((v) => v % 3 === c)));
});

it('reads the largest copy of a pyramid alone', async () => {
  // Smaller copies hang on tag 330 (SubIFDs), or stand in the chain and say that they are copies (tag 254).
  const copies: [number, 'LONG', number[]][] = [[330, 'LONG', [8]]];
  expect(await values(save('pyramid.ome.tif', ome({ c: 2 }), [page(4), page(5)], copies))).toEqual([4, 5]);
  const whole = tiffByHand({ pages: [page(4), { width: 1, height: 1, values: [9] }], tags: [[254, 'LONG', [0]]] });
  // The second directory is written first: its tag 254 is the first of the two.
  const at = whole.indexOf(Buffer.from([254, 0, 4, 0, 1, 0, 0, 0, 0, 0, 0, 0]));
  whole[at + 8] = 1;
  const path = join(folder, 'thumbnail.tif');
  writeFileSync(path, whole);
  expect(await values(path)).toEqual([4]);
});

it('reads an image whose channels are in several files from each of them', async () => {
  const parts = join(mkdtempSync(join(folder, 'parts-')));
  const names = ['a.ome.tif', 'b.ome.tif'];
  const inside = names
    .map((name, c) => `<TiffData FirstC="${c}" IFD="0"><UUID FileName="${name}">urn:uuid:${c}</UUID></TiffData>`)
    .join('');
  const write = (name: string, value: number, more: PageByHand[] = []) => {
    const description = ome({ c: 2, inside, uuid: `urn:uuid:${value - 7}`, names: ['DNA', 'Actin'] });
    writeFileSync(
      join(parts, name),
      tiffByHand({ pages: [page(value), ...more], tags: [[270, 'ASCII', description]] }),
    );
  };
  write('a.ome.tif', 7);
  write('b.ome.tif', 8);
  for (const [own, name] of names.entries()) {
    expect(await values(join(parts, name))).toEqual([7, 8]);
    const other = join(parts, names[1 - own]!);
    expect(await readImageHeader(join(parts, name), {}, nodeImageAccess)).toMatchObject({
      channels: 2,
      parts: { own: [own], files: [other] },
    });
  }
  // A file that was renamed is known by its UUID.
  write('renamed.ome.tif', 8);
  expect(await values(join(parts, 'renamed.ome.tif'))).toEqual([7, 8]);
  writeFileSync(join(parts, 'b.ome.tif'), tiffByHand({ pages: [{ width: 1, height: 1, values: [1] }] }));
  await expect(readImage(join(parts, 'a.ome.tif'), {}, nodeImageAccess)).rejects.toThrow(
    /b\.ome\.tif: this is not like .*a\.ome\.tif/,
  );
  write('a.ome.tif', 7);
  writeFileSync(join(parts, 'b.ome.tif'), Buffer.alloc(0));
  await expect(readImage(join(parts, 'a.ome.tif'), {}, nodeImageAccess)).rejects.toThrow(
    'b.ome.tif: the file is empty',
  );
});

it('names the file of a channel that is not there', async () => {
  const inside =
    '<TiffData IFD="0"/><TiffData FirstC="1" IFD="0"><UUID FileName="../lost.ome.tif">urn:1</UUID></TiffData>';
  const more = '<TiffData FirstC="1" IFD="0"><UUID FileName="more.ome.tif">urn:2</UUID></TiffData>';
  const path = save('alone.ome.tif', ome({ c: 2, inside: more + inside }), [page(1)]);
  // Only the name counts: nothing outside of the folder is looked at.
  await expect(readImage(path, {}, nodeImageAccess)).rejects.toMatchObject({
    tag: 'MissingFile',
    details: { file: join(folder, 'lost.ome.tif') },
  });
  expect([...(await (await openImage(path, {}, nodeImageAccess)).read({ channels: [0] })).data]).toEqual(
    page(1).values,
  );
});

it('takes the image of which the file has pages, of several in the XML', async () => {
  const other = '<TiffData IFD="0"><UUID FileName="other.ome.tif">urn:1</UUID></TiffData>';
  const own = '<TiffData IFD="0"><UUID FileName="own.ome.tif">urn:2</UUID></TiffData>';
  const [first, second] = [
    ome({ c: 1, inside: other }),
    ome({ c: 2, inside: own + own.replace('IFD="0"', 'IFD="1" FirstC="1"') }),
  ];
  const both = first.replace('</OME>', `${/<Image[\s\S]*<\/Image>/.exec(second)![0]}</OME>`);
  expect(await values(save('own.ome.tif', both, [page(3), page(4)]))).toEqual([3, 4]);
});

it('refuses OME-XML that lies, is broken, or would be a bomb', async () => {
  const deep = `${'<A>'.repeat(5000)}${'</A>'.repeat(5000)}`;
  const bomb = `<!DOCTYPE OME [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>`;
  const cases: [string, RegExp][] = [
    [ome({ c: 3 }), /no page for channel 2, 2 in the file/],
    [ome({ c: 1, inside: '<TiffData IFD="7"/>' }), /names a page that the TIFF does not have \(found 2 pages/],
    [ome({ c: 2, inside: '<TiffData IFD="0"/>' }), /no page for channel 1/],
    [ome({ order: 'XYZZZ' }), /DimensionOrder.*XYZZZ/],
    [ome({ order: 'YXCZT' }), /DimensionOrder/],
    [ome({ inside: '<TiffData IFD="-1"/>' }), /IFD in the OME-XML is no whole number \(found -1/],
    [ome({}).replace('SizeC="1"', 'SizeC="4000000000"'), /SizeC in the OME-XML cannot be/],
    [ome({}).replace('SizeC="1"', 'SizeC="0"'), /SizeC/],
    [ome({}).replace('SizeZ="1"', 'SizeZ="99999999999"'), /SizeZ.*no whole number/],
    [ome({}).slice(0, 200), /OME-XML of the image cannot be read/],
    [ome({ inside: deep }), /OME-XML of the image cannot be read/],
    [ome({}).replace('<OME', `${bomb}<OME`), /entities of its own/],
    ['<OME/>', /does not say what the pages/],
    ['<OME><BinaryOnly MetadataFile="all.companion.ome" UUID="urn:1"/></OME>', /only that all\.companion\.ome says it/],
  ];
  for (const [description, message] of cases) {
    const path = save('bad.ome.tif', description, [page(1), page(2)]);
    const outcome = await readImage(path, {}, nodeImageAccess).catch((error) => error);
    expect(outcome, String(message)).toMatchObject({ tag: 'BadImage', message: expect.stringMatching(message) });
  }
});

it('reads the channels of a hyperstack of ImageJ, and the planes that it does not list', async () => {
  const six = [0, 1, 2, 3, 4, 5].map(page);
  const description = 'ImageJ=1.53t\nimages=6\nchannels=2\nslices=3\nhyperstack=true\nmode=composite\n';
  const path = save('hyperstack.tif', description, six);
  expect(await values(path)).toEqual([0, 1]);
  expect(await readImageHeader(path, {}, nodeImageAccess)).toMatchObject({
    channels: 2,
    pages: 6,
    stack: { z: 3, t: 1 },
  });
  expect([...(await (await openImage(path, {}, nodeImageAccess)).read({ channels: [{ page: 5 }] })).data]).toEqual(
    page(5).values,
  );
  expect(await values(save('stack.tif', 'ImageJ=1.53t\nimages=6\nslices=6\nloop=false\n', six))).toEqual([
    0, 1, 2, 3, 4, 5,
  ]);
  await expect(readImage(save('lying.tif', description, six.slice(0, 5)), {}, nodeImageAccess)).rejects.toThrow(
    '5 of 6 planes',
  );
  const more = description.replace('slices=3', 'slices=2');
  await expect(readImage(save('unlike.tif', more, six), {}, nodeImageAccess)).rejects.toThrow(
    '2 channels × 2 slices × 1 frames',
  );
  // Above 4 GB ImageJ lists the first plane alone, and the others follow it as they are.
  const bytes = tiffByHand({ pages: [page(0)], tags: [[270, 'ASCII', description]] });
  const offset = bytes.length;
  const moved = tiffByHand({
    pages: [page(0)],
    tags: [
      [270, 'ASCII', description],
      [273, 'LONG', [offset]],
    ],
  });
  const planes = Buffer.concat([moved, ...six.map(({ values }) => Buffer.from(values))]);
  const huge = join(folder, 'huge.tif');
  writeFileSync(huge, planes);
  expect(await values(huge)).toEqual([0, 1]);
  writeFileSync(huge, planes.subarray(0, planes.length - 1));
  await expect(readImage(huge, {}, nodeImageAccess)).rejects.toThrow('1 of 6 planes');
});

describeWithSharedData('an OME-TIFF that Bio-Formats and tifffile wrote', (data) => {
  it('has three channels of signed pixels', async () => {
    const path = join(data, 'formats/ome-tiff/multi-channel.ome.tif');
    const image = await readImage(path, {}, nodeImageAccess);
    expect(image).toMatchObject({ channels: 3, width: 439, height: 167 });
    expect(await readImageHeader(path, {}, nodeImageAccess)).toMatchObject({
      channels: 3,
      pages: 3,
      bitDepth: 32,
      channelNames: undefined,
    });
    expect(image.data.some((value) => value < 0)).toBe(true);
  });
});
