import type { Files, ScratchFile } from '../../../files/files.ts';
import { join } from '../../../files/paths.ts';
import {
  ARRAYS,
  memoryPlanes,
  type NumberKind,
  type NumbersOf,
  type PlaneStore,
  STRIP_PIXELS,
  type StoredPlane,
} from '../../../localization/stored/stored-plane.ts';

/** Planes in files, which all go in the end. */
export interface ScratchPlanes extends PlaneStore {
  readonly removeAll: () => Promise<void>;
}

/** Keeps planes in files of a folder, row after row, or in memory where there is no disk. Their use ends when the signal is aborted. */
export function scratchPlanes(
  folder: string,
  { files, signal }: { readonly files: Files; readonly signal: AbortSignal },
): ScratchPlanes {
  if (!files.scratch) return { ...memoryPlanes(), removeAll: async () => {} };
  const scratch = files.scratch;
  const open = new Set<ScratchFile>();
  let number = 0;
  return {
    stripPixels: STRIP_PIXELS,
    async create(kind, { height, width }) {
      const bytes = ARRAYS[kind].BYTES_PER_ELEMENT;
      const file = await scratch(join(folder, `${++number}.plane`), height * width * bytes);
      open.add(file);
      return planeIn(file, kind, { height, width, signal }, async () => {
        if (!open.delete(file)) return;
        await file.remove();
      });
    },
    async removeAll() {
      for (const file of open) await file.remove();
      open.clear();
      await files.remove(folder);
    },
  };
}

function planeIn<Kind extends NumberKind>(
  file: ScratchFile,
  kind: Kind,
  { height, width, signal }: { readonly height: number; readonly width: number; readonly signal: AbortSignal },
  remove: () => Promise<void>,
): StoredPlane<Kind> {
  const bytes = ARRAYS[kind].BYTES_PER_ELEMENT;
  const asBytes = (numbers: NumbersOf[Kind], from: number, length: number) =>
    new Uint8Array(numbers.buffer, numbers.byteOffset + from * bytes, length * bytes);
  return {
    ...{ kind, height, width, remove },
    async read(box) {
      signal.throwIfAborted();
      const numbers = new ARRAYS[kind](box.height * box.width) as NumbersOf[Kind];
      for (const { at, from, length } of stretchesOf(box, width)) file.read(asBytes(numbers, from, length), at * bytes);
      return numbers;
    },
    async write(box, numbers) {
      signal.throwIfAborted();
      for (const { at, from, length } of stretchesOf(box, width))
        file.write(asBytes(numbers, from, length), at * bytes);
    },
  };
}

/** What of a box follows one another in a plane: places in the plane and in the box. */
function* stretchesOf(
  { top, left, height, width }: Parameters<StoredPlane['read']>[0],
  wide: number,
): Generator<{ readonly at: number; readonly from: number; readonly length: number }> {
  if (width === wide) yield { at: top * wide, from: 0, length: height * width };
  else for (let y = 0; y < height; y++) yield { at: (top + y) * wide + left, from: y * width, length: width };
}
