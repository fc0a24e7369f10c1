import { wellName } from '../well.ts';
import { type NamedPlane, type Naming, partsOf } from './naming.ts';
import { planeOf } from './plane-of.ts';
import { plateFormatOf } from './plate-format.ts';

const named =
  /^(?<name>.*?)(?:--)?W(?<number>\d{5})--P(?<position>\d{5})--Z(?<depth>\d{5})--T(?<time>\d{5})--(?<channel>.+)\.(?:tiff?|png)$/;
const wellBefore = /^(?:[A-Z]|A[A-F])\d{1,2}$/;

/**
 * The names of Olympus's ScanR: `<plate>--W00001--P00001--Z00000--T00000--DAPI.tif` is well, position, plane, point in time
 * and channel. `W00001` is the number of the well, row by row; how many columns a row has is not in the names, see
 * `plateFormatOf`. Newer versions write the well before it (`B4--W00016`), which is then taken. The plate is the name, else
 * the folder, or that above `data`.
 */
export const scanR: Naming = {
  name: 'ScanR (Olympus)',
  example: 'Plate1--W00001--P00001--Z00000--T00000--DAPI.tif',
  numbersWells: true,
  parse(path, { folder }) {
    const { folders, name: file } = partsOf(path, folder);
    const { name = '', number, position, depth, time, channel } = named.exec(file)?.groups ?? {};
    if (number === undefined) return undefined;
    const above = folders.at(/^data$/i.test(folders.at(-1) ?? '') ? -2 : -1) ?? '';
    const isWell = wellBefore.test(name);
    const plate = isWell || name === '' ? above : name;
    return planeOf(path, { plate, well: isWell ? name : number, site: position, time, depth, channel: channel! });
  },
  async complete(planes, { plateFormat }) {
    const most = planes.reduce((largest, plane) => Math.max(largest, wellNumberOf(plane) ?? 0), 0);
    if (most === 0) return planes;
    const { columns, note } = plateFormatOf(most, plateFormat);
    return { planes: planes.map((plane) => inRow(plane, columns)), notes: [note] };
  },
};

/** The number of the well of a plane, where its name does not give the well itself. */
function wellNumberOf({ metadata }: NamedPlane): number | undefined {
  const well = metadata.Metadata_Well!;
  return /^\d+$/.test(well) ? Number(well) : undefined;
}

/** A plane in the well that its number means on a plate of so many columns. */
function inRow(plane: NamedPlane, columns: number): NamedPlane {
  const number = wellNumberOf(plane);
  if (number === undefined) return plane;
  const well = wellName(String(Math.floor((number - 1) / columns) + 1), String(((number - 1) % columns) + 1));
  return { ...plane, metadata: { ...plane.metadata, Metadata_Well: well } };
}
