/** Files of images that milscope does not read: how they are known, and which program makes of them what it does read. */

/** The program that converts a format, which decides what a user is told to type. */
export type Way =
  | 'bio-formats'
  /** By Bio-Formats too, to which all files of a plate are one. */
  | 'plate'
  /** A container in which the image has a name that only its author knows. */
  | 'hdf5'
  | 'video'
  | 'photo'
  /** By the same program as photos, but what compression took away stays lost. */
  | 'lossy'
  | 'array';

/** A format of images that milscope does not read. */
export interface ForeignFormat {
  /** What a file of it is, with its article: `a CZI file of Zeiss`. */
  readonly what: string;
  /** Several of them: `CZI files of Zeiss`. */
  readonly plural: string;
  /** Endings of names in lower case, without a dot. */
  readonly endings: readonly string[];
  /** Whether a file that begins so is one; not given where nothing but its name tells. */
  readonly begins?: ((head: Uint8Array) => boolean) | undefined;
  readonly way: Way;
  /** More that should be known. */
  readonly note?: string;
}

/** Bytes at the beginning of a file that are enough for every format. */
export const HEAD_BYTES = 1024;

/** Whether bytes stand at a place of the beginning of a file; a text stands for its letters. */
const at =
  (offset: number, bytes: string | readonly number[]) =>
  (head: Uint8Array): boolean => {
    const wanted = typeof bytes === 'string' ? Array.from(bytes, (letter) => letter.charCodeAt(0)) : bytes;
    return wanted.every((byte, i) => head[offset + i] === byte);
  };
const any =
  (...tests: readonly ((head: Uint8Array) => boolean)[]) =>
  (head: Uint8Array): boolean =>
    tests.some((test) => test(head));
const all =
  (...tests: readonly ((head: Uint8Array) => boolean)[]) =>
  (head: Uint8Array): boolean =>
    tests.every((test) => test(head));

const jpeg2000 = [0, 0, 0, 0x0c, 0x6a, 0x50, 0x20, 0x20];
const compound = at(0, [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
const hdf5Signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const hdf5 = any(at(0, hdf5Signature), at(512, hdf5Signature));
const riff = (kind: string) => all(at(0, 'RIFF'), at(8, kind));
const ftyp = (...brands: readonly string[]) => all(at(4, 'ftyp'), any(...brands.map((brand) => at(8, brand))));

function format(
  name: string,
  endings: string,
  way: Way,
  { begins, note, article = 'a' }: { begins?: ForeignFormat['begins']; note?: string; article?: 'a' | 'an' } = {},
): ForeignFormat {
  const [file = '', ...of] = name.split(' of ');
  const rest = of.length > 0 ? ` of ${of.join(' of ')}` : '';
  const plural = /(file|image|video|array)$/.test(file) ? `${file}s` : file;
  return {
    what: `${article} ${name}`,
    plural: `${plural}${rest}`,
    endings: endings.split(' ').filter((ending) => ending !== ''),
    ...{ begins, way },
    ...(note && { note }),
  };
}

/**
 * All that are known. Of those that begin alike, the one with the ending of the file is meant, or else the first: HDF5 holds
 * the images of many programs, and so do compound files.
 */
export const foreignFormats: readonly ForeignFormat[] = [
  format('CZI file of Zeiss', 'czi', 'bio-formats', { begins: at(0, 'ZISRAWFILE') }),
  format('ND2 file of Nikon', 'nd2', 'bio-formats', { article: 'an', begins: at(0, [0xda, 0xce, 0xbe, 0x0a]) }),
  format('JPEG 2000 image', 'jp2 j2k jpx jpf jpc', 'bio-formats', {
    begins: any(at(0, jpeg2000), at(0, [0xff, 0x4f, 0xff, 0x51])),
  }),
  // Before 2010 the images of Nikon were JPEG 2000 with more in it.
  format('ND2 file of Nikon', 'nd2', 'bio-formats', { article: 'an', begins: at(0, jpeg2000) }),
  format('LIF file of Leica', 'lif xlif lof', 'bio-formats', { begins: all(at(0, [0x70, 0, 0, 0]), at(8, [0x2a])) }),
  format('compound file (OIB, ZVI or of Office)', '', 'bio-formats', { begins: compound }),
  format('OIB file of Olympus', 'oib', 'bio-formats', { article: 'an', begins: compound }),
  format('OIF file of Olympus', 'oif', 'bio-formats', {
    article: 'an',
    begins: any(at(0, '[FileInformation]'), at(0, [0xff, 0xfe, 0x5b, 0, 0x46, 0, 0x69, 0, 0x6c, 0, 0x65, 0])),
  }),
  format('VSI file of Olympus', 'vsi ets', 'bio-formats'),
  format('OIR file of Olympus', 'oir poir', 'bio-formats', { article: 'an', begins: at(0, 'OLYMPUSRAWFORMAT') }),
  format('ZVI file of Zeiss', 'zvi', 'bio-formats', { begins: compound }),
  format('flex file of Opera', 'flex', 'plate', {
    note: 'it is a TIFF inside, but with several fields in one file and often with a compression of its own',
  }),
  format('C01 file of Cellomics (ArrayScan, CellInsight)', 'c01', 'plate', { begins: at(0, [0x10, 0, 0, 0, 0x78]) }),
  format('DIB file of Cellomics (ArrayScan)', 'dib', 'plate', { begins: at(0, [0x28, 0, 0, 0]) }),
  format('DeltaVision file', 'dv r3d', 'bio-formats'),
  format('SlideBook file', 'sld sldy', 'bio-formats'),
  format('slide of Mirax', 'mrxs', 'bio-formats'),
  format('HDF5 file', 'h5 hdf5 he5 ilp', 'hdf5', { article: 'an', begins: hdf5 }),
  format('Imaris file', 'ims', 'bio-formats', { article: 'an', begins: hdf5 }),
  format('CellH5 file', 'ch5', 'bio-formats', { begins: hdf5 }),
  format('DICOM file', 'dcm dicom', 'bio-formats', { begins: at(128, 'DICM') }),
  format('NIfTI file', 'nii nii.gz', 'bio-formats', { begins: any(at(344, 'n+1\0'), at(344, 'ni1\0')) }),
  format('NRRD file', 'nrrd nhdr', 'bio-formats', { article: 'an', begins: at(0, 'NRRD000') }),
  format('MRC file', 'mrc mrcs', 'bio-formats', {
    article: 'an',
    begins: all(at(208, 'MAP '), any(at(212, [0x44]), at(212, [0x11]))),
  }),
  format('ICS file', 'ics ids', 'bio-formats', {
    article: 'an',
    begins: (head) => /^\t?[\r\n]+ics_version/.test(new TextDecoder().decode(head.subarray(0, 32))),
  }),
  format('FITS file', 'fits fts', 'bio-formats', { begins: at(0, 'SIMPLE  =') }),
  format('OBF file of Abberior or Imspector', 'obf msr', 'bio-formats', { article: 'an', begins: at(0, 'OMAS_BF') }),
  format('MVD2 library of Volocity', 'mvd2', 'bio-formats', { article: 'an' }),
  format('AVI video', 'avi', 'video', { article: 'an', begins: riff('AVI ') }),
  format('WebP image', 'webp', 'lossy', { begins: riff('WEBP') }),
  format('HEIC or AVIF image', 'heic heif avif', 'lossy', { begins: ftyp('heic', 'heix', 'mif1', 'msf1', 'avif') }),
  format('MP4 or QuickTime video', 'mp4 m4v mov', 'video', {
    article: 'an',
    begins: all(at(0, [0]), any(at(4, 'ftyp'), at(4, 'moov'), at(4, 'mdat'))),
  }),
  format('Matroska or WebM video', 'mkv webm', 'video', { begins: at(0, [0x1a, 0x45, 0xdf, 0xa3]) }),
  format('MPEG video', 'mpg mpeg', 'video', {
    article: 'an',
    begins: any(at(0, [0, 0, 1, 0xba]), at(0, [0, 0, 1, 0xb3])),
  }),
  format('Windows Media video', 'wmv', 'video', { begins: at(0, [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66]) }),
  format('JPEG image', 'jpg jpeg jpe jfif', 'lossy', { begins: at(0, [0xff, 0xd8, 0xff]) }),
  format('GIF image', 'gif', 'photo', { begins: at(0, 'GIF8') }),
  format('BMP image', 'bmp', 'photo', { begins: all(at(0, 'BM'), at(6, [0, 0, 0, 0])) }),
  format('PGM or PPM image', 'pgm ppm pnm pam', 'photo', {
    begins: (head) => /^P[1-7]\s+(#.*\n)?\d+\s+\d+\s/.test(new TextDecoder().decode(head.subarray(0, 64))),
  }),
  format('Photoshop file', 'psd psb', 'photo', { begins: at(0, '8BPS') }),
  format('NumPy array', 'npy', 'array', { begins: at(0, [0x93, ...Array.from('NUMPY', (c) => c.charCodeAt(0))]) }),
];
