import { isMilscopeError } from '../../errors.ts';
import type { ReadableField } from '../../screen/check-fields.ts';
import { openField } from '../../screen/open-field.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { type SkippedField, skippedField } from '../../screen/skipped.ts';
import { placeOf, wellKey } from '../../screen/well.ts';
import { mapInOrder } from '../../threads/map-in-order.ts';
import type { RunningHost } from '../host.ts';
import { beginTask } from '../task.ts';
import type { RehearsedScreen } from './document.ts';

/** What the headers of the files of a screen say. */
export interface SeenFields {
  /** In the order of the screen. */
  readonly readable: readonly Omit<ReadableField<undefined>, 'measured'>[];
  readonly skipped: readonly SkippedField[];
  /** Of all images; null where an image is a folder. */
  readonly bytes: number | null;
}

/** Fields whose headers are read at once: what takes time is the disk. */
const AT_ONCE = 16;

/** Reads the headers of every field; no pixel is decoded. */
export async function seeFields(screen: Screen, host: RunningHost): Promise<SeenFields> {
  const readable: SeenFields['readable'][number][] = [];
  const skipped: SkippedField[] = [];
  const task = beginTask(host, { task: 'looking', total: screen.fields.length, unit: 'fields', fleeting: true });
  let bytes: number | null = 0;
  for await (const { seen, size } of mapInOrder(screen.fields, AT_ONCE, (field) => seeField(screen, field, host))) {
    if ('tag' in seen) skipped.push(seen);
    else readable.push(seen);
    bytes = bytes === null || size === null ? null : bytes + size;
    task.update(readable.length + skipped.length);
  }
  task.end();
  return { readable, skipped, bytes };
}

async function seeField(screen: Screen, field: Field, host: RunningHost) {
  let size: number | null = 0;
  for (const file of new Set(field.sources.map((source) => source.file).filter((path) => path !== ''))) {
    const status = await host.files.status(file).catch(() => undefined);
    size = size === null || status?.kind === 'folder' ? null : size + (status?.size ?? 0);
  }
  try {
    const { height, width, bitDepth } = (await openField(screen, field, host)).header;
    return { seen: { field, height, width, bitDepth }, size };
  } catch (error) {
    if (!isMilscopeError(error)) throw error;
    return { seen: skippedField(field, error), size };
  }
}

/** What a rehearsal says of a screen. */
export function describeScreen(screen: Screen, { readable, skipped, bytes }: SeenFields): RehearsedScreen {
  const places = screen.fields.map(({ metadata }) => placeOf(metadata));
  const counts = new Map<string, number>();
  for (const field of screen.fields) counts.set(wellKey(field), (counts.get(wellKey(field)) ?? 0) + 1);
  const isNamed = places.some(({ well }) => well !== '');
  const bySize = [...readable].sort((a, b) => a.height * a.width - b.height * b.width);
  const sizeOf = (of = bySize[0]) => ({ width: of?.width ?? 0, height: of?.height ?? 0 });
  return {
    path: screen.source,
    layout: screen.layout ?? 'a table',
    fields: screen.fields.length,
    unreadable: skipped.length,
    plates: new Set(places.flatMap(({ plate }) => (plate === '' ? [] : [plate]))).size,
    wells: isNamed ? counts.size : 0,
    sites: isNamed ? { low: Math.min(...counts.values()), high: Math.max(...counts.values()) } : null,
    channels: [...screen.channels],
    smallest: sizeOf(),
    largest: sizeOf(bySize.at(-1)),
    bytes,
  };
}

/** Some of the readable fields, evenly over the screen. */
export function sampleFields({ readable }: Pick<SeenFields, 'readable'>, count: number): readonly Field[] {
  const taken = Math.min(count, readable.length);
  return Array.from({ length: taken }, (_, i) => readable[Math.floor((i * readable.length) / taken)]!.field);
}
