import { describe, expect, it } from 'vitest';
import type { ModelDescription } from '../../network/model-file.ts';
import type { Field } from '../../screen/screen.ts';
import { captionFields } from '../shared/field-captions.ts';
import { onOneScale } from './galleries.ts';
import { chooseForGalleries } from './gallery-choice.ts';
import { createJudge, type JudgeField, judgedWords } from './judged-fields.ts';
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

const CLASSES = ['a', 'b', 'c'];

/**
 * The numbers of the fields that are shown of all classes, and of the class b. Of each field `said` has the class that the
 * model predicts, as surely as the field has a higher number; `truths` has that of the table, or a space.
 */
function chosen(
  said: string,
  {
    truths = '',
    rows,
    order = (all) => all,
  }: {
    truths?: string;
    rows: number;
    order?: (fields: readonly Field[]) => readonly Field[];
  },
) {
  const selections = parseSelections(['all', 'b'], CLASSES);
  const judge: JudgeField = ({ imageNumber }, probability) => {
    const truth = truths[imageNumber - 1]?.trim();
    return { probability, predicted: [CLASSES.indexOf(said[imageNumber - 1]!)], truth: truth ? [truth] : undefined };
  };
  const choice = chooseForGalleries(selections, { fields, classes: CLASSES, rows, judge });
  for (const field of order(fields)) {
    const sure = 0.5 + field.imageNumber / 100;
    const place = CLASSES.indexOf(said[field.imageNumber - 1]!);
    choice.add(
      field,
      Float32Array.from(CLASSES, (_, k) => (k === place ? sure : (1 - sure) / 2)),
    );
  }
  const [all, ofB] = choice.chosen();
  const numbers = (one: typeof all) => one!.fields.map(({ imageNumber }) => imageNumber);
  return { all: numbers(all), why: all!.why, ofB: numbers(ofB) };
}

it('shows of every class the surest fields, class by class, where all classes are drawn together', () => {
  expect(chosen('aaaabbcc', { rows: 4 }).all).toEqual([4, 3, 6, 8]);
  // A field for each class, even if fewer rows are asked for.
  expect(chosen('aaaabbcc', { rows: 1 }).all).toEqual([4, 6, 8]);
  expect(chosen('aaaaaaaa', { rows: 3 }).all).toEqual([8, 7, 6]);
});

it('shows right fields where the table has the truth, and says so', () => {
  const { all, why } = chosen('aaaabbcc', { truths: 'aaacbbbc', rows: 4 });
  expect(all).toEqual([3, 2, 6, 8]);
  expect(why).toMatch(/for each class, the surest of the fields that the model gets right\.$/);
  expect(chosen('aaaabbcc', { rows: 4 }).why).not.toContain('right');
  expect(chosen('aaaabbcc', { truths: 'aaac bbc', rows: 4 }).why).toContain('gets right, or that have no label.');
});

it('shows a field that is overlooked where a class has no right one, and a wrong one where it has no field', () => {
  const overlooked = chosen('aaaabbbb', { truths: 'aaccbbbb', rows: 6 });
  expect(overlooked.all).toEqual([2, 1, 8, 7, 6, 3]);
  expect(overlooked.why).toContain('A class without a right field has another one.');
  expect(chosen('aaaaaabb', { truths: 'aaaaaaaa', rows: 3 }).all).toEqual([6, 5, 8]);
});

it('shows none where a picture is to have no rows', () => {
  expect(chosen('aaaabbcc', { rows: 0 })).toMatchObject({ all: [], ofB: [] });
});

it('shows the fields that are surest of a class alone', () => {
  expect(chosen('aabbaabb', { rows: 3 }).ofB).toEqual([8, 7, 4]);
});

it('shows the same fields in whatever order they come', () => {
  const orders = [
    (all: readonly Field[]) => all.toReversed(),
    (all: readonly Field[]) => [...all.slice(3), ...all.slice(0, 3)],
  ];
  for (const order of orders) {
    for (const rows of [1, 2, 4]) {
      const how = { truths: 'abbaabcc', rows };
      expect(chosen('abcaabbc', { ...how, order })).toEqual(chosen('abcaabbc', how));
    }
  }
});

describe('the words of a field', () => {
  const about = { classes: CLASSES, label: 'MOA', head: 'softmax' } as unknown as ModelDescription;
  const columns = ['Metadata_MOA'];
  const words = (truth: string, model = about) => {
    const field = { ...fields[0]!, metadata: { Metadata_MOA: truth } };
    return judgedWords(createJudge({ columns }, model)(field, [0.7, 0.2, 0.1]), CLASSES);
  };

  it('give predicted and true class with their probabilities', () => {
    expect(words('a')).toEqual(['predicted and true: a (0.70)']);
    expect(words('b')).toEqual(['predicted a (0.70)', 'true: b (0.20)']);
    expect(words('DMSO')).toEqual(['predicted a (0.70)', 'true: DMSO (not a class of the model)']);
    expect(words(' ')).toEqual(['predicted a (0.70)']);
  });

  it('give all labels where a field may have several', () => {
    const several = { ...about, head: 'sigmoid', thresholds: [0.5, 0.15, 0.5] } as const;
    expect(words('b|a', several)).toEqual(['predicted and true: a (0.70), b (0.20)']);
    expect(words('c', { ...several, thresholds: [0.9, 0.9, 0.9] })).toEqual([
      'predicted none of the classes',
      'true: c (0.10)',
    ]);
  });
});

it('shows maps on one scale, which a single bright pixel does not darken', () => {
  const map = (value: number, peak = value) => Float32Array.from({ length: 1000 }, (_, i) => (i === 0 ? peak : value));
  const [dim, usual, bright] = onOneScale([{ map: map(1, 900) }, { map: map(4) }, { map: map(9) }]);
  expect(dim!.map[1]).toBeCloseTo(0.5, 6);
  expect([usual!.map[1], bright!.map[1], dim!.map[0]]).toEqual([1, 1, 1]);
  expect([...onOneScale([{ map: map(0) }])[0]!.map.slice(0, 2)]).toEqual([0, 0]);
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
