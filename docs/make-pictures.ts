/** Makes the pictures of README.md from a simulated screen: `npx tsx docs/make-pictures.ts`. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { nodeFiles } from '../src/files/node-files.ts';
import { nodePictures } from '../src/image/node/pictures.ts';
import { channelColoursOf } from '../src/pixels/channel-colours.ts';
import type { Colour } from '../src/pixels/palette.ts';
import type { Image } from '../src/pixels/pixels.ts';
import { coloured, stretch } from '../src/report/gallery/tiles.ts';
import { nodeAccess } from '../src/screen/node/access.ts';
import { readField } from '../src/screen/read-field.ts';
import { readScreen } from '../src/screen/read-screen.ts';
import { writeSimulatedScreen } from '../src/screen/simulation/write-screen.ts';

const SIDE = 280; // pixels of a field
const CAPTION = 28; // pixels of the line under it
const GAP = 6;
const COLUMNS = 3;

/** A field in the colours of its channels, each stretched between its own percentiles. */
function composite({ data, channels, height, width }: Image, colours: readonly Colour[]): Buffer {
  const size = height * width;
  const planes = Array.from({ length: channels }, (_, c) =>
    stretch(Float32Array.from(data.subarray(c * size, (c + 1) * size))).map((value) => value ** 0.8),
  );
  return Buffer.from(coloured(planes, colours));
}

const folder = await mkdtemp(join(tmpdir(), 'milscope-'));
try {
  const { fields } = await writeSimulatedScreen(
    folder,
    {
      classes: 6,
      plates: 1,
      wells: 6,
      sites: 1,
      size: SIDE,
      seed: 5,
      responders: [0.8, 0.9],
    },
    { files: nodeFiles, pictures: nodePictures },
  );
  const screen = await readScreen(fields, {}, nodeAccess);
  const colours = channelColoursOf(screen.channels);
  const phenotypes = [...new Set(screen.fields.map(({ metadata }) => metadata.Metadata_Phenotype!))].sort();
  const rows = Math.ceil(phenotypes.length / COLUMNS);
  const [pitch, line] = [SIDE + GAP, SIDE + CAPTION + GAP];
  const tiles = await Promise.all(
    phenotypes.map(async (phenotype, i) => {
      const field = screen.fields.find(({ metadata }) => metadata.Metadata_Phenotype === phenotype)!;
      const input = composite(await readField(screen, field, nodeAccess), colours);
      const place = { left: (i % COLUMNS) * pitch, top: Math.floor(i / COLUMNS) * line };
      const caption = `<svg width="${SIDE}" height="${CAPTION}"><text x="2" y="19" font-family="DejaVu Sans, Arial, sans-serif" font-size="15" fill="#222">${phenotype}</text></svg>`;
      return [
        { input, raw: { width: SIDE, height: SIDE, channels: 3 as const }, ...place },
        { input: Buffer.from(caption), left: place.left, top: place.top + SIDE },
      ];
    }),
  );
  const size = { width: COLUMNS * pitch - GAP, height: rows * line - GAP };
  await sharp({ create: { ...size, channels: 3, background: 'white' } })
    .composite(tiles.flat())
    .png({ palette: true, quality: 90, effort: 10 })
    .toFile(fileURLToPath(new URL('pictures/phenotypes.png', import.meta.url)));
} finally {
  await rm(folder, { recursive: true, force: true });
}
