import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeWithSharedData } from '../../../test/shared-data.ts';
import { labelsOf } from '../../screen/labels.ts';
import { nodeAccess } from '../../screen/node/access.ts';
import { readScreen } from '../../screen/read-screen.ts';
import { wellKey } from '../../screen/well.ts';
import type { SplitField } from '../splits.ts';
import { controlWords, findControls, unknownControlWords } from './controls.ts';
import type { ProtocolSplit } from './protocol.ts';
import { type ProtocolName, protocols } from './protocols.ts';

interface Well {
  readonly label: string;
  readonly compound: string;
  readonly concentration?: number;
  readonly batch?: string;
  readonly replicate?: number;
  readonly sites?: number;
}

function fieldsOf(wells: readonly Well[]): SplitField[] {
  return wells.flatMap(({ label, compound, concentration = 1, batch = 'Week1', replicate = 1, sites = 2 }, w) =>
    Array.from({ length: sites }, (_, site) => ({
      label,
      well: `${batch} ${w}`,
      metadata: {
        Metadata_Site: String(site),
        Metadata_Replicate: String(replicate),
        Metadata_Batch: batch,
        Metadata_Compound: compound,
        Metadata_Treatment: `${compound}@${concentration}`,
      },
    })),
  );
}

/** Three classes: A has two compounds in two weeks, B two compounds in one week, C a single compound in two weeks. */
const small = fieldsOf([
  { label: 'A', compound: 'a1', batch: 'Week1', replicate: 1 },
  { label: 'A', compound: 'a1', batch: 'Week1', replicate: 2 },
  { label: 'A', compound: 'a2', batch: 'Week2', replicate: 1 },
  { label: 'A', compound: 'a2', batch: 'Week2', replicate: 2, concentration: 3 },
  { label: 'B', compound: 'b1', batch: 'Week1', replicate: 1 },
  { label: 'B', compound: 'b2', batch: 'Week1', replicate: 2 },
  { label: 'C', compound: 'c1', batch: 'Week1', replicate: 1 },
  { label: 'C', compound: 'c1', batch: 'Week2', replicate: 1 },
  { label: '', compound: 'x', batch: 'Week1' },
  { label: 'DMSO', compound: 'dmso', batch: 'Week1' },
]);

const outline = ({ folds, treatments, leftOut }: ProtocolSplit) => ({
  folds: folds.map(({ name }) => name),
  treatments,
  leftOut: leftOut.map(({ treatment, fields, reason }) => `${treatment} (${fields.length}): ${reason}`),
});

const control = 'dmso@1 (2): a negative control';

describe('a small screen', () => {
  it('leaving a compound out, cannot test a class of one compound', () => {
    const split = protocols.compound(small);
    expect(outline(split)).toEqual({
      folds: ['Compound=a1', 'Compound=a2', 'Compound=b1', 'Compound=b2'],
      treatments: ['a1@1', 'a2@1', 'a2@3', 'b1@1', 'b2@1'],
      leftOut: ['c1@1 (4): no other compound has its class', control],
    });
    expect(split.folds[0]).toMatchObject({
      test: [0, 1, 2, 3],
      train: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
      trainedOn: [],
    });
  });

  it('leaving compound and batch out, cannot test a class of one batch either', () => {
    const split = protocols['compound-batch'](small);
    expect(outline(split)).toEqual({
      folds: ['Compound=a1, Batch=Week1', 'Compound=a2, Batch=Week2'],
      treatments: ['a1@1', 'a2@1', 'a2@3'],
      leftOut: [
        'b1@1 (2): no other compound in another batch has its class',
        'b2@1 (2): no other compound in another batch has its class',
        'c1@1 (4): no other compound in another batch has its class',
        control,
      ],
    });
    expect(split.folds.map(({ train }) => train)).toEqual([
      [4, 5, 6, 7, 14, 15],
      [0, 1, 2, 3, 8, 9, 10, 11, 12, 13],
    ]);
  });

  it('holding out what is named, trains on the rest', () => {
    const split = protocols.holdout(small, { holdout: ['Batch=Week2'] });
    expect(outline(split)).toMatchObject({ folds: ['Batch=Week2'], treatments: ['a2@1', 'a2@3', 'c1@1'] });
    expect(split.folds[0]).toMatchObject({ test: [4, 5, 6, 7, 14, 15], train: [0, 1, 2, 3, 8, 9, 10, 11, 12, 13] });
    expect(() => protocols.holdout(small)).toThrow('does not know what to hold out');
    expect(() => protocols.holdout(small, { holdout: ['Batch=Week7'] })).toThrow('no field has this value');
  });

  it('judges a treatment of several batches by those of its fields that can be tested', () => {
    const split = protocols['compound-batch'](
      fieldsOf([
        { label: 'A', compound: 'a1', batch: 'Week1' },
        { label: 'A', compound: 'a1', batch: 'Week2' },
        { label: 'A', compound: 'a2', batch: 'Week2' },
        { label: 'B', compound: 'b1', batch: 'Week1' },
        { label: 'B', compound: 'b2', batch: 'Week2' },
      ]),
    );
    expect(outline(split)).toEqual({
      folds: [
        'Compound=a1, Batch=Week1',
        'Compound=a2, Batch=Week2',
        'Compound=b1, Batch=Week1',
        'Compound=b2, Batch=Week2',
      ],
      treatments: ['a1@1', 'a2@1', 'b1@1', 'b2@1'],
      leftOut: ['a1@1 (2): no other compound in another batch has its class'],
    });
  });

  it('leaving a replicate out, tests what another replicate has', () => {
    const split = protocols.replicate(small);
    expect(outline(split)).toEqual({
      folds: ['Replicate=1', 'Replicate=2'],
      treatments: ['a1@1', 'a2@1', 'a2@3', 'b1@1', 'b2@1'],
      leftOut: ['c1@1 (4): no other replicate has its class', control],
    });
    expect(split.folds[1]!.train).toEqual([0, 1, 4, 5, 8, 9, 12, 13, 14, 15]);
  });

  it('as in the paper, tests every field and says which were trained on', () => {
    const { folds, treatments } = protocols.paper(small);
    expect(folds).toHaveLength(1);
    const [{ name, train, test, trainedOn }] = folds as [(typeof folds)[number]];
    expect(name).toBe('15 % of the wells');
    expect(test).toEqual(Array.from({ length: 16 }, (_, i) => i));
    expect(trainedOn).toEqual(train);
    expect(train).toHaveLength(6);
    expect(treatments).toHaveLength(6);
  });

  it('in folds of wells, cannot test a class of one well', () => {
    const wells = small.slice(0, 14);
    const split = protocols['k-fold'](wells, { k: 2 });
    expect(outline(split)).toMatchObject({
      folds: ['fold 1 of 2', 'fold 2 of 2'],
      leftOut: ['c1@1 (2): no other well has its class'],
    });
  });

  it('takes other columns and controls, and treatments for what the table says of them', () => {
    const fields = small.map((field) => ({
      ...field,
      metadata: { Day: field.metadata.Metadata_Batch!, Drug: field.metadata.Metadata_Compound! },
    }));
    const split = protocols['compound-batch'](fields, { compound: 'drug', batch: 'day', setAside: ['B2', 'dmso'] });
    expect(split.folds.map(({ name }) => name)).toEqual(['Drug=a1, Day=Week1', 'Drug=a2, Day=Week2']);
    expect(split.treatments).toEqual(['a1', 'a2']);
    expect(split.leftOut.map(({ reason }) => reason).filter((reason) => reason.includes('control'))).toHaveLength(2);
    expect(protocols.compound(fields, { compound: 'Drug', treatment: 'Day' }).treatments).toEqual(['Week1', 'Week2']);
  });

  it('judges fields of several labels if each of them is trained on, in whatever combination', () => {
    const split = protocols.compound(
      fieldsOf([
        { label: 'A', compound: 'a1' },
        { label: 'B', compound: 'b1' },
        { label: 'A|B', compound: 'ab' },
        { label: 'B|C', compound: 'bc' },
      ]),
    );
    expect(outline(split)).toEqual({
      folds: ['Compound=a1', 'Compound=ab', 'Compound=b1'],
      treatments: ['a1@1', 'ab@1', 'b1@1'],
      leftOut: ['bc@1 (2): no other compound has its class'],
    });
  });

  it('tells plates apart where there is no batch', () => {
    const fields = small.map((field) => ({
      ...field,
      metadata: {
        Metadata_Plate: field.metadata.Metadata_Batch!,
        Metadata_Compound: field.metadata.Metadata_Compound!,
      },
    }));
    expect(protocols['compound-batch'](fields).folds[0]!.name).toBe('Compound=a1, Plate=Week1');
  });

  it('has fields without a value take no part', () => {
    const fields = small.map((field, i) =>
      i < 2 ? { ...field, metadata: { ...field.metadata, Metadata_Compound: ' ' } } : field,
    );
    const { folds, leftOut } = protocols.compound(fields);
    expect(folds.every(({ train, test }) => ![...train, ...test].some((i) => i < 2))).toBe(true);
    expect(leftOut.map(({ reason }) => reason)).toContain('no value in Metadata_Compound');
  });
});

describe('a screen of which only controls have a label', () => {
  const wells = (labels: readonly string[]) =>
    fieldsOf(
      labels.flatMap((label) =>
        [1, 2].map((replicate) => ({ label, compound: `${label} compound`, replicate, batch: `Week${replicate}` })),
      ),
    ).map(({ metadata: { Metadata_Treatment: _, ...metadata }, ...field }) => ({ ...field, metadata }));
  const options = { holdout: ['Replicate=2'], k: 2, fraction: 0.5 };
  const trained = (split: ProtocolSplit, fields: readonly SplitField[]) =>
    new Set(split.folds.flatMap(({ train }) => train.map((i) => fields[i]!.label)));

  describe.each(['paper', 'holdout', 'replicate', 'k-fold'] as const)('%s', (name) => {
    it('tells one positive control from the negative one', () => {
      const fields = wells(['dmso', 'Taxol', '']);
      const split = protocols[name](fields, options);
      expect(trained(split, fields)).toEqual(new Set(['dmso', 'Taxol']));
      expect(split.leftOut).toEqual([]);
    });

    it('tells two positive controls from each other, and sets the negative one aside', () => {
      const fields = wells(['DMSO', 'Taxol', 'Nocodazole']);
      const split = protocols[name](fields, options);
      expect(trained(split, fields)).toEqual(new Set(['Taxol', 'Nocodazole']));
      expect(split.leftOut.map(({ reason }) => reason)).toEqual(['a negative control']);
    });
  });

  it('is told in a sentence', () => {
    const words = (labels: readonly string[], controls?: readonly string[]) =>
      controlWords(findControls(wells(labels), controls && { setAside: controls }));
    expect(words(['dmso', 'Taxol'])).toBe(
      'The negative control dmso is not set aside but trained on and tested as a class: otherwise Taxol would be the only class',
    );
    expect(words(['DMSO', 'Taxol', 'Nocodazole'])).toBe(
      '4 fields of the negative control DMSO are set aside, neither trained on nor tested; ‹setAside› names others, or none',
    );
    expect(words(['a', 'b'])).toBeUndefined();
    expect(words(['DMSO', 'Taxol', 'Nocodazole'], ['none'])).toBeUndefined();
  });

  it('is warned of names of controls that no field has', () => {
    const words = (controls: readonly string[]) =>
      unknownControlWords(findControls(wells(['DMSO', 'Taxol', 'Nocodazole']), { setAside: controls }));
    expect(words(['DMS0', 'dmso'])).toBe(
      'no labelled field has the compound or class DMS0 that ‹setAside› names: nothing is set aside for it',
    );
    expect(words(['dmso', 'none'])).toBeUndefined();
  });

  it('may name its negative control as a compound', () => {
    const fields = wells(['negative', 'positive']).map((field) => ({
      ...field,
      metadata: { ...field.metadata, Metadata_Compound: field.label === 'negative' ? 'DMSO' : 'Taxol' },
    }));
    expect(protocols.replicate(fields).folds).toHaveLength(2);
    expect(controlWords(findControls(fields))).toContain('otherwise positive would be the only class');
  });

  it('is refused with controls that were named, and says which option mends it', () => {
    expect(() => protocols['k-fold'](wells(['DMSO', 'Taxol']), { setAside: ['Taxol'] })).toThrow(
      'setAside: without the control Taxol, there is nothing to tell apart (found one other class, DMSO; ' +
        'expected at least two classes that are no controls). Leave setAside out, or give it other names.',
    );
    expect(() => protocols.compound(wells(['DMSO', 'Taxol']))).toThrow(
      'protocols: no field can be tested by the protocol compound (found 8 fields: no other compound has its class). ' +
        'Name another column with compound, or choose another of protocols.',
    );
  });
});

describe('what is refused', () => {
  it('a well with two compounds', () => {
    const fields = small.map((field) => ({ ...field, well: field.well === 'Week1 1' ? 'Week1 4' : field.well }));
    expect(() => protocols.compound(fields)).toThrow(
      'the table, column Metadata_Compound: well Week1 4 would stand on both sides (found a1 and b1',
    );
    expect(() => protocols['k-fold'](fields)).not.toThrow();
  });

  it.each<[string, () => unknown, string]>([
    [
      'a missing column',
      () => protocols.replicate(small, { replicate: 'Day' }),
      'column Day, replicate: the table has no such column, which the protocol replicate needs',
    ],
    [
      'a single replicate',
      () => protocols.replicate(small.filter(({ metadata }) => metadata.Metadata_Replicate === '1')),
      'protocols: no field can be tested by the protocol replicate ' +
        '(found 10 fields: no other replicate has its class; 2 fields: a negative control)',
    ],
    [
      'a single class',
      () => protocols.compound(small.filter(({ label }) => label === 'A')),
      'no other class is left to train on',
    ],
    ['no label', () => protocols.paper(small.map((field) => ({ ...field, label: '' }))), 'no labelled field'],
    ['one fold', () => protocols['k-fold'](small, { k: 1 }), 'found 1; expected a whole number from 2'],
  ])('%s', (_, split, message) => {
    expect(split).toThrow(message);
  });
});

const anyWell = fc.record({
  label: fc.constantFrom('A', 'B', 'C', 'D', '', 'DMSO'),
  compound: fc.nat(2),
  concentration: fc.nat(1),
  batch: fc.constantFrom('Week1', 'Week2', 'Week3'),
  replicate: fc.integer({ min: 1, max: 3 }),
  sites: fc.integer({ min: 1, max: 3 }),
});
/** Screens of wells drawn at random, a compound having one class; A and B always have what every protocol asks for. */
const anyScreen = fc.array(anyWell, { maxLength: 30 }).map((wells) =>
  fieldsOf([
    ...['A', 'B'].flatMap((label) => [
      { label, compound: `${label}0`, batch: 'Week1', replicate: 1 },
      { label, compound: `${label}1`, batch: 'Week2', replicate: 2 },
    ]),
    ...wells.map((well) => ({ ...well, compound: `${well.label}${well.compound}` })),
  ]),
);
/** All but `holdout`, which tests what it is told and nothing else. */
const names = (Object.keys(protocols) as ProtocolName[]).filter((name) => name !== 'holdout');

describe.each(names)('%s, on any screen,', (name) => {
  const check = (property: (fields: SplitField[], split: ProtocolSplit, seed: number) => void) =>
    fc.assert(
      fc.property(anyScreen, fc.nat(99), (fields, seed) => {
        property(fields, protocols[name](fields, { seed, k: 3 }), seed);
      }),
    );

  it('never has a well on both sides, or says so', () => {
    check((fields, { folds }) => {
      for (const { train, test, trainedOn } of folds) {
        const wells = new Set(train.map((i) => fields[i]!.well));
        expect(test.filter((i) => wells.has(fields[i]!.well))).toEqual(trainedOn);
        if (name !== 'paper') expect(trainedOn).toEqual([]);
      }
    });
  });

  it('tests every labelled field once, or says why not', () => {
    check((fields, { folds, leftOut }) => {
      const seen = [...folds.flatMap(({ test }) => test), ...leftOut.flatMap((out) => out.fields)];
      const labelled = fields.flatMap(({ label }, i) => (label === '' ? [] : [i]));
      expect(seen.toSorted((a, b) => a - b)).toEqual(labelled);
    });
  });

  it('trains on every class that it tests, on no control and on nothing unlabelled', () => {
    check((fields, { folds }) => {
      for (const { train, test } of folds) {
        const classes = new Set(train.map((i) => fields[i]!.label));
        expect(classes.size).toBeGreaterThan(1);
        expect(test.length).toBeGreaterThan(0);
        for (const i of test) expect(classes).toContain(fields[i]!.label);
        expect(classes).not.toContain('');
        expect(classes).not.toContain('DMSO');
      }
    });
  });

  it('judges the treatments of the fields that it tests', () => {
    check((fields, { folds, treatments }) => {
      const tested = new Set(folds.flatMap(({ test }) => test.map((i) => fields[i]!.metadata.Metadata_Treatment)));
      expect(new Set(treatments)).toEqual(tested);
      expect(treatments).toHaveLength(tested.size);
    });
  });

  it('gives the same split by the same seed', () => {
    check((fields, split, seed) => expect(protocols[name](fields, { seed, k: 3 })).toEqual(split));
  });
});

it.each([
  ['replicate', ['Metadata_Replicate']],
  ['compound', ['Metadata_Compound']],
  ['compound-batch', ['Metadata_Compound', 'Metadata_Batch']],
] as const)('%s shares no value of what it leaves out between training and test', (name, columns) => {
  fc.assert(
    fc.property(anyScreen, (fields) => {
      for (const { train, test } of protocols[name](fields).folds) {
        for (const column of columns) {
          const held = new Set(test.map((i) => fields[i]!.metadata[column]));
          expect(held.size).toBe(1);
          expect(train.filter((i) => held.has(fields[i]!.metadata[column]))).toEqual([]);
        }
      }
    }),
  );
});

describeWithSharedData('the published tables of BBBC021', (data) => {
  const read = async () => {
    const screen = await readScreen(join(data, 'bbbc021-tables'), {}, nodeAccess);
    const labels = labelsOf(screen, 'MOA');
    const fields = screen.fields.map((field, i) => ({
      label: labels[i]!,
      well: wellKey(field),
      metadata: field.metadata,
    }));
    return { screen, fields };
  };
  const count = (split: ProtocolSplit) => ({
    folds: split.folds.length,
    fields: new Set(split.folds.flatMap(({ test }) => test)).size,
    treatments: split.treatments.length,
  });

  it('have the denominators of the field: 103 treatments, 92 when batches are left out too', async () => {
    const { screen, fields } = await read();
    const all = { fields: 2528, treatments: 103 };
    expect(count(protocols.paper(fields, { screen }))).toEqual({ folds: 1, ...all });
    expect(count(protocols.replicate(fields, { screen }))).toEqual({ folds: 3, ...all });
    expect(count(protocols['k-fold'](fields, { screen }))).toEqual({ folds: 5, ...all });
    expect(count(protocols.compound(fields, { screen }))).toEqual({ folds: 38, ...all });
    expect(count(protocols['compound-batch'](fields, { screen }))).toEqual({ folds: 42, fields: 2416, treatments: 92 });
  });

  it('leave two mechanisms out of the 92, each of one batch', async () => {
    const { screen, fields } = await read();
    const { leftOut } = protocols['compound-batch'](fields, { screen });
    const untested = leftOut.filter(({ reason }) => reason !== 'a negative control');
    expect(untested).toEqual(leftOut);
    const counts = { 'Cholesterol-lowering': 0, 'Kinase inhibitors': 0 };
    for (const { label } of untested) counts[label as keyof typeof counts]++;
    expect(counts).toEqual({ 'Cholesterol-lowering': 6, 'Kinase inhibitors': 5 });
  });
});
