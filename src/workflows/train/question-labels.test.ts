import { expect, it } from 'vitest';
import type { WorkEvent } from '../events.ts';
import type { LabelledScreen } from './examine-screen.ts';
import { questionLabels } from './question-labels.ts';

/** What is said of a screen with these labels, two fields a well unless `wells` are given. */
function said(
  labels: readonly string[],
  { divided = true, wells }: { divided?: boolean; wells?: readonly string[] } = {},
) {
  const fields = labels.map((label, i) => ({
    imageNumber: i + 1,
    row: i + 2,
    sources: [],
    metadata: { Metadata_Well: wells ? wells[i]! : `A${(i >> 1) + 1}`, Metadata_MOA: label },
  }));
  const screen = { source: 'fields.csv', channels: [], columns: ['Metadata_Well', 'Metadata_MOA'], fields };
  const labelled: LabelledScreen = {
    screen,
    whole: screen,
    labelOf: new Map(fields.map((field, i) => [field, labels[i]!])),
    table: '',
  };
  const events: WorkEvent[] = [];
  questionLabels(labelled, { label: 'MOA', divided }, { emit: (event) => events.push(event) });
  expect(events.every(({ event }) => event === 'warned')).toBe(true);
  return events.map((event) => ('message' in event ? event.message : ''));
}

it('says nothing of labels that are well divided over wells', () => {
  expect(said([...'aaaabbbb'])).toEqual([]);
});

it('warns of labels that differ in case or blanks, and of classes of a single well', () => {
  expect(said(['a b', 'a b', 'a b', 'a b', 'A  b', 'A  b', 'c', 'c', 'c', 'c'])).toEqual([
    'labels in MOA differ only in case or blanks: "a b" (4 fields) and "A  b" (2 fields); ' +
      'they count as different classes: if they are one, give it one spelling in the table',
    '1 class has a single well: A  b; no other well can tell whether the model knows it',
  ]);
  expect(said(['a|b', 'a|b', 'a', 'a', 'b|c', 'b|c'])).toEqual([
    expect.stringContaining('1 class has a single well: c;'),
  ]);
});

it('warns of marks of an empty cell, and of nearly as many labels as fields', () => {
  expect(said([...'aaaa----'])).toEqual([
    expect.stringMatching(/^4 fields have the label "-" in MOA, .*; it counts as a class: .* leave the cells empty/),
  ]);
  expect(said([...'abcdefghijjj'])[0]).toMatch(/^MOA has 10 labels for 12 fields, of which 9 have a single field: /);
});

it('warns of fields without a well where a split could divide them', () => {
  const wells = new Array<string>(8).fill('');
  expect(said([...'aaaabbbb'], { wells })).toEqual([
    'the table does not name the well of each field; add Metadata_Plate and Metadata_Well: without them, fields of one ' +
      'well may be used both for training and for testing, and the figures are then too good',
  ]);
  expect(said([...'aaaabbbb'], { wells, divided: false })).toEqual([]);
});

it('refuses a label that each field has for itself', () => {
  expect(() => said([...'abcdefgh'])).toThrow('column MOA, label: every field has a label of its own');
});
