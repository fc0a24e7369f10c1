import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalLabels, labelParts, labelSetsOf } from './label-sets.ts';
import type { Screen } from './screen.ts';

function screenOf(labels: readonly string[]): Screen {
  const fields = labels.map((label, i) => ({
    imageNumber: i + 1,
    row: i + 2,
    sources: [],
    metadata: { Metadata_MOA: label },
  }));
  return { source: 'fields.csv', channels: [], columns: ['Metadata_MOA'], fields };
}

const several = { several: true };

describe('a set of labels', () => {
  it('has one text, whatever the order, the repetitions and the space between', () => {
    const names = fc.uniqueArray(fc.constantFrom('A', 'B', 'C d', 'e', 'É'), { minLength: 1 });
    fc.assert(
      fc.property(names, fc.array(fc.nat()), fc.nat(3), (labels, places, blanks) => {
        const again = [...labels.toReversed(), ...places.map((place) => labels[place % labels.length]!)];
        const text = again.join(`${' '.repeat(blanks)}|${' '.repeat(blanks)}`);
        expect(labelParts(text)).toEqual(labels.toSorted());
        expect(canonicalLabels(text)).toBe(labels.toSorted().join('|'));
        expect(canonicalLabels(canonicalLabels(text))).toBe(canonicalLabels(text));
      }),
    );
  });

  it('is read for every field', () => {
    const screen = screenOf(['B', ' B| A ', 'A|B|A', 'None']);
    expect(labelSetsOf(screen, 'moa', several)).toEqual(['B', 'A|B', 'A|B', 'None']);
  });

  it.each(['A||B', '|A', 'A|', '|', 'A| |B', 'A|NaN'])('is refused with an empty label in it: "%s"', (label) => {
    expect(() => labelSetsOf(screenOf(['A', 'B', label]), 'MOA', several)).toThrow(
      `fields.csv, row 4, column Metadata_MOA: one of the labels of the field is empty (found "${label}"`,
    );
  });

  it('is refused where a field has one class, with the way out', () => {
    expect(() => labelSetsOf(screenOf(['A', 'A | B', 'B', 'A|B']), 'MOA', { several: false })).toThrow(
      'fields.csv, row 3, column Metadata_MOA: the field has several labels (found "A | B", and so in 2 of 4 rows; ' +
        'expected one label a field). Train with head sigmoid',
    );
    expect(labelSetsOf(screenOf(['B', ' A ']), 'MOA', { several: false })).toEqual(['B', 'A']);
  });

  it('may be missing', () => {
    expect(labelSetsOf(screenOf(['A|B', ' ', 'C', 'NaN']), 'MOA', several)).toEqual(['A|B', '', 'C', '']);
    expect(labelSetsOf(screenOf(['A', 'n/a']), 'MOA', { several: false })).toEqual(['A', '']);
  });
});
