/** The tags that milscope asks for, by their names in TIFF 6.0 and its supplements. */
export const tags = {
  newSubfileType: 254,
  subfileType: 255,
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  imageDescription: 270,
  stripOffsets: 273,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  xResolution: 282,
  yResolution: 283,
  planarConfiguration: 284,
  resolutionUnit: 296,
  predictor: 317,
  colorMap: 320,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  extraSamples: 338,
  sampleFormat: 339,
  jpegTables: 347,
  ycbcrSubsampling: 530,
  ycbcrPositioning: 531,
  /** Of MetaMorph: six numbers for each plane of a stack, though the tag says one fraction. */
  uic2: 33629,
  /** Of MetaMorph: the wavelength of each plane. */
  uic3: 33630,
} as const;

/** Tags with a value for every strip or tile; all others have few. */
export const tagsOfSegments: ReadonlySet<number> = new Set([
  tags.stripOffsets,
  tags.stripByteCounts,
  tags.tileOffsets,
  tags.tileByteCounts,
]);

export const white = 0;
export const black = 1;
export const rgb = 2;
export const palette = 3;
export const ycbcr = 6;

/** The compressions that are read: their codes and names, and how many bytes one byte of them can become at most. */
export const compressions: ReadonlyMap<number, { readonly name: string; readonly ratio: number }> = new Map([
  [1, { name: 'none', ratio: 1 }],
  // A string of LZW is at most one longer than the one before it, in a table of 4096.
  [5, { name: 'LZW', ratio: 1400 }],
  // Two bits for each block of 8 × 8, with chroma at a quarter of the resolution or less.
  [7, { name: 'JPEG', ratio: 1024 }],
  // 258 bytes from two bits.
  [8, { name: 'deflate', ratio: 1032 }],
  [32946, { name: 'deflate', ratio: 1032 }],
  // 128 bytes from two.
  [32773, { name: 'PackBits', ratio: 64 }],
  // 128 KiB from a block of four bytes.
  [50000, { name: 'Zstandard', ratio: 32768 }],
]);

export const none = 1;
export const lzw = 5;
export const jpeg = 7;
export const deflate: ReadonlySet<number> = new Set([8, 32946]);
export const zstandard = 50000;
