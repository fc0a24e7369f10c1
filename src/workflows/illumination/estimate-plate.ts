import { MilscopeError } from '../../errors.ts';
import type { Size } from '../../image/region.ts';
import { createFieldSource } from '../../screen/field-source.ts';
import { illuminationOf, smoothField } from '../../screen/illumination/estimate.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { type SkippedField, skippedField } from '../../screen/skipped.ts';
import { mapInOrder } from '../../threads/map-in-order.ts';
import type { RunningHost } from '../host.ts';
import { tellLost } from '../task.ts';

/** Fields of a plate that are used at most, evenly over it: more do not change the median. It also bounds the memory. */
export const MOST_FIELDS = 400;

/** The illumination functions of a plate. */
export interface EstimatedPlate extends Size {
  readonly name: string;
  /** Fields that they were estimated from; none where none could be used. */
  readonly used: number;
  /** One a channel; undefined where no field has any light in it. */
  readonly functions: readonly (Float32Array | undefined)[];
  readonly skipped: readonly SkippedField[];
}

/** A field reduced to what speaks of its illumination. */
interface Reduced extends Size {
  readonly field: Field;
  /** One a channel. */
  readonly planes: readonly (Float32Array | undefined)[];
}

/**
 * Estimates the illumination function of each channel from the fields of one plate, which are read one after the other. Fields
 * of another size than most are left out and told, as those that cannot be read.
 */
export async function estimatePlate(
  screen: Screen,
  {
    name,
    fields,
    smoothing,
    onField,
  }: { name: string; fields: readonly Field[]; smoothing: number; onField: () => void },
  host: RunningHost,
): Promise<EstimatedPlate> {
  const source = createFieldSource(screen, { cacheBytes: 0, onSkip: (entry) => tellLost(host, entry) }, host);
  const reduce = async (field: Field): Promise<Reduced | undefined> => {
    const image = await source.read(field);
    if (image === undefined) return undefined;
    const { data, channels, height, width } = image;
    const planes = Array.from({ length: channels }, (_, c) => {
      return smoothField(data.subarray(c * height * width, (c + 1) * height * width), { height, width }, { smoothing });
    });
    return { field, height, width, planes };
  };
  const read: Reduced[] = [];
  for await (const reduced of mapInOrder(evenly(fields, MOST_FIELDS), host.threads, reduce)) {
    onField();
    if (reduced !== undefined) read.push(reduced);
  }
  const size = mostFrequentSize(read);
  const isUsed = ({ width, height }: Size) => width === size.width && height === size.height;
  const others = read.filter((each) => !isUsed(each)).map((each) => otherSize(each, { name, size }));
  for (const entry of others) tellLost(host, entry);
  const used = read.filter(isUsed);
  const functions = screen.channels.map((_, c) => {
    const planes = used.flatMap(({ planes: all }) => all[c] ?? []);
    return planes.length === 0 ? undefined : illuminationOf(planes, size, { smoothing });
  });
  return { name, ...size, used: used.length, functions, skipped: [...source.skipped(), ...others] };
}

/** So many of some things at most, evenly over all of them. */
export function evenly<Thing>(things: readonly Thing[], most: number): readonly Thing[] {
  if (things.length <= most) return things;
  return Array.from({ length: most }, (_, i) => things[Math.floor((i * things.length) / most)]!);
}

function mostFrequentSize(read: readonly Size[]): Size {
  const counts = new Map<string, { readonly size: Size; count: number }>();
  for (const { width, height } of read) {
    const known = counts.get(`${width} ${height}`) ?? { size: { width, height }, count: 0 };
    known.count++;
    counts.set(`${width} ${height}`, known);
  }
  const [most] = [...counts.values()].sort((a, b) => b.count - a.count);
  return most?.size ?? { width: 0, height: 0 };
}

function otherSize({ field, width, height }: Reduced, { name, size }: { name: string; size: Size }): SkippedField {
  const error = new MilscopeError('ChannelMismatch', {
    file: field.sources[0]?.file,
    problem: 'the field has another size than most of its plate, whose illumination functions do not fit to it',
    found: `${width} × ${height} pixels`,
    expected: `${size.width} × ${size.height}, as most fields ${name === '' ? 'of the screen' : `of ${name}`}`,
  });
  return skippedField(field, error);
}
