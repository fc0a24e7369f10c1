import { stringify } from 'csv-stringify/sync';
import { makeZip } from '../../../download/testing/make-zip.ts';
import { bbbc021 } from '../published-set.ts';

/** A field to publish. */
export interface PublishedField {
  /** `Week1/Week1_22123`. */
  readonly path: string;
  readonly well: string;
  readonly site: string;
  readonly replicate: string;
  readonly compound: string;
  /** The images by the names of the channels. */
  readonly images: Readonly<Record<string, Uint8Array | string>>;
}

/** The files of a small set that is published as BBBC021 is, by name. Every concentration is 0.3. */
export async function publish(
  fields: readonly PublishedField[],
  { more = {} }: { more?: Readonly<Record<string, string>> } = {},
): Promise<Map<string, Buffer>> {
  const plates = new Map<string, Record<string, Uint8Array | string>>();
  const rows = fields.map(({ path, well, site, replicate, compound, images }, i) => {
    const plate = path.split('/').at(-1)!;
    const archive = plates.get(plate) ?? {};
    plates.set(plate, archive);
    const located = Object.entries(images).map(([channel, content], c) => {
      const file = `${well}_s${site}_w${c === 2 ? 4 : c + 1}${i.toString(16).toUpperCase()}.tif`;
      archive[`${plate}/${file}`] = content;
      return { [`Image_FileName_${channel}`]: file, [`Image_PathName_${channel}`]: path };
    });
    return {
      TableNumber: '1',
      ImageNumber: String(i),
      ...Object.assign({}, ...located),
      Image_Metadata_Plate_DAPI: plate,
      Image_Metadata_Well_DAPI: well,
      Replicate: replicate,
      Image_Metadata_Compound: compound,
      Image_Metadata_Concentration: '0.300000',
    };
  });
  const compounds = [...new Set(fields.map(({ compound }) => compound))];
  const mechanisms = [['compound', 'concentration', 'moa'], ...compounds.map((name) => [name, '0.3', `MOA ${name}`])];
  const files = new Map<string, Buffer>([
    [bbbc021.fieldTable, Buffer.from(stringify(rows, { header: true }))],
    [bbbc021.mechanismTable, Buffer.from(stringify(mechanisms, { record_delimiter: '\r' }))],
  ]);
  for (const [plate, content] of plates) files.set(bbbc021.archiveOf(plate), await makeZip({ ...content, ...more }));
  return files;
}

/** Three plates of two weeks with two fields each, whose images are no images. */
export function threePlates(): PublishedField[] {
  return ['Week1/Week1_22123', 'Week4/Week4_27481', 'Week10/Week10_40111'].flatMap((path, plate) =>
    ['B02', 'C03'].map((well, i) => {
      const image = (channel: string) => `${path} ${well} ${channel}`.repeat(50 + 10 * plate + i);
      const images = { DAPI: image('DAPI'), Tubulin: image('Tubulin'), Actin: image('Actin') };
      return { path, well, site: '1', replicate: '1', compound: i === 0 ? 'taxol' : 'DMSO', images };
    }),
  );
}
