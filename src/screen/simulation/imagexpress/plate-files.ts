import type { Image, Pixels } from '../../../pixels/pixels.ts';
import { createRandom } from '../../../random.ts';
import { channels } from '../cell.ts';
import type { PlannedField } from '../layout.ts';
import { plateFormats } from '../screen-options.ts';

/** The folder in which the plates are. */
export const PLATES_FOLDER = 'plates';

/** The name of a plate, which is that of its folder: MetaXpress names the experiment and numbers its plates. */
export function plateName({ replicate }: Pick<PlannedField, 'replicate'>): string {
  return `Screen_Plate_${replicate}`;
}

/**
 * Files of a field as MetaXpress names them, relative to the screen's folder: an image and a thumbnail for each wavelength,
 * both with identifiers of their own, which depend on nothing but the seed and the place.
 */
export function imageXpressNames({ plate, replicate, well, site, options: { seed } }: PlannedField): {
  readonly images: readonly string[];
  readonly thumbnails: readonly string[];
} {
  const random = createRandom(seed, 'files', replicate, well, site);
  const guid = () => [8, 4, 4, 4, 12].map((digits) => hexadecimal(random, digits)).join('-');
  const stem = `${PLATES_FOLDER}/${plate}/TimePoint_1/Screen_${well}_s${site}`;
  return {
    images: channels.map((_, n) => `${stem}_w${n + 1}${guid()}.tif`),
    thumbnails: channels.map((_, n) => `${stem}_w${n + 1}_thumb${guid()}.tif`),
  };
}

/** The thumbnail of a plane: every eighth pixel of it, `[1, height, width]`. */
export function thumbnail(plane: Pixels, { height, width }: Pick<Image, 'height' | 'width'>): Image {
  const [rows, columns] = [Math.ceil(height / REDUCED), Math.ceil(width / REDUCED)];
  const data = new Uint16Array(rows * columns);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) data[y * columns + x] = plane[(y * width + x) * REDUCED]!;
  }
  return { data, channels: 1, height: rows, width: columns };
}

const REDUCED = 8;

/** What MetaXpress writes beside the images of a plate (`.HTD`): its format, its wells, sites and wavelengths. */
export function plateDescription(fields: readonly PlannedField[]): string {
  const wells = new Set(fields.map(({ well }) => well));
  const sites = Math.max(...fields.map(({ site }) => site));
  const { rows, columns } = plateFormats.find((format) => format.rows * format.columns >= wells.size)!;
  const has = (row: number, column: number) => {
    const well = `${String.fromCharCode(65 + row)}${String(column + 1).padStart(2, '0')}`;
    return wells.has(well) ? 'TRUE' : 'FALSE';
  };
  const selected = Array.from({ length: rows }, (_, row) => {
    return `"WellsSelection${row + 1}", ${Array.from({ length: columns }, (__, column) => has(row, column)).join(', ')}`;
  });
  return [
    '"HTSInfoFile", Version 1.0',
    '"Description", "a simulated screen"',
    '"PlateType", 6',
    '"TimePoints", 1',
    '"ZSeries", FALSE',
    '"ZSteps", 1',
    `"XWells", ${columns}`,
    `"YWells", ${rows}`,
    ...selected,
    `"Sites", ${sites > 1 ? 'TRUE' : 'FALSE'}`,
    `"XSites", ${sites}`,
    '"YSites", 1',
    `"SiteSelection1", ${Array.from({ length: sites }, () => 'TRUE').join(', ')}`,
    '"Waves", TRUE',
    `"NWavelengths", ${channels.length}`,
    ...channels.map((name, n) => `"WaveName${n + 1}", "${name}"`),
    '"EndFile"',
    '',
  ].join('\r\n');
}

function hexadecimal(random: ReturnType<typeof createRandom>, digits: number): string {
  return Array.from({ length: digits }, () => Math.floor(16 * random.uniform()).toString(16))
    .join('')
    .toUpperCase();
}
