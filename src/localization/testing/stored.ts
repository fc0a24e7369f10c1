import type { NumberKind, NumbersOf, StoredPlane } from '../stored/stored-plane.ts';

/** All numbers of a plane. */
export function contentOf<Kind extends NumberKind>(plane: StoredPlane<Kind>): Promise<NumbersOf[Kind]> {
  return plane.read({ top: 0, left: 0, height: plane.height, width: plane.width });
}
