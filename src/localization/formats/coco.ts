import { type FieldRegions, meanAsWritten } from '../regions/field-regions.ts';
import { compressRuns, runLengths } from '../regions/run-lengths.ts';

/** A file that is written in pieces and appears in its place whole or not at all. */
export interface TextSink {
  readonly write: (piece: string) => Promise<void>;
  /** Ends the file and puts it in its place. */
  readonly keep: () => Promise<void>;
  /** Discards what was written. */
  readonly discard: () => Promise<void>;
}

/** The image of a COCO file that stands for a field. */
export interface CocoImage {
  readonly id: number;
  /** Path of its first channel, where other programs will find it. */
  readonly fileName: string;
}

/** What the file says of a field: its image, and its regions without the numbers that they get in the whole file. */
export interface CocoField {
  readonly image: { readonly id: number; readonly file_name: string; readonly width: number; readonly height: number };
  readonly annotations: readonly object[];
}

/** Writes the regions of one field after the other. */
export interface CocoWriter {
  readonly add: (image: CocoImage, found: FieldRegions) => Promise<void>;
  /** Adds what {@link cocoFieldOf} made, which may have been kept as JSON. */
  readonly addField: (field: CocoField) => Promise<void>;
  /** Adds more annotations of a field that was added, by the id of its image. */
  readonly addAnnotations: (image: number, annotations: readonly object[]) => Promise<void>;
  /** Ends the file. */
  readonly close: () => Promise<void>;
  readonly discard: () => Promise<void>;
}

/**
 * Writes the regions of a whole screen as one COCO file of `images`, `categories` and `annotations`. Each region is an
 * annotation with compressed run lengths as its `segmentation` (what pycocotools reads), `bbox` as left, top, width and
 * height, its `area`, and as `score` the mean of its own class, where that is known. Annotations are written at once:
 * memory holds only one line per image.
 *
 * @param sink such as `openWhole` of a path gives
 * @param categories names by `classIndex`, numbered from 1 in the file; a region without a class is of the first
 *
 * @example
 * const coco = createCocoWriter(await openWhole('coco.json'), ['nucleus']);
 * await coco.add({ id: 1, fileName: 'A01.tif' }, findRegions(mask));
 * await coco.close();
 */
export async function createCocoWriter(sink: TextSink, categories: readonly string[]): Promise<CocoWriter> {
  const images: string[] = [];
  let annotations = 0;
  const list = categories.map((name, i) => ({ id: i + 1, name, supercategory: '' }));
  await sink.write(`{"categories":${JSON.stringify(list)},\n"annotations":[`);
  const addAnnotations: CocoWriter['addAnnotations'] = async (image, own) => {
    const lines = own.map((annotation) => {
      const separator = annotations++ === 0 ? '\n' : ',\n';
      return separator + JSON.stringify({ id: annotations, image_id: image, ...annotation });
    });
    await sink.write(lines.join(''));
  };
  const addField: CocoWriter['addField'] = async ({ image, annotations: own }) => {
    images.push(JSON.stringify(image));
    await addAnnotations(image.id, own);
  };
  return {
    addField,
    addAnnotations,
    add: (image, found) => addField(cocoFieldOf(image, found)),
    async close() {
      await sink.write(`\n],\n"images":[\n${images.join(',\n')}\n]}\n`);
      await sink.keep();
    },
    discard: sink.discard,
  };
}

/** What the file will say of a field. */
export function cocoFieldOf({ id, fileName }: CocoImage, found: FieldRegions): CocoField {
  const { height, width } = found;
  return {
    image: { id, file_name: fileName, width, height },
    annotations: found.regions.map((region) => annotationOf(region, runLengths(found, region), found)),
  };
}

/** The annotation of a region. @param runs as `runLengths` gives them; @param size of the field */
export function annotationOf(
  region: FieldRegions['regions'][number],
  runs: readonly number[],
  { height, width }: { readonly height: number; readonly width: number },
): object {
  const { box, area, classIndex = 0, means = [] } = region;
  const score = means[classIndex];
  return {
    category_id: classIndex + 1,
    bbox: [box.left, box.top, box.right - box.left, box.bottom - box.top],
    area,
    segmentation: { size: [height, width], counts: compressRuns(runs) },
    iscrowd: 0,
    ...(score === undefined ? {} : { score: meanAsWritten(score) }),
  };
}
