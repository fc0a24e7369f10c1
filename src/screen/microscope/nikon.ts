import { type NamedPlane, type Naming, partsOf } from './naming.ts';
import { hasDuplicates, keyOf, planeOf } from './plane-of.ts';

const named =
  /^(?:(?<prefix>.*?)_+)?Well(?<well>(?:[A-Z]|A[A-F])\d{1,2})(?:_Point(?<point>[A-Z]{1,2}\d{1,2}_)?(?<site>\d{1,4}))?_Channel(?<channel>.+?)_Seq(?<seq>\d{1,6})(?<more>[^.]*)(?:\.ome)?\.(?:tiff?|png)$/;
/** Loops that NIS-Elements writes behind a name when it exports a file: time, position, plane, channel. */
const loops =
  /^(?:[_-]?MaxIP)?(?:_?t(?<time>\d+))?(?:_?xy(?<position>\d+))?(?:_?z(?<depth>\d+))?(?:_?c(?<number>\d+))?(?:_(?<one>[^_]+))?$/i;
const stamp = /^\d{8}_\d{6}_\d+$/;

/**
 * The names that jobs of Nikon's NIS-Elements give: `WellA01_PointA01_0000_ChannelDAPI_Seq0000.tif` is well, point and its
 * number, channels, and the number of the image in the order in which images were taken, with the loops of an export behind
 * it (`_z02c1`). The plate is what stands before it other than date and time, else the folder. Where images agree in all but
 * the number, they are points in time; without points they are sites.
 */
export const nikon: Naming = {
  name: 'Nikon (NIS-Elements jobs)',
  example: 'WellA01_PointA01_0000_ChannelDAPI_Seq0000.tif',
  parse(path, { folder }) {
    const { folders, name } = partsOf(path, folder);
    const { prefix = '', well, site, channel = '', more = '' } = named.exec(name)?.groups ?? {};
    const behind = loops.exec(more)?.groups;
    if (well === undefined || behind === undefined) return undefined;
    const { time, position, depth, number, one } = behind;
    const all = channel.split(',').map((text) => text.trim());
    if (one !== undefined && !all.includes(one)) return undefined;
    const plate = stamp.test(prefix) || prefix === '' ? (folders.at(-1) ?? '') : prefix;
    return planeOf(path, {
      ...{ plate, well, site: site ?? position, time, depth, rank: number },
      channel: one ?? (number === undefined ? undefined : (all[Number(number) - 1] ?? `c${number}`)) ?? all.join('+'),
    });
  },
  complete: async (planes) => (hasDuplicates(planes) ? numbered(planes) : planes),
};

/** Planes that agree in all but their numbers, told apart by their order. */
function numbered(planes: readonly NamedPlane[]): readonly NamedPlane[] {
  const orders = new Map<string, number[]>();
  for (const plane of planes) orders.set(keyOf(plane), [...(orders.get(keyOf(plane)) ?? []), sequenceOf(plane).number]);
  for (const order of orders.values()) order.sort((a, b) => a - b);
  return planes.map((plane) => {
    const { number, hasSite } = sequenceOf(plane);
    const text = String(orders.get(keyOf(plane))!.indexOf(number) + 1);
    const column = hasSite ? 'Metadata_TimePoint' : 'Metadata_Site';
    return { ...plane, metadata: { ...plane.metadata, [column]: text } };
  });
}

/** The number of an image in the order in which they were taken, and whether its name gives a site. */
function sequenceOf({ path }: NamedPlane): { readonly number: number; readonly hasSite: boolean } {
  const { seq, site, more = '' } = named.exec(path.split('/').at(-1)!)?.groups ?? {};
  return { number: Number(seq), hasSite: site !== undefined || loops.exec(more)?.groups?.position !== undefined };
}
