import { deflateSync } from 'node:zlib';

/** One page as its samples stand in the file: interleaved, `[height, width, samples]`. */
export interface PageByHand {
  readonly width: number;
  readonly height: number;
  readonly values: readonly number[];
}

/** How to lay out a TIFF; every tag can be overruled. */
export interface TiffByHand {
  readonly pages: readonly PageByHand[];
  readonly bits?: 1 | 2 | 4 | 8 | 12 | 16 | 32;
  readonly samples?: number;
  readonly order?: 'little' | 'big';
  readonly big?: boolean;
  readonly compression?: 'none' | 'lzw' | 'deflate' | 'packbits';
  readonly predictor?: boolean;
  readonly rowsPerStrip?: number;
  readonly tile?: readonly [width: number, height: number];
  readonly planar?: boolean;
  readonly float?: boolean;
  readonly photometric?: number;
  /** Further tags, or others in place of those that follow from the rest. */
  readonly tags?: readonly (readonly [
    tag: number,
    /** Of `RATIONAL`, the values are numerators and denominators; of `UIC2` of MetaMorph, six numbers a plane. */
    type: 'SHORT' | 'LONG' | 'ASCII' | 'RATIONAL' | 'UIC2',
    values: readonly number[] | string,
  ])[];
}

const compressions = { none: 1, lzw: 5, deflate: 8, packbits: 32773 };
const typeCodes = { ASCII: 2, SHORT: 3, LONG: 4, RATIONAL: 5, UIC2: 5, LONG8: 16 };
const typeSizes = { ASCII: 1, SHORT: 2, LONG: 4, RATIONAL: 4, UIC2: 4, LONG8: 8 };
/** Numbers that one value of a type is made of. */
const parts: Readonly<Record<string, number>> = { RATIONAL: 2, UIC2: 6 };

/** The bytes of a TIFF written tag by tag, without any library that milscope reads it with. */
export function tiffByHand(recipe: TiffByHand): Buffer {
  const { pages, bits = 8, samples = 1, order = 'little', big = false, compression = 'none' } = recipe;
  const little = order === 'little';
  const word = big ? 8 : 4;
  const integer = (value: number, size: number): Buffer => {
    const bytes = Buffer.alloc(size);
    if (size === 8) little ? bytes.writeBigUInt64LE(BigInt(value)) : bytes.writeBigUInt64BE(BigInt(value));
    else little ? bytes.writeUIntLE(value, 0, size) : bytes.writeUIntBE(value, 0, size);
    return bytes;
  };
  const file: Buffer[] = [Buffer.from(little ? 'II' : 'MM'), integer(big ? 43 : 42, 2)];
  if (big) file.push(integer(8, 2), integer(0, 2));
  let length = big ? 16 : 8;
  const body: Buffer[] = [];
  const append = (bytes: Buffer): number => {
    const at = length;
    body.push(bytes);
    length += bytes.length;
    return at;
  };

  const pieces = pages.map((page) =>
    piecesOf(page, { ...recipe, little }).map((piece) => [append(piece), piece.length]),
  );
  let link = 0;
  for (const [i, page] of [...pages.entries()].reverse()) {
    const piece = pieces[i]!;
    const layout = recipe.tile === undefined ? [273, 279] : [324, 325];
    const tags: [number, keyof typeof typeCodes, readonly number[] | string][] = [
      [256, 'LONG', [page.width]],
      [257, 'LONG', [page.height]],
      [258, 'SHORT', Array.from({ length: samples }, () => bits)],
      [259, 'SHORT', [compressions[compression]]],
      [262, 'SHORT', [recipe.photometric ?? (samples >= 3 ? 2 : 1)]],
      [layout[0]!, big ? 'LONG8' : 'LONG', piece.map(([at]) => at!)],
      [277, 'SHORT', [samples]],
      [layout[1]!, 'LONG', piece.map(([, size]) => size!)],
      [284, 'SHORT', [recipe.planar ? 2 : 1]],
      [317, 'SHORT', [recipe.predictor ? 2 : 1]],
      [339, 'SHORT', Array.from({ length: samples }, () => (recipe.float ? 3 : 1))],
    ];
    if (recipe.tile !== undefined) tags.push([322, 'LONG', [recipe.tile[0]]], [323, 'LONG', [recipe.tile[1]]]);
    else tags.push([278, 'LONG', [recipe.rowsPerStrip ?? page.height]]);
    for (const [tag, type, values] of recipe.tags ?? []) {
      const old = tags.findIndex(([other]) => other === tag);
      tags.splice(old === -1 ? tags.length : old, 1, [tag, type, values]);
    }
    const entries = tags
      .sort(([a], [b]) => a - b)
      .map(([tag, type, values]) => {
        const size = typeSizes[type];
        const bytes =
          typeof values === 'string'
            ? Buffer.from(`${values}\0`, 'latin1')
            : Buffer.concat(values.map((v) => integer(v, size)));
        const value =
          bytes.length <= word
            ? Buffer.concat([bytes, Buffer.alloc(word - bytes.length)])
            : integer(append(bytes), word);
        return Buffer.concat([
          integer(tag, 2),
          integer(typeCodes[type], 2),
          integer(bytes.length / size / (parts[type] ?? 1), word),
          value,
        ]);
      });
    link = append(Buffer.concat([integer(entries.length, big ? 8 : 2), ...entries, integer(link, word)]));
  }
  return Buffer.concat([...file, integer(link, word), ...body]);
}

type Recipe = TiffByHand & { readonly little: boolean };

/** The strips or tiles of a page in their order, compressed. */
function piecesOf(page: PageByHand, recipe: Recipe): Buffer[] {
  const { samples = 1, planar = false, compression = 'none' } = recipe;
  const [width, height] = recipe.tile ?? [page.width, recipe.rowsPerStrip ?? page.height];
  const planes = planar
    ? Array.from({ length: samples }, (_, sample) => [sample])
    : [Array.from({ length: samples }, (_, s) => s)];
  const out: Buffer[] = [];
  for (const plane of planes) {
    for (let top = 0; top < page.height; top += height) {
      for (let left = 0; left < page.width; left += width) {
        const rows = recipe.tile ? height : Math.min(height, page.height - top);
        const lines = Array.from({ length: rows }, (_, y) =>
          Array.from({ length: width }, (_, x) =>
            plane.map((s) =>
              top + y < page.height && left + x < page.width
                ? page.values[((top + y) * page.width + left + x) * samples + s]!
                : 0,
            ),
          ).flat(),
        );
        const coded = lines.map((line) =>
          rowBytes(
            recipe.predictor ? differences(line, { samples: plane.length, bits: recipe.bits ?? 8 }) : line,
            recipe,
          ),
        );
        out.push({ none: identity, lzw, deflate: deflateSync, packbits }[compression](Buffer.concat(coded)));
      }
    }
  }
  return out;
}

function rowBytes(line: readonly number[], { bits = 8, little, float }: Recipe): Buffer {
  if (bits < 8 || bits === 12) {
    const text = line.map((value) => value.toString(2).padStart(bits, '0')).join('');
    return Buffer.from((text.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
  }
  const size = bits / 8;
  const bytes = Buffer.alloc(line.length * size);
  for (const [i, value] of line.entries()) {
    if (float) little ? bytes.writeFloatLE(value, i * size) : bytes.writeFloatBE(value, i * size);
    else little ? bytes.writeUIntLE(value, i * size, size) : bytes.writeUIntBE(value, i * size, size);
  }
  return bytes;
}

/** Predictor 2: each sample less the one to its left. */
function differences(line: readonly number[], { samples, bits }: { samples: number; bits: number }): number[] {
  return line.map((value, i) => (i < samples ? value : (value - line[i - samples]! + 2 ** bits) % 2 ** bits));
}

const identity = (bytes: Buffer): Buffer => bytes;

/** Literals only: correct, if no smaller. */
function packbits(bytes: Buffer): Buffer {
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 128) {
    const run = bytes.subarray(at, at + 128);
    out.push(Buffer.from([run.length - 1]), run);
  }
  return Buffer.concat(out);
}

/** Literals only, with a Clear code before the codes outgrow 9 bits. */
function lzw(bytes: Buffer): Buffer {
  const codes = [...bytes].flatMap((byte, i) => (i % 200 === 0 ? [256, byte] : [byte])).concat(257);
  const text = codes.map((code) => code.toString(2).padStart(9, '0')).join('');
  return Buffer.from((text.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
}
