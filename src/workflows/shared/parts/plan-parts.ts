import type { Field } from '../../../screen/screen.ts';
import { wellKey } from '../../../screen/well.ts';

/** Fields that are worked on together and whose results are one file. */
export interface PlannedPart {
  /** Its place in the plan, from 1, which its file is called after. */
  readonly number: number;
  /** For people: the well, such as `Plate1 A01`, or which fields it has. */
  readonly name: string;
  /** In the order of the screen. */
  readonly fields: readonly Field[];
}

/** Most fields of a part: of a well with more, and of fields that have no well. */
const MOST = { ofWell: 64, withoutWell: 16 } as const;

/**
 * Divides fields into parts, one a well, in the order of their first fields; wells of very many fields are several parts. Fields
 * without wells are taken together as they follow each other.
 */
export function planParts(fields: readonly Field[]): readonly PlannedPart[] {
  const wells = new Map<string, Field[]>();
  const parts: { name: string; fields: Field[] }[] = [];
  let loose: Field[] = [];
  const begin = (name: string): Field[] => {
    const own: Field[] = [];
    parts.push({ name, fields: own });
    return own;
  };
  for (const field of fields) {
    const well = wellOf(field);
    if (well === undefined) {
      if (loose.length % MOST.withoutWell === 0) loose = begin('');
      loose.push(field);
      continue;
    }
    const own = wells.get(well);
    const full = own === undefined || own.length === MOST.ofWell;
    const part = full ? begin(well) : own;
    part.push(field);
    wells.set(well, part);
  }
  return parts.map(({ name, fields: own }, i) => ({ number: i + 1, name: name || rangeOf(own), fields: own }));
}

function wellOf({ imageNumber, metadata }: Field): string | undefined {
  const well = wellKey({ imageNumber, metadata });
  return well === wellKey({ imageNumber, metadata: {} }) ? undefined : well;
}

function rangeOf(fields: readonly Field[]): string {
  const [first, last] = [fields[0]!.imageNumber, fields.at(-1)!.imageNumber];
  return first === last ? `field ${first}` : `fields ${first} to ${last}`;
}
