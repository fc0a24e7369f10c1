import { isMilscopeError } from '../../errors.ts';
import type { Pixels } from '../../pixels/pixels.ts';
import type { FileBytes } from '../bytes.ts';
import { damaged } from '../damaged.ts';
import type { DecodeImages, Picture } from '../decode.ts';
import { firstPlanes, joined, planesIn } from '../planes.ts';
import { cutPlane, type Window } from '../region.ts';
import type { TiffPage } from './page.ts';
import { coverWindow, readSegments } from './segments.ts';

/** Bits of a sample as it is given: signed ones and those of 32 bits become float, which is exact up to 2²⁴. */
export function givenBits({ bits, type }: Pick<TiffPage, 'bits' | 'type'>): 8 | 16 | 32 {
  if (type !== 'unsigned' || bits === 32) return 32;
  return bits > 8 ? 16 : 8;
}

/**
 * Decodes a window of one page of a TIFF to its planes, `[height, width]` each, one a sample; no more of the file is read
 * than the strips or tiles that the window touches.
 *
 * @param little whether the file is little endian
 * @throws BadImage when the page is damaged there.
 */
export async function decodePage(
  bytes: FileBytes,
  { page, little, window }: { page: TiffPage; little: boolean; window: Window },
  { tiffPage }: Pick<DecodeImages, 'tiffPage'>,
): Promise<Pixels[]> {
  const { file } = bytes;
  const { samples, planar, wide, stored, segments } = page;
  const { area, chosen } = coverWindow(page, window);
  const { width, height } = area;
  const bitDepth = page.bits === 32 ? 32 : page.bits > 8 ? 16 : 8;
  const integers = page.bits === 32 && page.type !== 'float' ? page.type : undefined;
  const decode = async (own: TiffPage['segments'], picture: Pick<Picture, 'width' | 'samples' | 'colour'>) => {
    const pieces = await readSegments(bytes, own);
    try {
      const part = { page, little, area, segments: own, pieces, alone: planar };
      return await tiffPage(part, { ...picture, height, bitDepth, integers, file });
    } catch (cause) {
      if (isMilscopeError(cause)) throw cause;
      throw damaged(file, { found: cause instanceof Error ? cause.message : String(cause), cause });
    }
  };
  const decodeAll = async (): Promise<Pixels> => {
    if (planar) {
      const perPlane = segments.length / stored;
      const parts: Pixels[] = [];
      for (let sample = 0; sample < samples; sample++) {
        const own = chosen.map((place) => segments[sample * perPlane + place]!);
        parts.push(await decode(own, { width, samples: 1, colour: false }));
      }
      return joined(parts);
    }
    const own = chosen.map((place) => segments[place]!);
    if (!wide) return decode(own, { width, samples, colour: samples === 3 });
    const row = await decode(own, { width: width * stored, samples: 1, colour: false });
    return firstPlanes(row, { samples, stride: stored });
  };
  const inArea = { ...window, top: window.top - area.top, left: window.left - area.left };
  return planesIn(await decodeAll(), width * height).map((plane) => signed(cutPlane(plane, area, inArea), page));
}

/** Where the samples are signed, they came as the unsigned ones with the same bits. */
function signed(pixels: Pixels, { type, bits }: TiffPage): Pixels {
  if (type !== 'signed' || bits === 32) return pixels;
  return bits === 8
    ? Float32Array.from(pixels, (v) => (v << 24) >> 24)
    : Float32Array.from(pixels, (v) => (v << 16) >> 16);
}
