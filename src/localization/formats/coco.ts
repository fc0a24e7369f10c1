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

/** Writes the regions of one field after the other. */
export interface CocoWriter {
  readonly add: (image: CocoImage, found: FieldRegions) => Promise<void>;
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
  return {
    async add({ id, fileName }, found) {
      const { height, width } = found;
      images.push(JSON.stringify({ id, file_name: fileName, width, height }));
      const lines = found.regions.map((region) => {
        const separator = annotations++ === 0 ? '\n' : ',\n';
        return separator + JSON.stringify({ id: annotations, image_id: id, ...annotationOf(region, found) });
      });
      await sink.write(lines.join(''));
    },
    async close() {
      await sink.write(`\n],\n"images":[\n${images.join(',\n')}\n]}\n`);
      await sink.keep();
    },
    discard: sink.discard,
  };
}

function annotationOf(region: FieldRegions['regions'][number], found: FieldRegions) {
  const { box, area, classIndex = 0, means = [] } = region;
  const score = means[classIndex];
  return {
    category_id: classIndex + 1,
    bbox: [box.left, box.top, box.right - box.left, box.bottom - box.top],
    area,
    segmentation: { size: [found.height, found.width], counts: compressRuns(runLengths(found, region)) },
    iscrowd: 0,
    ...(score === undefined ? {} : { score: meanAsWritten(score) }),
  };
}
