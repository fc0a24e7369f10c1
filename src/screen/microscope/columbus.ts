import { wellName } from '../well.ts';
import { type Naming, partsOf } from './naming.ts';
import { planeOf, platesByFolder } from './plane-of.ts';

const named =
  /^(?<row>\d{3})(?<column>\d{3})-(?<field>\d+)-(?<time>\d{3})(?<depth>\d{3})(?<channel>\d{3})\.(?:tiff?|png)$/i;

/**
 * The names that Columbus gives the images of an Opera when it exports them as TIFF: `003004-1-001001002.tif` is row and
 * column, field, and point in time, plane and channel. The plate is the folder.
 */
export const columbus: Naming = {
  name: 'Opera (exported by Columbus)',
  example: '003004-1-001001002.tif',
  parse(path, { folder }) {
    const { folders, name } = partsOf(path, folder);
    const { row, column, field, time, depth, channel } = named.exec(name)?.groups ?? {};
    if (row === undefined || Number(row) < 1 || Number(row) > 32) return undefined;
    const well = wellName(String(Number(row)), String(Number(column)));
    const plate = folders.at(-1) ?? '';
    return planeOf(path, { plate, well, site: field, time, depth, channel: `ch${Number(channel)}`, rank: channel });
  },
  complete: async (planes) => platesByFolder(planes),
};
