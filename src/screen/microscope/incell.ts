import { type Naming, partsOf } from './naming.ts';
import { planeOf } from './plane-of.ts';

const named =
  /^(?:(?<plate>.+?)[_ ]+)?(?<row>[A-Z]|A[A-F])(?: - )?(?<column>\d{1,2}) ?\(fld (?<field>\d+)(?<more>(?: [^()]*)?)\)\.(?:tiff?|png)$/i;

/**
 * The names of GE's IN Cell Analyzer (1000 to 6500): `A - 1(fld 01 wv UV - DAPI z 1).tif` is well, field, light and filter,
 * and plane, perhaps with a name before it and ` time 2 - 2636ms` behind. The channel is `UV - DAPI`, or `DAPI` where light
 * and filter are called alike. The plate is the name, else the folder.
 */
export const inCell: Naming = {
  name: 'IN Cell Analyzer (GE, Cytiva)',
  example: 'A - 1(fld 1 wv UV - DAPI).tif',
  parse(path, { folder }) {
    const { folders, name } = partsOf(path, folder);
    const { plate, row, column, field, more = '' } = named.exec(name)?.groups ?? {};
    if (row === undefined) return undefined;
    let rest = more;
    const take = (pattern: RegExp) => {
      const [whole, number] = pattern.exec(rest) ?? [];
      if (whole !== undefined) rest = rest.replace(whole, '');
      return number;
    };
    take(/ wix (\d+)$/i);
    const time = take(/ time (\d+)(?: - \d+ ?ms)?(?= z \d+$|$)/i);
    const depth = take(/ z (\d+)$/i);
    const [, light] = /^ wv (.+)$/i.exec(rest) ?? [];
    if (light === undefined && rest !== '') return undefined;
    const halves = light?.split(' - ') ?? [];
    const channel = halves.length === 2 && halves[0] === halves[1] ? halves[0]! : (light ?? 'Image');
    return planeOf(path, {
      ...{ plate: plate ?? folders.at(-1) ?? '', well: `${row}${column}`, site: field, time, depth, channel },
    });
  },
};
