import { type Naming, partsOf } from './naming.ts';
import { planeOf } from './plane-of.ts';
import { wellsByNumber } from './plate-format.ts';

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
  complete: async (planes, { plateFormat }) => wellsByNumber(planes, plateFormat),
};
