import sharp from 'sharp';

/** A colour picture of 8 bits, `[height, width, 3]`, and where its upper left corner goes. */
export interface Tile {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly left: number;
  readonly top: number;
}

/**
 * A PNG of colour pictures side by side on white, with drawings over them.
 *
 * @param drawing SVG of the size of the whole
 */
export async function composePng({
  width,
  height,
  tiles,
  drawing,
}: {
  readonly width: number;
  readonly height: number;
  readonly tiles: readonly Tile[];
  readonly drawing: string;
}): Promise<Uint8Array> {
  const layers = tiles.map(({ data, left, top, ...size }) => {
    return { input: Buffer.from(data), raw: { ...size, channels: 3 as const }, left, top };
  });
  return sharp({ create: { width, height, channels: 3, background: 'white' } })
    .composite([...layers, { input: Buffer.from(drawing), left: 0, top: 0 }])
    .png({ compressionLevel: 9 })
    .toBuffer();
}
