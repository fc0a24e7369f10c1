import { normalWell } from '../well.ts';
import type { NamedPlane } from './naming.ts';

/** What a name says of a plane, as it stands there. */
interface PlaneText {
  readonly plate: string;
  readonly well: string;
  readonly site?: string | undefined;
  /** A number, or a time as a text that sorts. */
  readonly time?: string | undefined;
  readonly depth?: string | undefined;
  readonly channel: string;
  readonly rank?: string | undefined;
}

/** A plane with the columns that all microscopes give; the first site and point in time where the name has none. */
export function planeOf(path: string, text: PlaneText): NamedPlane {
  const { plate, well, site = '1', time = '1', depth, channel, rank = '' } = text;
  const plain = (number: string) => (/^\d+$/.test(number) ? String(Number(number)) : number);
  return {
    path,
    metadata: {
      Metadata_Plate: plate,
      Metadata_Well: normalWell(well),
      Metadata_Site: plain(site),
      Metadata_TimePoint: plain(time),
    },
    channel,
    rank,
    depth: depth === undefined ? undefined : Number(depth),
  };
}

/** The key of what a plane shows; planes with one key would be the same. */
export function keyOf({ metadata, channel, depth }: NamedPlane): string {
  return JSON.stringify([Object.values(metadata), channel, depth]);
}

/** Whether two planes show the same. */
export function hasDuplicates(planes: readonly NamedPlane[]): boolean {
  return new Set(planes.map(keyOf)).size < planes.length;
}

/**
 * Planes whose plate is called after their folder where the names give plates in several folders one name, as when all
 * plates of an experiment bear that of their product.
 */
export function platesByFolder(planes: readonly NamedPlane[]): readonly NamedPlane[] {
  const folders = new Map<string, Set<string>>();
  const folderOf = ({ path }: NamedPlane) => path.slice(0, Math.max(0, path.lastIndexOf('/')));
  for (const plane of planes) {
    const plate = plane.metadata.Metadata_Plate!;
    folders.set(plate, (folders.get(plate) ?? new Set()).add(folderOf(plane)));
  }
  return planes.map((plane) => {
    const of = folders.get(plane.metadata.Metadata_Plate!)!;
    if (of.size === 1) return plane;
    const names = [...of].map((folder) => folder.split('/').at(-1)!);
    const areApart = new Set(names).size === of.size;
    const own = folderOf(plane);
    const name = areApart ? own.split('/').at(-1)! : own.replaceAll('/', '_');
    return name === '' ? plane : { ...plane, metadata: { ...plane.metadata, Metadata_Plate: name } };
  });
}
