import { crc32, deflateSync } from 'node:zlib';

/** The colour types of PNG, with the samples of a pixel. */
const colours = { grey: [0, 1], rgb: [2, 3], palette: [3, 1], 'grey-alpha': [4, 2], rgba: [6, 4] } as const;

/** How to write a PNG: samples as they stand in the file, `[height, width, samples]`. */
export interface PngByHand {
  readonly width: number;
  readonly height: number;
  readonly values: readonly number[];
  readonly colour?: keyof typeof colours;
  readonly bits?: 1 | 2 | 4 | 8 | 16;
  /** Red, green and blue of each entry. */
  readonly palette?: readonly (readonly [number, number, number])[];
}

/** The bytes of a PNG written chunk by chunk, without any library that milscope reads it with. */
export function pngByHand({ width, height, values, colour = 'grey', bits = 8, palette }: PngByHand): Buffer {
  const [type, samples] = colours[colour];
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bits, type, 0, 0, 0], 8);
  const rows = Array.from({ length: height }, (_, y) => {
    const row = values.slice(y * width * samples, (y + 1) * width * samples);
    const text = row.map((value) => value.toString(2).padStart(bits, '0')).join('');
    return Buffer.from([0, ...(text.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2))]);
  });
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...(palette === undefined ? [] : [chunk('PLTE', Buffer.from(palette.flat()))]),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}
