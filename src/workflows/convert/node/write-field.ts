import type { Files } from '../../../files/files.ts';
import type { LabelImage } from '../../../image/write-labels.ts';
import { chunkFiles, nodeGzip } from '../../../image/zarr-writer/node/chunk-files.ts';
import { writeZarrImage, type ZarrImageOptions } from '../../../image/zarr-writer/write-image.ts';
import { writeImageLabels } from '../../../image/zarr-writer/write-image-labels.ts';
import type { Image } from '../../../pixels/pixels.ts';

/** A field, decoded, and where it goes. */
export interface FieldToWrite {
  readonly folder: string;
  readonly image: Image;
  readonly options: ZarrImageOptions;
  readonly labels: readonly { readonly name: string; readonly image: LabelImage }[];
}

/** Writes a field with its label images. */
export async function writeField(
  { folder, image, options, labels }: FieldToWrite,
  files: Files = chunkFiles,
): Promise<undefined> {
  await writeZarrImage(folder, image, { ...options, gzip: nodeGzip }, files);
  const { chunk, compression } = options;
  for (const { name, image: labelled } of labels) {
    await writeImageLabels(folder, labelled, { name, chunk, compression, gzip: nodeGzip }, files);
  }
}
