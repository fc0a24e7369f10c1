import { micrometresIn, type PixelSize, sizeOfPixel } from '../pixel-size.ts';
import type { TiffDirectory } from './directory.ts';
import { tags } from './tags.ts';

/** Pixels of a light microscope are no larger or smaller (µm). What a camera or program writes for printers is. */
const [SMALLEST, LARGEST] = [0.005, 20];

/**
 * The size of a pixel that a TIFF states: MetaXpress and MetaMorph in their XML (`spatial-calibration-x`), ImageJ in the
 * resolution with the unit that its description names, others in the resolution alone. Resolutions in inches or
 * centimetres count only where a microscope may have them: most are meant for printers.
 */
export function tiffPixelSize({ numbers, texts }: TiffDirectory): PixelSize | undefined {
  const description = texts.get(tags.imageDescription) ?? '';
  if (/<MetaData>/i.test(description)) return metaSeriesSize(description);
  const [perX = Number.NaN, perY = perX] = [numbers.get(tags.xResolution)?.[0], numbers.get(tags.yResolution)?.[0]];
  const named = description.startsWith('ImageJ=') ? /^unit=(.*)$/m.exec(description)?.[1] : undefined;
  const unit = named === undefined ? undefined : micrometresIn(named);
  if (unit !== undefined) return sizeOfPixel(unit / perX, unit / perY);
  const length = { 2: 25_400, 3: 10_000 }[numbers.get(tags.resolutionUnit)?.[0] ?? 2];
  if (length === undefined || named !== undefined) return undefined;
  const [x, y] = [length / perX, length / perY];
  return [x, y].every((side) => side >= SMALLEST && side <= LARGEST) ? sizeOfPixel(x, y) : undefined;
}

/** `<prop id="spatial-calibration-x" type="float" value="0.65"/>`, with its attributes in any order. */
function metaSeriesSize(description: string): PixelSize | undefined {
  const values = new Map<string, string>();
  for (const [, attributes = ''] of description.matchAll(/<prop\b([^>]{0,1000})>/gi)) {
    const [id, value] = ['id', 'value'].map((name) => new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(attributes)?.[1]);
    if (id?.startsWith('spatial-calibration-') && value !== undefined) values.set(id.slice(20), value);
  }
  if (/^(off|false|0)$/i.test(values.get('state') ?? '')) return undefined;
  const unit = micrometresIn(values.get('units') ?? '') ?? Number.NaN;
  const [x, y] = ['x', 'y'].map((axis) => Number(values.get(axis) || Number.NaN) * unit);
  return sizeOfPixel(x!, y!);
}
