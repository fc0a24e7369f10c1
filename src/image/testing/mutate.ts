import type { Random } from '../../random.ts';

/** Numbers at which programs stumble. */
const extremes = [0, 1, 2, 7, 255, 256, 32767, 32768, 65535, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

/** A copy of a file to which one to four things have happened: bytes flipped, numbers replaced, pieces cut or added. */
export function mutate(bytes: Buffer, random: Random): Buffer {
  let out: Buffer = Buffer.from(bytes);
  const many = 1 + random.integer(1 + random.integer(4));
  for (let i = 0; i < many; i++) out = mutations[random.integer(mutations.length)]!(out, random);
  return out;
}

const mutations: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  flip,
  flip,
  replaceNumber,
  replaceNumber,
  changeTag,
  changeTag,
  changeTag,
  (bytes, random) => bytes.subarray(0, random.integer(bytes.length + 1)),
  (bytes, random) => {
    const [from, to] = stretch(bytes, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (bytes, random) => {
    const [from, to] = stretch(bytes, random);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  (bytes, random) => {
    const at = random.integer(bytes.length + 1);
    const noise = Buffer.from(Array.from({ length: random.integer(64) }, () => random.integer(256)));
    return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]);
  },
  (bytes, random) => bytes.fill(random.integer(2) * 255, ...stretch(bytes, random)),
];

/** Two places in a file, in order, most often close together. */
function stretch(bytes: Buffer, random: Random): [number, number] {
  const from = random.integer(bytes.length + 1);
  return [from, Math.min(bytes.length, from + random.integer(random.integer(2) === 0 ? 16 : bytes.length + 1))];
}

function flip(bytes: Buffer, random: Random): Buffer {
  for (let i = random.integer(8); i >= 0 && bytes.length > 0; i--) {
    const at = random.integer(bytes.length);
    bytes[at] = bytes[at]! ^ (1 << random.integer(8));
  }
  return bytes;
}

/** Writes an extreme, in two or four bytes of either order, over whatever stands there. */
function replaceNumber(bytes: Buffer, random: Random): Buffer {
  if (bytes.length < 4) return bytes;
  write(bytes, random.integer(bytes.length - 3), random);
  return bytes;
}

/** Writes an extreme into the tag, type, count or value of an entry in the first directory of a TIFF, or a chunk of a PNG. */
function changeTag(bytes: Buffer, random: Random): Buffer {
  if (bytes.length < 24) return bytes;
  if (bytes[0] === 0x89) {
    write(bytes, Math.min(8 + random.integer(25), bytes.length - 4), random);
    return bytes;
  }
  const little = bytes[0] === 0x49;
  const start = little ? bytes.readUInt32LE(4) : bytes.readUInt32BE(4);
  const entry = start + 2 + 12 * random.integer(12);
  const at = entry + [0, 2, 4, 8][random.integer(4)]!;
  if (at + 4 <= bytes.length) write(bytes, at, random);
  return bytes;
}

function write(bytes: Buffer, at: number, random: Random): void {
  const pick = random.integer(extremes.length + 3);
  const value = extremes[pick] ?? bytes.length - 1 + (pick - extremes.length);
  const little = random.integer(2) === 0;
  if (random.integer(2) === 0) little ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  else little ? bytes.writeUInt16LE(value & 65535, at) : bytes.writeUInt16BE(value & 65535, at);
}
