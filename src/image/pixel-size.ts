/** Micrometres from a pixel to the next. */
export interface PixelSize {
  readonly x: number;
  readonly y: number;
  readonly unit: 'µm';
}

/** Micrometres in the units of length that microscopes and programs write; those that end in -s and -re too. */
const micrometres: Readonly<Record<string, number>> = {
  ...{
    m: 1e6,
    meter: 1e6,
    cm: 1e4,
    centimeter: 1e4,
    mm: 1e3,
    millimeter: 1e3,
    inch: 25_400,
    inches: 25_400,
    in: 25_400,
  },
  ...{ µm: 1, um: 1, micron: 1, micrometer: 1, nm: 1e-3, nanometer: 1e-3, pm: 1e-6, picometer: 1e-6 },
  ...{ å: 1e-4, angstrom: 1e-4 },
};

/** Micrometres in a unit of length; undefined for what is none, such as `pixel`. */
export function micrometresIn(unit: string): number | undefined {
  const written = unit.trim().toLowerCase();
  // Two letters look like µ, ImageJ escapes them, and in another encoding they are lost.
  const name = written.replace(/^(μ|\\u00b5|\\u03bc|\ufffd)/, 'µ').replace(/metre/, 'meter');
  return micrometres[name] ?? micrometres[name.replace(/s$/, '')];
}

/** The size of a pixel from its sides in micrometres; undefined where these make no sense. */
export function sizeOfPixel(x: number, y: number): PixelSize | undefined {
  // What 1 / (1 / 0.65) leaves of 0.65 is none of the microscope's.
  const plain = (side: number) => Number(side.toPrecision(12));
  return x > 0 && y > 0 && Number.isFinite(x * y) ? { x: plain(x), y: plain(y), unit: 'µm' } : undefined;
}

/** The side of a pixel in micrometres, where it is a square. */
export function squareSide(pixelSize: PixelSize | undefined): number | undefined {
  if (pixelSize === undefined) return undefined;
  const { x, y } = pixelSize;
  return Math.abs(x - y) <= 0.001 * x ? x : undefined;
}
