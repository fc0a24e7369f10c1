import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { readImageHeader } from '../header.ts';
import { nodeImageAccess } from '../node/access.ts';
import { readImage } from '../read.ts';
import { tiffByHand } from '../testing/tiff-by-hand.ts';
import { folderConversion, screenConversion } from './conversion.ts';
import { foreignFormat, foreignName, kindOfImage } from './foreign.ts';
import { HEAD_BYTES } from './formats.ts';

const folder = temporaryFolder();

function save(name: string, bytes: Uint8Array | string): string {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

/** A file of 2 kB with some bytes at some places. */
function bytesWith(...parts: readonly (readonly [number, string])[]): Buffer {
  const bytes = Buffer.alloc(2048);
  for (const [offset, text] of parts) bytes.write(text, offset, 'latin1');
  return bytes;
}

const compound = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1';
const hdf5 = '\x89HDF\r\n\x1a\n';

/** How files of each format begin, what they are called and what is said of them. */
const files: readonly (readonly [name: string, bytes: Buffer, said: RegExp])[] = [
  ['a.czi', bytesWith([0, 'ZISRAWFILE\0\0']), /a CZI file of Zeiss.*bfconvert .*a\.czi .*a\.ome\.tiff.*bioformats2raw/],
  ['a.nd2', bytesWith([0, '\xda\xce\xbe\x0a']), /an ND2 file of Nikon/],
  ['old.nd2', bytesWith([0, '\0\0\0\x0cjP  \r\n\x87\n']), /an ND2 file of Nikon/],
  ['a.jp2', bytesWith([0, '\0\0\0\x0cjP  \r\n\x87\n']), /a JPEG 2000 image/],
  ['a.lif', bytesWith([0, 'p\0\0\0'], [8, '*']), /a LIF file of Leica/],
  ['a.oib', bytesWith([0, compound]), /an OIB file of Olympus/],
  ['a.zvi', bytesWith([0, compound]), /a ZVI file of Zeiss/],
  ['a.oif', Buffer.from('\ufeff[FileInformation]', 'utf16le'), /an OIF file of Olympus/],
  ['a.oir', bytesWith([0, 'OLYMPUSRAWFORMAT']), /an OIR file of Olympus/],
  [
    '001001000.flex',
    Buffer.from('49492a0008000000', 'hex'),
    /a flex file of Opera.*a TIFF inside.*One of its files stands/,
  ],
  ['well_A01f00d0.C01', bytesWith([0, '\x10\0\0\0x\x9c']), /C01 file of Cellomics.*plate/],
  ['well_A01f00d0.DIB', bytesWith([0, '(\0\0\0']), /DIB file of Cellomics/],
  ['a.ims', bytesWith([0, hdf5]), /an Imaris file.*bioformats2raw/],
  ['a.h5', bytesWith([0, hdf5]), /an HDF5 file.*python -c 'import h5py, tifffile;.*h5ls -r/],
  ['block.h5', bytesWith([512, hdf5]), /an HDF5 file/],
  ['a.dcm', bytesWith([128, 'DICM']), /a DICOM file/],
  ['a.nii', bytesWith([344, 'n+1\0']), /a NIfTI file/],
  ['a.nrrd', bytesWith([0, 'NRRD0004\n']), /an NRRD file/],
  ['a.mrc', bytesWith([208, 'MAP DD']), /an MRC file/],
  ['a.fits', bytesWith([0, 'SIMPLE  =   T']), /a FITS file/],
  ['a.avi', bytesWith([0, 'RIFF\0\0\0\0AVI LIST']), /an AVI video.*ffmpeg -i .*a\.avi .*a_t%04d\.png/],
  ['a.mp4', bytesWith([0, '\0\0\0\x20ftypisom']), /an MP4 or QuickTime video.*ffmpeg/],
  ['a.mkv', bytesWith([0, '\x1aE\xdf\xa3']), /Matroska.*ffmpeg/],
  [
    'a.jpg',
    bytesWith([0, '\xff\xd8\xff\xe0\0\x10JFIF']),
    /a JPEG image.*has lost intensities for good.*magick .*a\.jpg .*a\.png/,
  ],
  ['a.webp', bytesWith([0, 'RIFF\0\0\0\0WEBPVP8 ']), /a WebP image.*lost intensities/],
  ['a.heic', bytesWith([0, '\0\0\0\x18ftypheic']), /HEIC/],
  ['a.gif', bytesWith([0, 'GIF89a']), /a GIF image.*magick/],
  [
    'a.bmp',
    bytesWith([0, 'BM\x36\x10\0\0\0\0\0\0']),
    /a BMP image.*Convert it to PNG: `magick [^`]*a\.bmp [^`]*a\.png`\./,
  ],
  ['a.pgm', Buffer.from('P5\n# made by hand\n64 64\n255\n'), /a PGM or PPM image/],
  ['a.npy', bytesWith([0, '\x93NUMPY']), /a NumPy array.*numpy\.load/],
];

describe('a file that milscope does not read', () => {
  it.each(files)('%s is named, with the command that converts it', async (name, bytes, said) => {
    const path = save(name, bytes);
    for (const read of [readImage, readImageHeader]) {
      const error = await read(path, {}, nodeImageAccess).catch((reason) => reason);
      expect(error).toMatchObject({ tag: 'BadImage', details: { file: path } });
      expect(error.message).toMatch(said);
      expect(error.message).not.toContain('neither');
    }
  });

  it('is known by its first bytes whatever it is called, unless only its name tells', async () => {
    for (const [name, bytes] of files.filter(([name]) => !/flex|zvi|oib|old|ims/.test(name))) {
      const format = foreignFormat(bytes.subarray(0, HEAD_BYTES), name);
      expect(foreignFormat(bytes.subarray(0, HEAD_BYTES), 'well.tif'), name).toBe(format);
      expect(format, name).toBeDefined();
    }
  });

  it('is not seen in images that milscope reads, or in tables', async () => {
    const tiff = tiffByHand({ pages: [{ width: 4, height: 4, values: Array.from({ length: 16 }, () => 0) }] });
    expect(await kindOfImage(save('a.lsm', tiff), nodeImageAccess.files)).toEqual({ what: 'a TIFF' });
    const map = `${'FileName_DNA,Metadata_Compound\n'.padEnd(208, 'x')}MAP kinase inhibitor, DICM`;
    for (const text of ['FileName_DNA\na.tif\n', 'P1\tP5\n1\t2\n', 'GIFT,BM\n', map, '']) {
      expect(await kindOfImage(save('t.csv', text), nodeImageAccess.files)).toBeUndefined();
    }
  });

  it('is converted by a command that can be typed, whatever is in its path', () => {
    const [czi, h5] = [foreignName('a.czi')!, foreignName('a.h5')!];
    expect(screenConversion('/my data/plate $1.CZI', czi)).toContain(
      'bioformats2raw "/my data/plate \\$1.CZI" "/my data/plate \\$1.zarr"',
    );
    expect(screenConversion("it's.h5", h5)).toContain(`h5py.File("it'\\''s.h5")["exported_data"][()])'`);
    const all = folderConversion('/my data', ['a.CZI', 'b.CZI'], czi);
    expect(all).toContain(
      'for f in "/my data"/*.CZI; do bioformats2raw "$f" "$' + '{f%.CZI}.zarr"; done`. Then give the folder',
    );
    expect(folderConversion('/d', ['p1/a.nii.gz', 'p2/b.nii.gz'], foreignName('a.nii.gz')!)).toContain(
      '/d/p1/*.nii.gz; do bioformats2raw "$f" "$' + '{f%.nii.gz}.zarr"; done`, and so in every folder of them',
    );
  });
});

it.each([
  ['a.tif', hdf5, /imwrite\("[^"]*a_converted\.tif", h5py\.File\("[^"]*a\.tif"\)/],
  ['b.TIF', hdf5, /imwrite\("[^"]*b_converted\.tif", h5py\.File\("[^"]*b\.TIF"\)/],
  ['c.tif', '\x93NUMPY', /imwrite\("[^"]*c_converted\.tif", numpy\.load\("[^"]*c\.tif"\)/],
  ['d.png', '\xff\xd8\xff\xe0', /`magick [^`]*d\.png [^`]*d_converted\.png`/],
  ['e.tif', 'GIF89a', /`magick [^`]*e\.tif [^`]*e\.png`/],
])('%s is never written over by the command that converts it', async (name, begin, said) => {
  await expect(readImageHeader(save(name, bytesWith([0, begin])), {}, nodeImageAccess)).rejects.toThrow(said);
});

it.each([
  ['a page of the web', '<!DOCTYPE html><html>', /page of the web/],
  ['what Git LFS left', 'version https://git-lfs.github.com/spec/v1\noid sha256:1', /git lfs pull/],
  ['a ZIP archive', 'PK\u0003\u0004', /Unpack it/],
  ['what gzip made', Buffer.from('1f8b0800', 'hex'), /gunzip/],
])('%s in the place of an image is named', async (_, bytes, said) => {
  mkdirSync(folder, { recursive: true });
  await expect(readImageHeader(save('b.tif', bytes), {}, nodeImageAccess)).rejects.toThrow(said);
});
