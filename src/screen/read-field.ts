import { MilscopeError } from '../errors.ts';
import type { ImageHeader } from '../image/image.ts';
import { openImage } from '../image/read.ts';
import type { Image, Pixels } from '../pixels/pixels.ts';
import type { ScreenAccess } from './access.ts';
import type { ChannelSource, Field, Screen } from './screen.ts';

/** Where in the field a plane goes, and what it is. */
interface Plane {
  readonly channel: number;
  readonly source: ChannelSource;
}

/**
 * Decodes all channels of a field as one image, `[channels, height, width]` in the order of `screen.channels`, in the
 * narrowest type that holds them all: uint8, uint16 or float32. Intensities are never rescaled; a file that several
 * channels share is read once.
 *
 * @throws the `problem` of a channel, MissingFile and BadImage as `readImage` does.
 * @throws ChannelMismatch when a file has other planes than the screen, or its size is not that of the first channel.
 */
export async function readField(
  screen: Pick<Screen, 'channels'>,
  field: Field,
  _access?: ScreenAccess,
): Promise<Image> {
  const { problem } = field.sources.find((source) => source.problem !== undefined) ?? {};
  if (problem !== undefined) throw problem;
  const files = new Map<string, Plane[]>();
  for (const [channel, source] of field.sources.entries()) {
    files.set(source.file, [...(files.get(source.file) ?? []), { channel, source }]);
  }
  let first: { readonly file: string; readonly image: Image } | undefined;
  const planes: Pixels[] = [];
  for (const [file, wanted] of files) {
    const image = await decodePlanes(file, wanted);
    first ??= { file, image };
    checkSize(file, { image, first });
    const size = image.width * image.height;
    for (const [i, { channel }] of wanted.entries()) planes[channel] = image.data.subarray(i * size, (i + 1) * size);
  }
  if (first === undefined)
    throw new MilscopeError('ChannelMismatch', { row: field.row, problem: 'the field has no image' });
  // The planes of one file come in the order of the channels already.
  if (files.size === 1) return { ...first.image, channelNames: screen.channels };
  const { height, width } = first.image;
  return { data: stack(planes), channels: planes.length, height, width, channelNames: screen.channels };
}

async function decodePlanes(file: string, wanted: readonly Plane[]): Promise<Image> {
  const { header, decode } = await openImage(file, { level: wanted[0]?.source.level });
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
  return decode(wanted.map(({ source: { plane, planes } }) => (planes === undefined ? { page: plane } : plane)));
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

function checkSize(
  file: string,
  { image, first }: { image: Image; first: { readonly file: string; readonly image: Image } },
): void {
  if (image.width === first.image.width && image.height === first.image.height) return;
  throw new MilscopeError('ChannelMismatch', {
    file,
    problem: 'the channels of the field differ in size',
    found: `${image.width} × ${image.height} pixels`,
    expected: `${first.image.width} × ${first.image.height} as in ${first.file}`,
  });
}

/** The planes one after the other, in the narrowest type that holds them all. */
function stack(planes: readonly Pixels[]): Pixels {
  const length = planes.reduce((sum, plane) => sum + plane.length, 0);
  const has = (type: Float32ArrayConstructor | Uint16ArrayConstructor) => planes.some((plane) => plane instanceof type);
  const Type = has(Float32Array) ? Float32Array : has(Uint16Array) ? Uint16Array : Uint8Array;
  const out = new Type(length);
  let at = 0;
  for (const plane of planes) {
    out.set(plane, at);
    at += plane.length;
  }
  return out;
}
