import sharp, { type Sharp } from 'sharp';
import type { Composition } from '../pictures.ts';

export async function composePng(composition: Composition): Promise<Uint8Array> {
  return layered(composition).png({ compressionLevel: 9 }).toBuffer();
}

export async function composeJpeg(composition: Composition): Promise<Uint8Array> {
  return layered(composition).jpeg({ quality: 85, chromaSubsampling: '4:4:4' }).toBuffer();
}

export async function drawingToPng(
  svg: string,
  { width, height }: { width: number; height: number },
): Promise<Uint8Array> {
  // Drawn at twice its size first, letters stay sharp.
  return sharp(Buffer.from(svg), { density: 144 })
    .resize({ width, height, fit: 'contain', background: 'white' })
    .flatten({ background: 'white' })
    .png({ compressionLevel: 9, palette: true })
    .toBuffer();
}

function layered({ width, height, tiles, drawing }: Composition): Sharp {
  const layers = tiles.map(({ data, left, top, ...size }) => {
    return { input: Buffer.from(data), raw: { ...size, channels: 3 as const }, left, top };
  });
  return sharp({ create: { width, height, channels: 3, background: 'white' } }).composite([
    ...layers,
    { input: Buffer.from(drawing), left: 0, top: 0 },
  ]);
}
