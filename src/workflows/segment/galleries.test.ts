import { expect, it } from 'vitest';
import type { Field } from '../../screen/screen.ts';
import { captionFields } from '../shared/field-captions.ts';
import { chooseForGalleries } from './galleries.ts';
import { parseSelections } from './selections.ts';

/** Fields of an ImageXpress, two sites a well. */
const fields = ['P1 A01', 'P1 A02', 'P1 A03', 'P2 A01'].flatMap((place, w) =>
  ['1', '2'].map((site, s): Field => {
    const [plate, well] = place.split(' ') as [string, string];
    const sources = [{ file: `${plate}/Screen_${well}_s${site}_w1F0${w}${s}.tif` }] as unknown as Field['sources'];
    const metadata = { Metadata_Plate: plate, Metadata_Well: well, Metadata_Site: site };
    return { imageNumber: 2 * w + s + 1, row: 2 * w + s + 2, sources, metadata };
  }),
);

/** The numbers of the fields that are shown of all classes, and of the class b, where fields show these classes. */
function chosen(shown: string, rows: number, order: (fields: readonly Field[]) => readonly Field[] = (all) => all) {
  const selections = parseSelections(['all', 'b'], ['a', 'b', 'c']);
  const choice = chooseForGalleries(selections, { fields, rows });
  for (const field of order(fields)) {
    const place = 'abc'.indexOf(shown[field.imageNumber - 1]!);
    choice.add(field, [place, place === 1 ? 0.5 + field.imageNumber / 100 : 0.1]);
  }
  return choice.chosen().map((one) => one.fields.map(({ imageNumber }) => imageNumber));
}

it('shows fields of every class and of many wells where all classes are drawn together, in the order of the screen', () => {
  expect(chosen('aaaabbcc', 4)[0]).toEqual([1, 3, 5, 7]);
  expect(chosen('aaaabbcc', 3)[0]).toEqual([1, 5, 7]);
  expect(chosen('aaaaaaaa', 3)[0]).toEqual([1, 3, 5]);
  expect(chosen('aaaaaaaa', 6)[0]).toEqual([1, 2, 3, 4, 5, 7]);
  expect(chosen('acaaaaaa', 2)[0]).toEqual([1, 2]);
});

it('shows none where a picture is to have no rows', () => {
  expect(chosen('aaaabbcc', 0)).toEqual([[], []]);
});

it('shows the fields that are surest of a class alone', () => {
  expect(chosen('aabbaabb', 3)[1]).toEqual([8, 7, 4]);
});

it('shows the same fields in whatever order they come', () => {
  const orders = [
    (all: readonly Field[]) => all.toReversed(),
    (all: readonly Field[]) => [...all.slice(3), ...all.slice(0, 3)],
  ];
  for (const order of orders)
    for (const rows of [1, 2, 4]) expect(chosen('abcaabbc', rows, order)).toEqual(chosen('abcaabbc', rows));
});

it('calls a field by its plate, well and site, or else by its files', () => {
  const columns = ['Metadata_Plate', 'Metadata_Well', 'Metadata_Site'];
  const captions = (all: readonly Field[]) => [...captionFields({ fields: all, columns }).values()];
  expect(captions(fields).slice(0, 2)).toEqual(['P1 A01, site 1', 'P1 A01, site 2']);
  expect(captions(fields).at(-1)).toBe('P2 A01, site 2');
  const [first, second] = fields as [Field, Field];
  const twice = captions([first, { ...second, metadata: first.metadata }]);
  expect(twice).toEqual(['P1 A01, site 1 (field 1)', 'P1 A01, site 1 (field 2)']);
  const bare = fields.slice(0, 1).map((field) => ({ ...field, metadata: { ...field.metadata, Metadata_Well: '' } }));
  expect(captions(bare)).toEqual(['Screen_A01_s1_w1F000']);
});
