import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { chunkFiles } from './node/chunk-files.ts';
import { asJson, OME_ZARR_VERSIONS } from './ome-zarr-version.ts';
import { writePlateMetadata } from './plate-metadata.ts';
import { writeZarrImage } from './write-image.ts';
import { writeImageLabels } from './write-image-labels.ts';

const folder = temporaryFolder();

it('is JSON in ASCII of the same value, whatever text is in it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const text = asJson(value);
      expect(text).toMatch(/^[\n\x20-\x7e]*$/);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  expect(asJson('20×, 𝛽')).toBe('"20\\u00d7, \\ud835\\udefd"\n');
});

describe.each(OME_ZARR_VERSIONS)('every file of metadata of %s', (version) => {
  it('is ASCII', async () => {
    const [plate, name] = [join(folder, version), 'Größe 20×'];
    const place = join(plate, 'A', '1', '0');
    mkdirSync(place, { recursive: true });
    const window = { start: 1, end: 9, least: 0, most: 10 };
    await writeZarrImage(
      place,
      { data: Uint8Array.of(1, 2, 3, 4), channels: 1, height: 2, width: 2 },
      {
        ...{ version, levels: 1, chunk: 32, compression: 'none', name, pixelSize: 0.5 },
        channels: [{ label: 'α-Tubulin', colour: [255, 0, 0], window }],
      },
      chunkFiles,
    );
    const known = [{ label: 1, properties: { class: 'größer' } }];
    const labels = { labels: Int32Array.of(0, 1, 1, 0), height: 2, width: 2 };
    await writeImageLabels(place, labels, { name: 'milscope', chunk: 32, compression: 'none', known }, nodeFiles);
    const wells = [{ path: 'A/1', rowIndex: 0, columnIndex: 0, images: ['0'] }];
    await writePlateMetadata(plate, { name, rows: ['A'], columns: ['1'], wells }, version, chunkFiles);
    const documents = readdirSync(plate, { recursive: true })
      .map(String)
      .filter((file) => /(\.zattrs|\.zarray|\.zgroup|zarr\.json)$/.test(file));
    expect(documents.length).toBeGreaterThan(5);
    const texts = documents.map((file) => readFileSync(join(plate, file), 'latin1'));
    for (const text of texts) expect(text).toMatch(/^[\n\x20-\x7e]*$/);
    for (const word of [String.raw`20\u00d7`, String.raw`\u03b1-Tubulin`]) expect(texts.join('')).toContain(word);
  });
});
