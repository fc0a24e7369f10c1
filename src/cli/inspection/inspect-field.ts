import { createHash } from 'node:crypto';
import type { FieldQuality } from '../../evaluation/inspection/inspected-field.ts';
import type { Pixels } from '../../image/image.ts';
import { brightForeground } from '../../localization/foreground.ts';
import { nuclearDiameter } from '../../localization/nuclear-diameter.ts';
import { createPlaneQuality } from '../../profiling/quality/field-quality.ts';
import { createThumbnail, type Thumbnail } from '../../report/inspection/thumbnail.ts';

/** What is asked of a worker: to look at the pixels of one field. */
export interface FieldRequest {
  readonly planes: readonly Plane[];
  /** Longest side of the small picture that is wanted of it (pixels). */
  readonly thumbnail?: number | undefined;
  /** The place of the channel in which nuclei are to be measured. */
  readonly nuclei?: number | undefined;
}

/** What the worker found: numbers, and pictures that are small. */
export interface FieldAnswer {
  readonly quality: FieldQuality;
  /** Bins of intensity of every channel. */
  readonly histograms: readonly Uint32Array[];
  readonly thumbnail: Thumbnail | undefined;
}

/** Makes what measures fields. */
export function createInspectField(): (request: FieldRequest) => FieldAnswer {
  const planeQuality = createPlaneQuality();
  return ({ planes, thumbnail, nuclei }) => {
    const { height, width } = planes[0]!;
    const measured = planes.map(({ data }) => planeQuality(data, { height, width }));
    const nuclear = nuclei === undefined ? undefined : planes[nuclei];
    const diameter = nuclear && nuclearDiameter(brightForeground(nuclear, { sigma: 1 }));
    return {
      quality: {
        height,
        width,
        channels: measured.map(({ histogram: _, ...numbers }) => numbers),
        hashes: planes.map(hashOf),
        diameter,
      },
      histograms: measured.map(({ histogram }) => histogram),
      thumbnail: thumbnail === undefined ? undefined : createThumbnail(planes, { side: thumbnail }),
    };
  };
}

/** One channel, `[height, width]`, in the type of its file. */
export interface Plane {
  readonly data: Pixels;
  readonly height: number;
  readonly width: number;
}

/** Different for planes that differ in any pixel, in size or in type. */
function hashOf({ data, height, width }: Plane): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return createHash('sha1').update(`${data.BYTES_PER_ELEMENT} ${height} ${width} `).update(bytes).digest('base64');
}
