import { MilscopeError } from '../errors.ts';
import type { ImageHeader } from '../image/image.ts';
import type { Size } from '../image/region.ts';
import { requireDecodable } from '../image/require-decodable.ts';
import type { ChannelSource, Screen } from './screen.ts';

/** Where in the field a plane goes, and what it is. */
export interface Plane {
  readonly channel: number;
  readonly source: ChannelSource;
}

/** Whether a file has the planes that the screen wants of it. @throws ChannelMismatch */
export function checkPlanes(file: string, { header, wanted }: { header: ImageHeader; wanted: readonly Plane[] }): void {
  const { channels, pages, samples, channelNames } = header;
  const kind = samples === 3 ? 'an RGB image' : `${channels} grey ${channels === 1 ? 'plane' : 'planes'}`;
  for (const { source } of wanted) {
    if (source.planes !== undefined && source.planes !== channels) {
      throw new MilscopeError('ChannelMismatch', {
        file,
        problem: 'the image has other channels than the screen',
        found: kind,
        expected: `${source.planes} ${source.planes === 1 ? 'plane' : 'planes'}, as in the first image of its column`,
      });
    }
    if (source.planes === undefined && (samples > 1 || source.plane >= pages)) {
      const problem = 'the image does not have the page that the table names';
      throw new MilscopeError('ChannelMismatch', {
        file,
        problem,
        found: samples === 1 ? `${pages} grey ${pages === 1 ? 'page' : 'pages'}` : kind,
        expected: `a grey page ${source.plane}`,
      });
    }
  }
  if (header.format === 'zarr') checkNames(file, { header, wanted });
  else checkOrder(file, { names: channelNames, wanted });
}

/** A channel that the file has in another place than the first image of the column would be taken for another. */
function checkOrder(
  file: string,
  { names = [], wanted }: { names: readonly string[] | undefined; wanted: readonly Plane[] },
): void {
  for (const { source } of wanted) {
    const place = source.name === undefined ? -1 : names.indexOf(source.name);
    if (place === -1 || names[source.plane] === source.name) continue;
    throw new MilscopeError('ChannelMismatch', {
      file,
      problem: 'the image has its channels in another order than the screen',
      found: names.join(', '),
      expected: `${source.name} in place ${source.plane}, counted from 0, as in the first image of its column`,
      remedy: 'save the images with their channels in one order, or give each channel a column with Frame_',
    });
  }
}

/** The images of a plate have the same channels: what is called otherwise is another. */
function checkNames(
  file: string,
  { header: { channelNames = [] }, wanted }: { header: ImageHeader; wanted: readonly Plane[] },
): void {
  for (const { source } of wanted) {
    const name = channelNames[source.plane];
    if (source.name === undefined || name === undefined || source.name === name) continue;
    throw new MilscopeError('ChannelMismatch', {
      file,
      problem: 'the image has other channels than the screen',
      found: channelNames.join(', '),
      expected: `${source.name} in place ${source.plane + 1}, as in the first image of the screen`,
    });
  }
}

/** A file of a field whose header is known. */
interface SizedFile {
  readonly file: string;
  readonly image: { readonly header: Size };
  readonly planes: readonly Plane[];
}

/** All files of a field have one size. Where they differ, the odd one out is to blame, not those beside it. */
export function checkSizes(files: readonly SizedFile[], { usualSize }: Pick<Screen, 'usualSize'>): void {
  const sizes = files.map(({ file, image, planes }) => ({ file, size: image.header, source: planes[0]!.source }));
  const keyOf = ({ width, height }: Size) => `${width} × ${height}`;
  if (new Set(sizes.map(({ size }) => keyOf(size))).size <= 1) return;
  for (const { file, size, source } of sizes) requireDecodable(file, { ...size, bytes: 0 }, source);
  const alike = ({ size }: { readonly size: Size }) =>
    sizes.filter((other) => keyOf(other.size) === keyOf(size)).length;
  const usual = sizes.reduce((best, one) => {
    const [a, b] = [one, best].map((each) => Number(usualSize !== undefined && keyOf(each.size) === keyOf(usualSize)));
    return alike(one) > alike(best) || (alike(one) === alike(best) && a! > b!) ? one : best;
  });
  for (const { file, size } of sizes) checkSize(file, { size, usual });
}

/** Whether a channel is as large as the usual one. @throws ChannelMismatch */
export function checkSize(
  file: string,
  { size, usual }: { size: Size; usual: { readonly file: string; readonly size: Size } },
): void {
  if (size.width === usual.size.width && size.height === usual.size.height) return;
  throw new MilscopeError('ChannelMismatch', {
    file,
    problem: 'the channels of the field differ in size',
    found: `${size.width} × ${size.height} pixels`,
    expected: `${usual.size.width} × ${usual.size.height} as in ${usual.file}`,
  });
}

/** @throws ChannelMismatch when a plane of depth is not like the lowest one */
export function requireSame(other: string, header: ImageHeader, { as, file }: { as: ImageHeader; file: string }): void {
  const say = ({ width, height, channels, bitDepth }: ImageHeader) =>
    `${width} × ${height} pixels of ${bitDepth} bits, ${channels} ${channels === 1 ? 'channel' : 'channels'}`;
  if (say(header) === say(as)) return;
  throw new MilscopeError('ChannelMismatch', {
    file: other,
    problem: 'the planes of the stack are not alike',
    found: say(header),
    expected: `${say(as)}, as in ${file}`,
  });
}
