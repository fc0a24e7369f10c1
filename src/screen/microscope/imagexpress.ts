import { normalWell } from '../well.ts';
import { type NamedPlane, type Naming, partsOf } from './naming.ts';

const guid = /[\dA-F]{8}-[\dA-F]{4}-[\dA-F]{4}-[\dA-F]{4}-[\dA-F]{12}$/i;
const named =
  /^(?:(?<name>.*)_)?(?<well>(?:[A-Z]|A[A-F])\d{2})(?:_?[sS](?<site>\d+))?(?:_?[wW](?<wave>\d+))?(?<thumb>_thumb)?$/;

/**
 * The names that ImageXpress and MetaXpress give: `<name>_B11_s1_w1<GUID>.tif`, site and wavelength perhaps missing, in
 * folders `TimePoint_1` and `ZStep_1` perhaps. Thumbnails are passed over. The plate is the folder `<name>_Plate_<id>`,
 * else the name, else the folder. Channels are `w1`, `w2`, …; what lies outside of the Z steps is a projection of them.
 */
export const imageXpress: Naming = {
  name: 'ImageXpress',
  example: 'Plate1_B11_s1_w1.tif',
  parse(path, { folder }) {
    const { folders, name: file } = partsOf(path, folder);
    if (!/\.tiff?$/i.test(file)) return undefined;
    // The digits that the GUID begins with are none of the site's or wavelength's.
    const stem = file.replace(/\.tiff?$/i, '').replace(guid, '');
    const { name, well, site = '1', wave = '1', thumb } = named.exec(stem)?.groups ?? {};
    if (well === undefined) return undefined;
    if (thumb !== undefined) return 'passed over';
    const { plateFolder, time, depth } = placeInPlate(folders);
    const plate = /_Plate_/i.test(plateFolder) ? plateFolder : name?.replace(/_+$/, '') || plateFolder;
    return {
      path,
      metadata: {
        Metadata_Plate: plate,
        Metadata_Well: normalWell(well),
        Metadata_Site: String(Number(site)),
        Metadata_TimePoint: time,
      },
      channel: `w${Number(wave)}`,
      rank: wave,
      depth,
    };
  },
  complete: async (planes, { folder }) => tellPlatesApart(planes, folder),
};

/** The folder of a plate, and what those between it and the image say. */
function placeInPlate(folders: readonly string[]): { plateFolder: string; time: string; depth: number | undefined } {
  let [time, depth]: [string, number | undefined] = ['1', undefined];
  let last = folders.length - 1;
  for (; last >= 0; last--) {
    const [, kind, number] = /^(TimePoint|ZStep)_(\d+)$/i.exec(folders[last]!) ?? [];
    if (kind === undefined) break;
    if (kind.toLowerCase() === 'zstep') depth = Number(number);
    else time = String(Number(number));
  }
  return { plateFolder: folders[last] ?? '', time, depth };
}

/** MetaXpress keeps a plate in a folder with its number, and plates of one experiment all under the same name. */
function tellPlatesApart(planes: readonly NamedPlane[], folder: string): readonly NamedPlane[] {
  const numberOf = ({ path }: NamedPlane) => {
    const { plateFolder } = placeInPlate(partsOf(path, folder).folders);
    return /^\d+$/.test(plateFolder) ? plateFolder : undefined;
  };
  const numbers = new Map<string, Set<string | undefined>>();
  for (const plane of planes) {
    const plate = plane.metadata.Metadata_Plate!;
    numbers.set(plate, (numbers.get(plate) ?? new Set()).add(numberOf(plane)));
  }
  return planes.map((plane) => {
    const plate = plane.metadata.Metadata_Plate!;
    const number = numberOf(plane);
    if (numbers.get(plate)!.size === 1 || number === undefined || number === plate) return plane;
    return { ...plane, metadata: { ...plane.metadata, Metadata_Plate: `${plate}_Plate_${number}` } };
  });
}
