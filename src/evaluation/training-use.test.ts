import { describe, expect, it } from 'vitest';
import { describeUses, referenceFields, usesOf } from './training-use.ts';

const field = (imageNumber: number, split: 'train' | 'validation' | 'test') => ({
  imageNumber,
  split,
  label: 'a',
  well: 'P A01',
});
const fields = [field(1, 'train'), field(2, 'validation'), field(3, 'test')];

describe('what a run did with a field', () => {
  it.each([
    { validation: { by: 'validation' as const }, is: 'chose' },
    { validation: { by: 'last' as const }, is: 'watched' },
    { validation: undefined, is: 'chose' },
  ])('is told by its record: $validation', ({ validation, is }) => {
    const reference = referenceFields({ fields, validation });
    expect(usesOf(fields, reference)).toEqual(['trained', is, undefined]);
    // The same numbers in another well are other fields.
    expect(usesOf([{ ...fields[0]!, well: 'Q A01' }], reference)).toEqual([undefined]);
  });

  it('is said in words', () => {
    expect(describeUses(1, undefined)).toBe(
      '1 field; without the run, it is not known whether the model was trained on some of them',
    );
    expect(describeUses(2, [undefined, undefined])).toBe('2 fields that the run did not see');
    expect(describeUses(3, ['trained', 'chose', undefined])).toBe(
      '3 fields: 1 that the model was trained on, 1 that chose the epoch of the model, 1 that the run did not see',
    );
  });
});
