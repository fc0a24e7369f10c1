import { isMilscopeError } from '../../errors.ts';
import type { Pixels } from '../../pixels/pixels.ts';
import type { FileBytes } from '../bytes.ts';
import type { Picture } from '../decode.ts';
import { damaged, decodePicture, firstPlanes, joined } from '../decode-picture.ts';
import type { TiffPage } from './page.ts';
import { rebuildPage } from './rebuild.ts';
import { readSegments } from './segments.ts';

/** Bits of a sample as it is given: signed ones become float, which holds all of 16 bits exactly. */
export function givenBits({ bits, type }: Pick<TiffPage, 'bits' | 'type'>): 8 | 16 | 32 {
  if (type !== 'unsigned') return 32;
  return bits > 8 ? 16 : 8;
}

/**
 * Decodes one page of a TIFF to planes `[samples, height, width]`; no more of the file is read than its strips or tiles.
 *
 * @param little whether the file is little endian
 * @throws BadImage when the page is damaged.
 */
export async function decodePage(
  bytes: FileBytes,
  { page, little }: { page: TiffPage; little: boolean },
): Promise<Pixels> {
  const { file } = bytes;
  const { width, height, samples, planar, wide, stored, segments } = page;
  const bitDepth = page.type === 'float' ? 32 : page.bits > 8 ? 16 : 8;
  const decode = async (own: TiffPage['segments'], picture: Pick<Picture, 'width' | 'samples' | 'colour'>) => {
    const pieces = await readSegments(bytes, own);
    try {
      const whole = await rebuildPage({ page, little, segments: own, pieces, alone: planar });
      return await decodePicture(whole, { ...picture, height, bitDepth, file });
    } catch (cause) {
      if (isMilscopeError(cause)) throw cause;
      throw damaged(file, { found: cause instanceof Error ? cause.message : String(cause), cause });
    }
  };
  if (planar) {
    const perPlane = segments.length / stored;
    const parts: Pixels[] = [];
    for (let sample = 0; sample < samples; sample++) {
      const own = segments.slice(sample * perPlane, (sample + 1) * perPlane);
      parts.push(await decode(own, { width, samples: 1, colour: false }));
    }
    return signed(joined(parts), page);
  }
  if (wide) {
    const row = await decode(segments, { width: width * stored, samples: 1, colour: false });
    return signed(firstPlanes(row, { samples, stride: stored }), page);
  }
  return signed(await decode(segments, { width, samples, colour: samples === 3 }), page);
}

/** Where the samples are signed, they came as the unsigned ones with the same bits. */
function signed(pixels: Pixels, { type, bits }: TiffPage): Pixels {
  if (type !== 'signed') return pixels;
  return bits === 8
    ? Float32Array.from(pixels, (v) => (v << 24) >> 24)
    : Float32Array.from(pixels, (v) => (v << 16) >> 16);
}
