import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { milscope } from '../../../test/run-milscope.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { simulateTinyScreen } from '../../../test/tiny-screen.ts';
import { tiffByHand } from '../../image/testing/tiff-by-hand.ts';
import { channelColoursOf } from '../../pixels/channel-colours.ts';
import { chooseChannels } from '../../screen/channels/choose-channels.ts';
import { nodeAccess } from '../../screen/node/access.ts';
import { readScreen } from '../../screen/read-screen.ts';
import { coloursOfScreen } from './colours-of-screen.ts';

const folder = temporaryFolder();
const page = { width: 2, height: 2, values: [1, 2, 3, 4] };

async function omeTiff(name: string, { colours, y = 0.65 }: { colours: readonly string[]; y?: number }) {
  const channels = colours.map((colour, c) => {
    const written = colour === '' ? '' : ` Color="${colour}"`;
    return `<Channel ID="Channel:0:${c}" Name="C${c}"${written}/>`;
  });
  const xml = `<OME><Image ID="Image:0"><Pixels DimensionOrder="XYCZT" SizeC="2" SizeZ="1" SizeT="1" PhysicalSizeX="650"
 PhysicalSizeXUnit="nm" PhysicalSizeY="${y}">${channels.join('')}<TiffData/></Pixels></Image></OME>`;
  await writeFile(join(folder, `${name}.ome.tif`), tiffByHand({ pages: [page, page], tags: [[270, 'ASCII', xml]] }));
  await writeFile(join(folder, `${name}.csv`), `FileName_Image\n${name}.ome.tif\n`);
  const screen = await readScreen(join(folder, `${name}.csv`), {}, nodeAccess);
  return { pixelSize: screen.pixelSize, colours: await coloursOfScreen(screen, nodeAccess) };
}

it('takes colours and the size of a pixel from OME-TIFF', async () => {
  const { pixelSize, colours } = await omeTiff('whole', { colours: ['-16776961', '65535'] });
  expect(pixelSize).toBeCloseTo(0.65, 9);
  expect(colours).toEqual([
    [255, 0, 0],
    [0, 0, 255],
  ]);
  // Half a statement is none: names that say nothing have colours that are left.
  expect(await omeTiff('odd', { colours: ['-16776961', ''], y: 0.5 })).toEqual({
    pixelSize: undefined,
    colours: channelColoursOf(['C0', 'C1']),
  });
});

it('keeps both from one OME-Zarr plate to another, and has the usual ones of plain TIFFs', async () => {
  const table = await simulateTinyScreen(join(folder, 'screen'), { plates: 1, wells: 2, sites: 1 });
  const screen = await readScreen(table, {}, nodeAccess);
  const usual = channelColoursOf(screen.channels);
  expect(await coloursOfScreen(screen, nodeAccess)).toEqual(usual);
  // A choice has them too, whatever the others are.
  const [first1, second1] = screen.channels as [string, string];
  expect(await coloursOfScreen(chooseChannels(screen, [second1, first1]), nodeAccess)).toEqual([usual[1], usual[0]]);
  const convert = async (from: string, to: string, ...more: string[]) => {
    const { code, err } = await milscope('convert', from, '--out', join(folder, to), ...more);
    expect(code, err).toBe(0);
    const attributes = JSON.parse(await readFile(join(folder, to, 'A/1/0/.zattrs'), 'utf8'));
    return { path: join(folder, to), attributes };
  };
  const first = await convert(table, 'first.zarr', '--pixel-size', '0.5');
  const second = await convert(first.path, 'second.zarr');
  const rows = (await readFile(join(folder, 'first.csv'), 'utf8')).trim().split('\n');
  const place = rows[0]!.split(',').indexOf('Metadata_PixelSize');
  expect(rows.slice(1).map((row) => row.split(',')[place])).toEqual(['0.5', '0.5']);
  const { attributes } = second;
  expect(attributes.multiscales[0].axes.at(-1)).toMatchObject({ unit: 'micrometer' });
  expect(attributes.multiscales[0].datasets[0]).toEqual(first.attributes.multiscales[0].datasets[0]);
  const colours = (of: typeof attributes) => of.omero.channels.map(({ color }: { color: string }) => color);
  expect(colours(attributes)).toEqual(colours(first.attributes));

  const changed = JSON.parse(await readFile(join(first.path, 'A/1/0/.zattrs'), 'utf8'));
  for (const [i, color] of ['0000FF', '00FF00', 'FF0000'].entries()) changed.omero.channels[i].color = color;
  await writeFile(join(first.path, 'A/1/0/.zattrs'), JSON.stringify(changed));
  expect(colours((await convert(first.path, 'third.zarr')).attributes)).toEqual(['0000FF', '00FF00', 'FF0000']);
});
