import { isMilscopeError } from '../../errors.ts';
import type { FieldQuality } from '../../evaluation/inspection/inspected-field.ts';
import { brightForeground } from '../../localization/nuclei/foreground.ts';
import { nuclearDiameter } from '../../localization/nuclei/nuclear-diameter.ts';
import type { Pixels } from '../../pixels/pixels.ts';
import { createPlaneQuality } from '../../profiling/quality/field-quality.ts';
import { createThumbnail, type Thumbnail } from '../../report/inspection/thumbnail.ts';
import type { ScreenAccess } from '../../screen/access.ts';
import { createFunctionCheck } from '../../screen/illumination/check-functions.ts';
import { uncorrected } from '../../screen/illumination/illuminate.ts';
import { type FieldHeader, openField } from '../../screen/open-field.ts';
import { readField } from '../../screen/read-field.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { type SkippedField, skippedField } from '../../screen/skipped.ts';

/** What is asked of a worker: to look at one field. */
export interface FieldRequest {
  readonly field: Field;
  /** Longest side of the small picture that is wanted of it (pixels). */
  readonly thumbnail?: number | undefined;
  /** The place of the channel in which nuclei are to be measured. */
  readonly nuclei?: number | undefined;
}

/** What the worker found: numbers, and pictures that are small; or why the field cannot be read. */
export type FieldAnswer =
  | {
      readonly quality: FieldQuality;
      /** Bins of intensity of every channel. */
      readonly histograms: readonly Uint32Array[];
      readonly thumbnail: Thumbnail | undefined;
    }
  | { readonly skipped: SkippedField };

/** Makes what reads fields and measures them as they are in their files: only there saturation can be seen. What is wrong with a file is part of the answer. */
export function createInspectField(
  screen: Pick<Screen, 'channels' | 'usualSize'>,
  access: ScreenAccess,
): (request: FieldRequest) => Promise<FieldAnswer> {
  const planeQuality = createPlaneQuality();
  const checkFunctions = createFunctionCheck(screen, access);
  return async ({ field, thumbnail, nuclei }) => {
    let planes: readonly Plane[];
    try {
      planes = await readPlanes(screen, uncorrected(field), access);
      await checkFunctions(field, planes[0]!);
    } catch (error) {
      if (!isMilscopeError(error)) throw error;
      return { skipped: skippedField(field, error) };
    }
    const { height, width } = planes[0]!;
    const measured = planes.map(({ data, signedBits }) => planeQuality(data, { height, width, signedBits }));
    const nuclear = nuclei === undefined ? undefined : planes[nuclei];
    const diameter = nuclear && nuclearDiameter(brightForeground(nuclear, { sigma: 1 }));
    return {
      quality: {
        height,
        width,
        channels: measured.map(({ histogram: _, ...numbers }, c) => ({ ...numbers, depth: planes[c]!.depth })),
        hashes: await Promise.all(planes.map((plane) => hashOf(plane, access))),
        diameter,
      },
      histograms: measured.map(({ histogram }) => histogram),
      thumbnail: thumbnail === undefined ? undefined : createThumbnail(planes, { side: thumbnail }),
    };
  };
}

/** One channel, `[height, width]`, in the type of its file. */
interface Plane {
  readonly data: Pixels;
  readonly height: number;
  readonly width: number;
  readonly signedBits: FieldHeader['signedBits'];
  readonly depth: FieldHeader['depth'];
}

/** Reads the files of a field one by one, since together all would get the type of the deepest. */
async function readPlanes(
  { channels, usualSize }: Pick<Screen, 'channels' | 'usualSize'>,
  field: Field,
  access: ScreenAccess,
): Promise<readonly Plane[]> {
  const planes: Plane[] = [];
  for (const file of new Set(field.sources.map((source) => source.file))) {
    const own = field.sources.flatMap((source, c) => (source.file === file ? [c] : []));
    const { header, read } = await openField(
      { channels: own.map((c) => channels[c]!) },
      { ...field, sources: own.map((c) => field.sources[c]!) },
      access,
    );
    const { height, width, data } = await read();
    const size = height * width;
    for (const [i, c] of own.entries())
      planes[c] = {
        ...{ data: data.subarray(i * size, (i + 1) * size), height, width },
        ...{ signedBits: header.signedBits, depth: header.depth },
      };
  }
  const [first] = planes;
  // Together they cannot be read then, and the error says what is wrong.
  if (planes.some(({ height, width }) => height !== first!.height || width !== first!.width)) {
    await readField({ channels, usualSize }, field, access);
  }
  return planes;
}

/** Differs for planes that differ in any pixel, in size or in type. */
function hashOf({ data, height, width }: Plane, { hash }: ScreenAccess): Promise<string> {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return hash([`${data.BYTES_PER_ELEMENT} ${height} ${width} `, bytes]);
}
