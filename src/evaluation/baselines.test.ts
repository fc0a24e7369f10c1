import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { type BaselineField, computeBaselines } from './baselines.ts';

const field = (label: string, batch: string, well: string, channelMeans?: number[]): BaselineField => ({
  label,
  batch,
  well,
  channelMeans,
});

describe('computeBaselines learned from training fields', () => {
  const reference = [
    field('a', 'Week1', '1', [10, 100]),
    field('a', 'Week1', '2', [11, 101]),
    field('a', 'Week1', '3', [12, 99]),
    field('b', 'Week2', '4', [20, 100]),
    field('b', 'Week2', '5', [21, 101]),
  ];
  const evaluated = [
    field('a', 'Week1', '6', [11, 100]),
    field('b', 'Week1', '7', [20, 99]),
    field('b', 'Week2', '8', [22, 100]),
    field('b', 'Week3', '9', [10, 100]),
  ];

  it('can be counted by hand', () => {
    const { majorityClass, meanIntensity, batchAlone } = computeBaselines(evaluated, { reference });
    expect(majorityClass).toMatchObject({ n: 4, correct: 1, accuracy: 0.25 });
    expect(meanIntensity).toMatchObject({ n: 4, correct: 3, accuracy: 0.75 });
    expect(batchAlone).toMatchObject({ n: 4, correct: 2, accuracy: 0.5 });
  });

  it('says how, and which batches it never saw', () => {
    const { majorityClass, batchAlone } = computeBaselines(evaluated, { reference });
    expect(majorityClass.how).toBe('learned from the 5 fields that the model was trained on');
    const both = reference.map((field, i) => ({ ...field, use: i === 0 ? 'watched' : 'trained' }));
    const { how } = computeBaselines(evaluated, { reference: both }).majorityClass;
    expect(how).toBe('learned from the 5 fields of training and validation');
    expect(batchAlone.how).toContain('1 of 4 fields are of batches not seen there and get the majority class');
  });

  it('does not depend on the scale or the order of the channels', () => {
    const scaled = (fields: BaselineField[]) =>
      fields.map((one) => ({ ...one, channelMeans: [one.channelMeans![1]! * 300 + 7, one.channelMeans![0]! / 50] }));
    const there = computeBaselines(evaluated, { reference }).meanIntensity;
    expect(computeBaselines(scaled(evaluated), { reference: scaled(reference) }).meanIntensity).toEqual(there);
  });

  it('survives a channel that is constant', () => {
    const flat = (fields: BaselineField[]) =>
      fields.map((one) => ({ ...one, channelMeans: [one.channelMeans![0]!, 0] }));
    expect(computeBaselines(flat(evaluated), { reference: flat(reference) }).meanIntensity.correct).toBe(3);
  });
});

describe('computeBaselines without training fields', () => {
  it('never learns the intensity of a well from its own other fields', () => {
    // Every well has an intensity of its own that tells its label only to who has seen that well.
    const random = createRandom(1, 'wells');
    const fields: BaselineField[] = [];
    for (let well = 0; well < 60; well++) {
      const level = [random.normal(), random.normal(), random.normal()];
      for (let site = 0; site < 4; site++) fields.push(field(well % 2 ? 'a' : 'b', 'Week1', `w${well}`, level));
    }
    const { meanIntensity } = computeBaselines(fields);
    expect(meanIntensity.how).toBe('5-fold cross-validation by wells among the evaluated fields');
    expect(meanIntensity.accuracy).toBeLessThan(0.65);
  });

  it('counts majority and batch on the fields themselves: chance stays chance, confounding shows', () => {
    const classes = ['a', 'b', 'c'];
    const balanced = classes.flatMap((label) => ['1', '2', '3'].map((plate) => field(label, plate, label + plate)));
    expect(computeBaselines(balanced)).toMatchObject({
      majorityClass: { accuracy: 1 / 3 },
      batchAlone: { accuracy: 1 / 3 },
    });
    const confounded = balanced.map((one) => ({ ...one, batch: one.label }));
    expect(computeBaselines(confounded)).toMatchObject({
      majorityClass: { accuracy: 1 / 3 },
      batchAlone: { accuracy: 1 },
    });
  });

  it('says what it cannot know instead of guessing', () => {
    const { meanIntensity, batchAlone } = computeBaselines([{ label: 'a' }, { label: 'b' }]);
    expect(meanIntensity).toEqual({
      n: 2,
      correct: null,
      accuracy: null,
      how: 'not computed: the mean intensities of the channels are not known',
    });
    expect(batchAlone.how).toBe('not computed: the batches of the fields are not known');
    const one = computeBaselines([field('a', 'x', 'w', [1]), field('a', 'x', 'w', [2])]);
    expect(one.meanIntensity.how).toBe('not computed: one well alone cannot be cross-validated');
    const hole = computeBaselines([field('a', 'x', 'v', [1]), field('b', 'x', 'w', [Number.NaN])]);
    expect(hole.meanIntensity.how).toBe('not computed: the mean intensities of some fields are not known');
  });
});
