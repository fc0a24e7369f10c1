import { type Naming, partsOf } from './naming.ts';
import { planeOf } from './plane-of.ts';
import { wellsByNumber } from './plate-format.ts';

const named =
  /^(?:(?<plate>.+)_)?W(?<number>\d{4,5})F(?<field>\d{4})T(?<time>\d{4})Z(?<depth>\d{3})C(?<channel>\d{1,2})\.(?:tiff?|png)$/;

/**
 * The names of Yokogawa's CQ1: `W0002F0001T0001Z001C2.tif` is the number of the well, field, point in time, plane and channel.
 * How many columns a row has is not in the names, see `plateFormatOf`. The plate is the name before, else the folder, or that
 * above `Image` or `Projection`. What is in `Projection` at the plane 0 is a projection of the others.
 */
export const cq1: Naming = {
  name: 'CQ1 (Yokogawa)',
  example: 'W0002F0001T0001Z001C1.tif',
  numbersWells: true,
  parse(path, { folder }) {
    const { folders, name } = partsOf(path, folder);
    const { plate, number, field, time, depth, channel } = named.exec(name)?.groups ?? {};
    if (number === undefined || Number(number) < 1) return undefined;
    const own = folders.at(-1) ?? '';
    const above = folders.at(/^(?:image|projection)s?$/i.test(own) ? -2 : -1) ?? '';
    const isProjection = /^projections?$/i.test(own) && Number(depth) === 0;
    return planeOf(path, {
      ...{ plate: plate ?? above, well: number, site: field, time, channel: `C${channel}`, rank: channel },
      depth: isProjection ? undefined : depth,
    });
  },
  complete: async (planes, { plateFormat }) => wellsByNumber(planes, plateFormat),
};
