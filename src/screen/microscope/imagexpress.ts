import { normalWell } from '../well.ts';
import { type Loops, loopsIn } from './loops.ts';
import { type CompletedPlanes, type NamedPlane, type Naming, partsOf } from './naming.ts';
import { keyOf } from './plane-of.ts';

/** Z steps within a folder, at most: names and folders may both number them. */
const MOST_STEPS = 100_000;
const ending = /\.(?:tiff?|stk)$/i;
const guid = /[\dA-F]{8}-[\dA-F]{4}-[\dA-F]{4}-[\dA-F]{4}-[\dA-F]{12}$/i;
const named =
  /^(?:(?<name>.*)_)?(?<well>(?:[A-Z]|A[A-F])\d{2})(?:_?[sS](?<site>\d+))?(?:_?[wW](?<wave>\d+))?(?<loops>(?:_?[tTzZ]\d+){0,2})(?<thumb>_thumb)?$/;

/**
 * The names that ImageXpress, MetaXpress and MetaMorph give: `<name>_B11_s1_w1<GUID>.tif`, site and wavelength perhaps
 * missing, in folders `TimePoint_1` and `ZStep_1` perhaps, or with `_t1` and `_z1` behind the others; or a stack
 * `<name>_B11_s1_w1.stk`. Thumbnails are passed over. The plate is the folder `<name>_Plate_<id>`, else the name, else the
 * folder. Channels are `w1`, `w2`, …; what has no Z step is a projection of those that have one.
 */
export const imageXpress: Naming = {
  name: 'ImageXpress',
  example: 'Plate1_B11_s1_w1.tif',
  parse(path, { folder }) {
    const { folders, name: file } = partsOf(path, folder);
    if (!ending.test(file)) return undefined;
    // The digits that the GUID begins with are none of the site's or wavelength's.
    const stem = file.replace(ending, '').replace(guid, '');
    const { name, well, site, wave, loops = '', thumb } = named.exec(stem)?.groups ?? {};
    // Without a site or wavelength before them, these may be anything.
    if (well === undefined || (loops !== '' && (site ?? wave) === undefined)) return undefined;
    if (thumb !== undefined) return 'passed over';
    const { plateFolder, ...above } = placeInPlate(folders);
    const { time = '1', depth } = withLoops(above, loopsIn(loops));
    const plate = /_Plate_/i.test(plateFolder) ? plateFolder : name?.replace(/_+$/, '') || plateFolder;
    return {
      path,
      metadata: {
        Metadata_Plate: plate,
        Metadata_Well: normalWell(well),
        Metadata_Site: String(Number(site ?? '1')),
        Metadata_TimePoint: time,
      },
      channel: `w${Number(wave ?? '1')}`,
      rank: wave ?? '1',
      depth,
    };
  },
  complete: async (planes, { folder }) => withoutTwins(tellPlatesApart(planes, folder)),
};

/** The folder of a plate, and what those between it and the image say. */
function placeInPlate(folders: readonly string[]): Loops & { readonly plateFolder: string } {
  let [time, depth]: [string | undefined, number | undefined] = [undefined, undefined];
  let last = folders.length - 1;
  for (; last >= 0; last--) {
    const [, kind, number] = /^(TimePoint|ZStep)_(\d+)$/i.exec(folders[last]!) ?? [];
    if (kind === undefined) break;
    if (kind.toLowerCase() === 'zstep') depth = Number(number);
    else time = String(Number(number));
  }
  return { plateFolder: folders[last] ?? '', time, depth };
}

/** What is said of an image by folders and its name together. */
function withLoops(folders: Loops, name: Loops): Loops {
  const both = [folders.time, name.time].filter((time) => time !== undefined);
  const depths = [folders.depth, name.depth].filter((depth) => depth !== undefined);
  return {
    time: both.length === 0 ? undefined : [...new Set(both)].join('_'),
    depth: depths.length === 0 ? undefined : depths.reduce((outer, inner) => outer * MOST_STEPS + inner),
  };
}

/** Where an image is there as a stack too, the image is read, which is one plane of it or a projection. */
function withoutTwins(planes: readonly NamedPlane[]): CompletedPlanes {
  const isStack = ({ path }: NamedPlane) => /\.stk$/i.test(path);
  const images = new Set(planes.filter((plane) => !isStack(plane)).map(keyOf));
  const twins = planes.filter((plane) => isStack(plane) && images.has(keyOf(plane)));
  if (twins.length === 0) return planes;
  const passed = twins.length === 1 ? '1 stack is' : `${twins.length} stacks are`;
  const note = `${passed} passed over, since there is a TIFF of the same name beside it, such as ${twins[0]!.path}`;
  return { planes: planes.filter((plane) => !twins.includes(plane)), notes: [note] };
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
