import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { version } from '../../files/version.ts';
import { writeWhole } from '../../files/write-whole.ts';
import { nodeAccess } from '../../screen/node/access.ts';
import { type FetchRecord, fetchRecordOf, readFetchRecord } from '../../screen/table/fetch-record.ts';
import { mapInOrder } from '../../threads/map-in-order.ts';
import type { Plate } from './plates.ts';
import type { PublishedSet } from './published-set.ts';

/** The record of a folder, which is written anew whenever something is added to it. */
export interface RecordKeeper {
  readonly file: string;
  readonly plate: (name: string) => FetchRecord['plates'][string] | undefined;
  readonly addTable: (name: string, table: FetchRecord['tables'][string]) => Promise<void>;
  readonly addPlate: (name: string, plate: FetchRecord['plates'][string]) => Promise<void>;
}

/** Opens the record of a folder, or begins one. @throws BadTable for a file that is no record. */
export async function keepRecord(folder: string, { name: set }: PublishedSet): Promise<RecordKeeper> {
  const known = await readFetchRecord(folder, nodeAccess.files);
  const record = { milscope: version, set, tables: { ...known?.tables }, plates: { ...known?.plates } };
  let written = Promise.resolve();
  // One after the other, so that an older state never replaces a newer one.
  const write = (): Promise<void> => {
    written = written.catch(() => undefined).then(() => writeWhole(fetchRecordOf(folder), format(record)));
    return written;
  };
  return {
    file: fetchRecordOf(folder),
    plate: (name) => record.plates[name],
    addTable(name, table) {
      record.tables[name] = table;
      return write();
    },
    addPlate(name, plate) {
      record.plates[name] = plate;
      return write();
    },
  };
}

const format = (record: FetchRecord): string => `${JSON.stringify(record, undefined, 2)}\n`;

/** How many of the images of a plate are in the folder, and their bytes together. */
export async function countImages(
  folder: string,
  { path, images }: Plate,
): Promise<{ readonly files: number; readonly bytes: number }> {
  let [files, bytes] = [0, 0];
  const look = (image: string) => stat(join(folder, path, image)).catch(() => undefined);
  for await (const found of mapInOrder(images, 16, look)) {
    if (!found?.isFile()) continue;
    files++;
    bytes += found.size;
  }
  return { files, bytes };
}

/** Whether a plate is recorded and all that was unpacked of its images is there, with as many bytes. */
export async function isPlateThere(folder: string, { record, plate }: { record: RecordKeeper; plate: Plate }) {
  const known = record.plate(plate.name)?.images;
  if (known === undefined) return false;
  const { files, bytes } = await countImages(folder, plate);
  return files === known.files && bytes === known.bytes;
}
