import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeWithSharedData } from '../../../test/shared-data.ts';
import {
  imageSchema,
  labelSchema,
  type OmeVersion,
  plateSchema,
  type SchemaOptions,
  wellSchema,
} from './ome-schemas.ts';

const schemas = { image: imageSchema, plate: plateSchema, well: wellSchema, label: labelSchema };
type Kind = keyof typeof schemas;

function accepts(kind: Kind, attributes: unknown, options: SchemaOptions): boolean {
  const ome = options.version === '0.5' ? (attributes as { ome?: unknown }).ome : attributes;
  return schemas[kind](options).safeParse(ome).success;
}

const scale = (...values: number[]) => [{ type: 'scale', scale: values }];
const [y, x] = ['y', 'x'].map((name) => ({ name, type: 'space' }));
const multiscale = { axes: [y, x], datasets: [{ path: '0', coordinateTransformations: scale(1, 1) }] };
const plate = {
  rows: [{ name: 'B' }],
  columns: [{ name: '3' }],
  wells: [{ path: 'B/3', rowIndex: 0, columnIndex: 0 }],
};

describe.each(['0.4', '0.5'] as const)('metadata of %s', (version) => {
  const of = (parts: object) => (version === '0.5' ? { ome: { version, ...parts } } : parts);
  const image = (changes: object) => of({ multiscales: [{ ...multiscale, ...changes }] });

  it.each<[string, Kind, object]>([
    ['the least image', 'image', image({})],
    ['axes of no type', 'image', image({ axes: [{ name: 'angle' }, y, x] })],
    [
      'channels',
      'image',
      of({
        multiscales: [multiscale],
        omero: { channels: [{ label: 'a', color: 'ff0000', window: { start: 0, end: 1, min: 0, max: 1 } }] },
      }),
    ],
    ['the least plate', 'plate', of({ plate })],
    ['the least well', 'well', of({ well: { images: [{ path: '0' }] } })],
    ['the least label', 'label', of({ 'image-label': {} })],
  ])('accepts %s', (_, kind, attributes) => expect(accepts(kind, attributes, { version })).toBe(true));

  it.each<[string, Kind, object]>([
    ['an image without datasets', 'image', image({ datasets: [] })],
    ['a path that is a number', 'image', image({ datasets: [{ ...multiscale.datasets[0], path: 0 }] })],
    ['one space axis', 'image', image({ axes: [{ name: 'c', type: 'channel' }, x] })],
    ['four space axes', 'image', image({ axes: [{ name: 'w', type: 'space' }, { name: 'z', type: 'space' }, y, x] })],
    ['two axes of one name', 'image', image({ axes: [x, { ...x, unit: 'micrometer' }] })],
    [
      'two scales',
      'image',
      image({ datasets: [{ path: '0', coordinateTransformations: [...scale(1, 1), ...scale(2, 2)] }] }),
    ],
    [
      'two images that are one',
      'image',
      of({ multiscales: [multiscale, Object.fromEntries(Object.entries(multiscale).reverse())] }),
    ],
    [
      'a colour that is a number',
      'image',
      of({
        multiscales: [multiscale],
        omero: { channels: [{ color: 255, window: { start: 0, end: 1, min: 0, max: 1 } }] },
      }),
    ],
    ['a row with a dash', 'plate', of({ plate: { ...plate, rows: [{ name: 'B-1' }] } })],
    [
      'a well without its row',
      'plate',
      of({ plate: { ...plate, wells: [{ path: '3', rowIndex: 0, columnIndex: 0 }] } }),
    ],
    ['a plate without wells', 'plate', of({ plate: { ...plate, wells: [] } })],
    ['no field at all', 'plate', of({ plate: { ...plate, field_count: 0 } })],
    ['a well without images', 'well', of({ well: { images: [] } })],
    ['three colours', 'label', of({ 'image-label': { colors: [{ 'label-value': 1, rgba: [1, 2, 3] }] } })],
  ])('refuses %s', (_, kind, attributes) => expect(accepts(kind, attributes, { version })).toBe(false));

  it('asks for what is recommended only when it is to be strict', () => {
    for (const [kind, attributes] of [
      ['image', image({})],
      ['plate', of({ plate })],
      ['label', of({ 'image-label': {} })],
    ] as const) {
      expect(accepts(kind, attributes, { version })).toBe(true);
      expect(accepts(kind, attributes, { version, strict: true }), kind).toBe(false);
    }
  });
});

it('lets channels of 0.4 lack their colour and window for whoever only reads them', () => {
  const attributes = { multiscales: [multiscale], omero: { channels: [{ label: 'DAPI' }] } };
  const isAccepted = (options: object) => imageSchema({ version: '0.4', ...options }).safeParse(attributes).success;
  expect(isAccepted({})).toBe(false);
  expect(isAccepted({ withoutDisplay: true })).toBe(true);
});

it('holds 0.5 to the version and to the places of wells', () => {
  const well = { images: [{ path: '0' }] };
  expect(accepts('well', { ome: { well } }, { version: '0.5' })).toBe(false);
  expect(accepts('well', { ome: { version: '0.4', well } }, { version: '0.5' })).toBe(false);
  expect(accepts('well', { well: { ...well, version: '0.3' } }, { version: '0.4' })).toBe(false);
  const turned = { ...plate, wells: [{ path: '3/B', rowIndex: 0, columnIndex: 0 }] };
  expect(accepts('plate', { ome: { version: '0.5', plate: turned } }, { version: '0.5' })).toBe(false);
});

describeWithSharedData('the suites and examples of the specification', (data) => {
  const filesIn = (...path: string[]) => {
    const folder = join(data, 'ngff', ...path);
    // Without the data these tests are skipped, but they are listed all the same.
    return existsSync(folder) ? readdirSync(folder) : [];
  };
  // Examples have comments.
  const json = (...path: string[]) =>
    JSON.parse(readFileSync(join(data, 'ngff', ...path), 'utf8').replaceAll(/^\s*\/\/.*$/gm, ''));
  const kindOf = (name: string) =>
    (name.replace('multiscales', 'image').match(/image|plate|well|label/) ?? [])[0] as Kind;

  describe.each<OmeVersion>(['0.4', '0.5'])('%s', (version) => {
    it('are there', () => {
      expect(filesIn(version, 'tests').length).toBeGreaterThan(5);
      expect(filesIn(version, 'examples', 'plate_strict').length).toBeGreaterThan(0);
    });

    for (const suite of filesIn(version, 'tests')) {
      it(`${suite}: every case is accepted or refused as it says`, () => {
        const { tests } = json(version, 'tests', suite) as {
          tests: { formerly: string; data: unknown; valid: boolean }[];
        };
        expect(tests.length).toBeGreaterThan(0);
        const options = { version, strict: suite.startsWith('strict') };
        const found = tests.map((test) => [test.formerly, accepts(kindOf(suite), test.data, options)]);
        expect(found).toEqual(tests.map(({ formerly, valid }) => [formerly, valid]));
      });
    }

    for (const folder of ['multiscales_strict', 'plate_strict', 'well_strict', 'label_strict', 'bf2raw']) {
      for (const file of filesIn(version, 'examples', folder)) {
        // The layout of bioformats2raw alone is no image.
        if (file === 'image.json') continue;
        it(`${folder}/${file} is accepted`, () => {
          const example = json(version, 'examples', folder, file);
          const attributes = version === '0.5' ? example.attributes : example;
          const kind = folder === 'bf2raw' ? 'plate' : kindOf(folder);
          expect(accepts(kind, attributes, { version, strict: folder.endsWith('strict') })).toBe(true);
        });
      }
    }
  });
});
