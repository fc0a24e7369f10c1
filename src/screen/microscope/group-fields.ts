import { MilscopeError } from '../../errors.ts';
import { join } from '../../files/paths.ts';
import type { Projection } from '../../pixels/projection.ts';
import type { ImageColumn } from '../assemble-screen.ts';
import type { NamedPlane } from './naming.ts';
import { patternAdvice } from './suggestion/pattern-advice.ts';

/** The planes of a folder, put together to fields. */
export interface GroupedFields {
  /** Columns of metadata; `Metadata_TimePoint` only where there are several. */
  readonly columns: readonly string[];
  /** Metadata of each field, sorted by plate, well, site and so on. */
  readonly fields: readonly Readonly<Record<string, string>>[];
  /** The side of a pixel (µm) of each field, where the planes of it that say so agree. */
  readonly pixelSizes: readonly (number | undefined)[];
  readonly images: readonly ImageColumn[];
  /** How many planes are passed over, since the microscope wrote a projection of them. */
  readonly passedOver: number;
}

const natural = new Intl.Collator('en', { numeric: true });

/**
 * Puts planes together to fields: those are of one field that agree in all of their metadata. The planes of a stack are in
 * one place, from low to high; where the maximum is wanted and the microscope wrote a projection, that stands for them, and
 * where no projection is wanted the lowest plane. Channels are in the order of their ranks and names, digits counting as numbers. A field
 * that lacks a channel has a problem in its place.
 *
 * @param folder in which the paths of the planes are
 * @throws DuplicateField when two files are the same plane of a field.
 */
export function groupFields(
  listed: readonly NamedPlane[],
  { folder, projection = 'maximum' }: { folder: string; projection?: Projection | undefined },
): GroupedFields {
  const times = new Set(listed.map(({ metadata }) => metadata.Metadata_TimePoint));
  const columns = Object.keys(listed[0]?.metadata ?? {}).filter(
    (name) => name !== 'Metadata_TimePoint' || times.size > 1,
  );
  const planes = listed.map((plane) => ({ ...plane, metadata: pick(plane.metadata, columns) }));
  const all = planes.map(({ path }) => path);
  const byField = new Map<string, NamedPlane[]>();
  for (const plane of planes) {
    const key = JSON.stringify(Object.values(plane.metadata));
    byField.set(key, [...(byField.get(key) ?? []), plane]);
  }
  const groups = [...byField.values()]
    .map((of) => ({
      metadata: of[0]!.metadata,
      chosen: choosePlanes(of, { projection, all }),
      pixelSize: commonSize(of),
    }))
    .sort((a, b) => compareTexts(Object.values(a.metadata), Object.values(b.metadata)));
  const channels = new Map<string, readonly string[]>();
  for (const { channel, rank } of planes) {
    const before = channels.get(channel);
    if (before === undefined || compareTexts([rank, channel], before) < 0) channels.set(channel, [rank, channel]);
  }
  const names = [...channels.values()].sort(compareTexts).map((of) => of[1]!);
  const deep = new Set(
    groups.flatMap(({ chosen }) => [...chosen].flatMap(([name, { depths }]) => (depths > 1 ? [name] : []))),
  );
  return {
    columns,
    fields: groups.map(({ metadata }) => metadata),
    pixelSizes: groups.map(({ pixelSize }) => pixelSize),
    images: names.map((name) => ({
      name,
      places: groups.map(({ chosen }) => {
        const { read, depths } = chosen.get(name) ?? { read: [], depths: 0 };
        const [file, ...stack] = read.map(({ path }) => join(folder, path));
        if (file === undefined) return lacking(name, { chosen, folder });
        return { file, ...(stack.length > 0 && { stack }), ...(deep.has(name) && depths > 0 && { depths }) };
      }),
    })),
    passedOver:
      planes.length -
      groups.reduce((sum, { chosen }) => sum + [...chosen.values()].flatMap(({ read }) => read).length, 0),
  };
}

function commonSize(planes: readonly NamedPlane[]): number | undefined {
  const sizes = new Set(planes.flatMap(({ pixelSize }) => pixelSize ?? []));
  return sizes.size === 1 ? [...sizes][0] : undefined;
}

/** What is read of a channel of one field. */
interface ChosenPlanes {
  /** From low to high. */
  readonly read: readonly NamedPlane[];
  /** How many planes of depth there are, read or not; 0 where a projection of the microscope is read. */
  readonly depths: number;
}

/** The planes of each channel of one field that are read. */
function choosePlanes(
  planes: readonly NamedPlane[],
  { projection, all }: { projection: Projection; all: readonly string[] },
): ReadonlyMap<string, ChosenPlanes> {
  const channels = new Map<string, NamedPlane[]>();
  const seen = new Map<string, NamedPlane>();
  for (const plane of planes) {
    const key = JSON.stringify([plane.channel, plane.depth]);
    const same = seen.get(key);
    if (same !== undefined) {
      throw new MilscopeError('DuplicateField', {
        file: plane.path,
        problem: `another file is channel ${plane.channel} of the same field, ${words(plane.metadata)}`,
        found: same.path,
        remedy: `give a folder that has one of them only, or describe in what else their names differ${patternAdvice(all)}`,
      });
    }
    seen.set(key, plane);
    channels.set(plane.channel, [...(channels.get(plane.channel) ?? []), plane]);
  }
  return new Map([...channels].map(([channel, own]) => [channel, readPlanes(own, projection)]));
}

/** Those of the planes of a channel that are read: a projection of the microscope has no depth. */
function readPlanes(planes: readonly NamedPlane[], projection: Projection): ChosenPlanes {
  const written = planes.filter(({ depth }) => depth === undefined);
  const stack = planes.filter(({ depth }) => depth !== undefined).sort((a, b) => a.depth! - b.depth!);
  if (stack.length === 0 || (projection === 'maximum' && written.length > 0)) return { read: written, depths: 0 };
  return { read: projection === 'none' ? stack.slice(0, 1) : stack, depths: stack.length };
}

function lacking(
  channel: string,
  { chosen, folder }: { chosen: ReadonlyMap<string, ChosenPlanes>; folder: string },
): MilscopeError {
  const [
    {
      read: [first],
    } = { read: [] },
  ] = chosen.values();
  return new MilscopeError('MissingFile', {
    file: join(folder, first!.path),
    problem: `the field of this image, ${words(first!.metadata)}, has none of channel ${channel}`,
    found: `only ${[...chosen.keys()].join(', ')}`,
  });
}

function words(metadata: Readonly<Record<string, string>>): string {
  const parts = Object.entries(metadata).map(([name, text]) => `${name.replace('Metadata_', '')} ${text}`);
  return parts.join(', ') || 'the only one';
}

function pick(metadata: Readonly<Record<string, string>>, columns: readonly string[]) {
  return Object.fromEntries(columns.map((name) => [name, metadata[name]!]));
}

function compareTexts(a: readonly string[], b: readonly string[]): number {
  for (const [i, text] of a.entries()) {
    const order = natural.compare(text, b[i]!);
    if (order !== 0) return order;
  }
  return 0;
}
