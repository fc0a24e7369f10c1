import { describe, expect, it } from 'vitest';
import { evaluatePredictions } from './evaluate.ts';
import { formatMetrics } from './format.ts';
import type { PredictionTable } from './prediction-table.ts';
import { labelsAbove } from './thresholds.ts';

const classes = ['alpha', 'beta', 'gamma'];

/** Two plates × three wells × two sites; the field of every class's first plate and second site is wrong for beta. */
function table(change: (metadata: Record<string, string>, i: number) => Record<string, string> = (m) => m) {
  const rows = ['P1', 'P2'].flatMap((plate, p) =>
    classes.flatMap((label, k) =>
      [1, 2].map((site) => {
        const imageNumber = p * 6 + k * 2 + site;
        const answer = label === 'beta' && plate === 'P1' && site === 2 ? 2 : k;
        return {
          imageNumber,
          metadata: change(
            {
              Metadata_Plate: plate,
              Metadata_Well: `B0${k + 1}`,
              Metadata_Site: String(site),
              Metadata_Treatment: `drug ${k}`,
              Metadata_Replicate: String(p + 1),
              Metadata_MOA: label,
            },
            imageNumber,
          ),
          predicted: classes[answer]!,
          probability: Float32Array.from(classes, (_, c) => (c === answer ? 0.8 : 0.1)),
          bag: Float32Array.from(classes, (_, c) => (c === answer ? 0.8 : 0.1)),
          model: 'abc',
          channelMeans: [100 + 10 * k + site, 50 - k],
        };
      }),
    ),
  );
  return { source: 'p.csv', metadata: Object.keys(rows[0]!.metadata), classes, channels: ['DNA', 'Actin'], rows };
}

describe('evaluatePredictions', () => {
  it('gives figures that can be counted by hand', () => {
    const found = evaluatePredictions(table(), { label: 'moa', replicate: 'replicate' });
    expect(found.columns).toEqual({
      label: 'Metadata_MOA',
      treatment: 'Metadata_Treatment',
      replicate: 'Metadata_Replicate',
      batch: 'Metadata_Plate',
    });
    expect(found.images).toMatchObject({ n: 12, correct: 11, accuracy: 11 / 12, usedInTraining: null });
    expect(found.images.meanClassAccuracy).toBeCloseTo((1 + 0.75 + 1) / 3, 12);
    expect(found.treatments).toMatchObject({ total: 3, correct: 3, accuracy: 1, misclassified: [] });
    // The median of a well of two is their mean: the well with the wrong field is a draw, and the first class wins.
    expect(found.wells).toEqual({ total: 6, correct: 6, accuracy: 1 });
    expect(found.confusion).toEqual({
      classes,
      counts: [
        [4, 0, 0],
        [0, 3, 1],
        [0, 0, 4],
      ],
    });
    expect(found.perClass.map(({ class: name, n, correct }) => `${name} ${correct}/${n}`)).toEqual([
      'alpha 4/4',
      'beta 3/4',
      'gamma 4/4',
    ]);
    expect(found.replicates).toEqual([
      { replicate: '1', total: 6, correct: 5, accuracy: 5 / 6 },
      { replicate: '2', total: 6, correct: 6, accuracy: 1 },
    ]);
    expect(found.baselines.majorityClass.accuracy).toBeCloseTo(1 / 3, 12);
    expect(found.baselines.meanIntensity.accuracy).toBe(1);
    expect(found.baselines.batchAlone.accuracy).toBeCloseTo(1 / 3, 12);
  });

  it('does not depend on the order of the rows', () => {
    const { baselines: _, ...forwards } = evaluatePredictions(table(), { label: 'MOA' });
    const turned = { ...table(), rows: table().rows.toReversed() };
    const { baselines: __, ...backwards } = evaluatePredictions(turned, { label: 'MOA' });
    expect(backwards).toEqual(forwards);
  });

  it('prefers the batch to the plate, and does without treatments and wells', () => {
    const bare = table((metadata) => ({ MOA: metadata.Metadata_MOA!, Metadata_Batch: 'Week1' }));
    const found = evaluatePredictions(bare, { label: 'Metadata_MOA' });
    expect(found.columns).toEqual({ label: 'Metadata_MOA', treatment: null, replicate: null, batch: 'Metadata_Batch' });
    expect(found.treatments).toMatchObject({ total: 0, correct: 0, accuracy: null });
    expect(found.treatments.note).toBe('the table has no column of treatments');
    expect(found.wells).toBeNull();
    expect(found.images.interval95.accuracy.method).toBe('Gaffke, 12 fields as if independent: no column of wells');
  });

  it('gives the same figures for doubles and plain columns as for the file they become', () => {
    const plain = table((metadata) => ({
      ImageNumber: '9',
      Plate: metadata.Metadata_Plate!,
      moa: metadata.Metadata_MOA!,
    }));
    const rows = plain.rows.map((row) => ({
      ...row,
      probability: Array.from(row.probability, (value) => value + 1e-12),
      channelMeans: row.channelMeans.map((mean) => mean / 3),
    }));
    const file = rows.map((row) => ({
      ...row,
      metadata: { Metadata_Plate: row.metadata.Plate!, Metadata_moa: row.metadata.moa! },
      probability: Float32Array.from(row.probability),
      channelMeans: Float32Array.from(row.channelMeans),
    }));
    const reference = rows.map(({ imageNumber, metadata, channelMeans }) => ({
      imageNumber,
      label: metadata.moa!,
      channelMeans,
    }));
    const found = evaluatePredictions({ ...plain, rows }, { label: 'MOA', reference });
    const written = { ...plain, metadata: ['Metadata_Plate', 'Metadata_moa'], rows: file };
    expect(found).toEqual(evaluatePredictions(written, { label: 'MOA', reference }));
    expect(found.columns.label).toBe('Metadata_moa');
  });

  it('leaves a class of the model that the truth lacks out of the means', () => {
    const { rows, ...rest } = table();
    const found = evaluatePredictions({ ...rest, rows: rows.slice(0, 4) }, { label: 'MOA' });
    expect(found.images.meanClassAccuracy).toBe(0.75);
    expect(found.perClass[2]).toMatchObject({ n: 0, recall: null, averagePrecision: null, f1: null });
    expect(formatMetrics(found)).toContain('Classes without fields are left out of the means.');
  });

  it('learns the baselines from the training fields and says how many of them are evaluated', () => {
    const reference = table().rows.map((row) => ({
      imageNumber: row.imageNumber,
      label: row.metadata.Metadata_MOA!,
      well: `${row.metadata.Metadata_Plate} ${row.metadata.Metadata_Well}`,
      batch: 'P1',
      channelMeans: row.channelMeans,
    }));
    const apart = evaluatePredictions(
      { ...table(), rows: table().rows.slice(6) },
      { label: 'MOA', reference: reference.slice(0, 6) },
    );
    expect(apart.images.usedInTraining).toBe(0);
    expect(apart.baselines.meanIntensity.how).toBe('learned from the 6 fields that the model was trained on');
    expect(apart.baselines.batchAlone.how).toContain('6 of 6 fields are of batches not seen');
    const mixed = evaluatePredictions(table(), { label: 'MOA', reference: reference.slice(0, 5) });
    expect(mixed.images.usedInTraining).toBe(5);
    expect(formatMetrics(mixed)).toContain('Beware: 5 of these fields were used in training');
    // Baselines of fields that were trained on must not have learned from them.
    expect(mixed.baselines.meanIntensity.how).toContain('cross-validation by wells');
    expect(mixed.notTrainedOn).toMatchObject({ n: 7, correct: 7, of: '7 fields that the run did not see' });
    expect(mixed.notTrainedOn!.baselines.majorityClass).toMatchObject({
      n: 7,
      how: expect.stringContaining('from the 5 fields'),
    });
    expect(formatMetrics(mixed)).toContain(
      'The honest figures are those of 7 fields that the run did not see: 7 of 7 right',
    );
    expect(apart.notTrainedOn).toBeUndefined();
    const all = evaluatePredictions(table(), { label: 'MOA', reference });
    expect(all.images).toMatchObject({ usedInTraining: 12, trainedOn: 12 });
    expect(formatMetrics(all)).toContain('with a replicate or a plate held out');
    const otherScreen = table((metadata) => ({ ...metadata, Metadata_Plate: `other ${metadata.Metadata_Plate}` }));
    expect(evaluatePredictions(otherScreen, { label: 'MOA', reference }).images.usedInTraining).toBe(0);
  });

  it.each([
    ['', ' '],
    ['NaN', 'NA'],
    ['n/a', '#N/A'],
  ])('sets fields without a label aside ("%s" and "%s"), and counts them', (first, second) => {
    const spoilt = table((metadata, i) => (i < 3 ? { ...metadata, Metadata_MOA: [first, second][i - 1]! } : metadata));
    const rest = evaluatePredictions({ ...table(), rows: table().rows.slice(2) }, { label: 'MOA' });
    expect(rest.images.unlabelled).toBe(0);
    const { images, ...others } = evaluatePredictions(spoilt, { label: 'MOA' });
    expect({ images, ...others }).toEqual({ ...rest, images: { ...rest.images, unlabelled: 2 } });
    expect(evaluatePredictions(spoilt, { label: 'MOA', setAside: 3 }).images.unlabelled).toBe(5);
  });

  it('refuses a column without a single label, and a label that the model does not know', () => {
    const empty = table((metadata) => ({ ...metadata, Metadata_MOA: '' }));
    expect(() => evaluatePredictions(empty, { label: 'MOA' })).toThrow(
      'p.csv, column Metadata_MOA: no field has a label (found 12 cells, all empty)',
    );
    const spoilt = table((metadata, i) => (i === 3 ? { ...metadata, Metadata_MOA: 'delta' } : metadata));
    expect(() => evaluatePredictions(spoilt, { label: 'MOA' })).toThrow(
      /the model does not know this label, first at ImageNumber 3.*expected alpha, beta, gamma.*Name the column/,
    );
  });

  it('says where an unknown label is a class but for case and blanks', () => {
    const spoilt = table((metadata, i) => (i === 3 ? { ...metadata, Metadata_MOA: 'Al pha' } : metadata));
    expect(() => evaluatePredictions(spoilt, { label: 'MOA' })).toThrow(
      '"Al pha" and the class "alpha" differ only in case or blanks: write the label as the class is written',
    );
  });

  it('says which models several labels are for', () => {
    const spoilt = table((metadata, i) => (i === 3 ? { ...metadata, Metadata_MOA: 'alpha|beta' } : metadata));
    expect(() => evaluatePredictions(spoilt, { label: 'MOA' })).toThrow('trained with head sigmoid');
  });

  it('refuses an empty table and a column that is not there', () => {
    expect(() => evaluatePredictions({ ...table(), rows: [] }, { label: 'MOA' })).toThrow('no predictions');
    expect(() => evaluatePredictions(table(), { label: 'MOA', treatment: 'Drug' })).toThrow(
      'p.csv, column Drug, treatment: the table has no such column (found Metadata_Plate, Metadata_Well',
    );
  });
});

describe('evaluatePredictions of fields that validated', () => {
  const reference = (use: 'chose' | 'watched') =>
    table().rows.map((row, i) => ({
      imageNumber: row.imageNumber,
      label: row.metadata.Metadata_MOA!,
      well: `${row.metadata.Metadata_Plate} ${row.metadata.Metadata_Well}`,
      batch: row.metadata.Metadata_Plate,
      channelMeans: row.channelMeans,
      use: i < 6 ? use : ('trained' as const),
    }));
  const validated = (use: 'chose' | 'watched') =>
    evaluatePredictions({ ...table(), rows: table().rows.slice(0, 6) }, { label: 'MOA', reference: reference(use) });

  it('are honest if they chose nothing, and a little too high if they chose the epoch', () => {
    const [chose, watched] = [validated('chose'), validated('watched')];
    expect(chose.images).toMatchObject({ n: 6, usedInTraining: 6, of: '6 fields that chose the epoch of the model' });
    expect(watched.images).toMatchObject({
      n: 6,
      usedInTraining: 0,
      of: '6 fields that validated without choosing the epoch',
    });
    expect(formatMetrics(chose)).toContain('They chose the epoch, so these figures may be somewhat too high.');
    expect(formatMetrics(watched)).not.toMatch(/Beware|too high/);
  });

  it('stand beside baselines of the same fields, learned from the training fields alone', () => {
    for (const { baselines, notTrainedOn } of [validated('chose'), validated('watched')]) {
      for (const { n, how } of Object.values(baselines)) {
        expect(n).toBe(6);
        expect(how).toContain('learned from the 6 fields that the model was trained on');
      }
      expect(notTrainedOn).toBeUndefined();
    }
  });

  it('are told apart in a table of the whole training screen', () => {
    const whole = evaluatePredictions(table(), { label: 'MOA', reference: reference('watched') });
    expect(whole.images).toMatchObject({ n: 12, usedInTraining: 6 });
    expect(whole.images.of).toBe(
      '12 fields: 6 that the model was trained on, 6 that validated without choosing the epoch',
    );
    expect(whole.notTrainedOn).toMatchObject({ n: 6, correct: 5, baselines: { majorityClass: { n: 6, correct: 2 } } });
    expect(whole.baselines.meanIntensity).toMatchObject({ n: 12, how: expect.stringContaining('cross-validation') });
  });
});

describe('evaluatePredictions of several labels', () => {
  const labels = [['A'], ['A'], ['B'], ['B'], ['A', 'B'], ['A', 'B']];
  const probabilities = [
    [0.9, 0.1],
    [0.8, 0.2],
    [0.1, 0.9],
    [0.3, 0.3],
    [0.7, 0.5],
    [0.9, 0.1],
  ];
  const thresholds = [0.6, 0.4];
  /** Three wells of two fields; field 4 is given no label, field 6 lacks one. */
  const several: PredictionTable = {
    source: 'p.csv',
    metadata: ['Metadata_Plate', 'Metadata_Well', 'Metadata_Treatment', 'Metadata_MOA'],
    classes: ['A', 'B'],
    channels: ['DNA'],
    thresholds,
    rows: labels.map((own, i) => ({
      imageNumber: i + 1,
      metadata: {
        Metadata_Plate: 'P',
        Metadata_Well: `A0${(i >> 1) + 1}`,
        Metadata_Treatment: `drug ${i >> 1}`,
        Metadata_MOA: i === 5 ? ' B | A' : own.join('|'),
      },
      predicted: labelsAbove(probabilities[i]!, { classes: ['A', 'B'], thresholds }),
      probability: probabilities[i]!,
      bag: [],
      model: 'f00',
      channelMeans: [i >> 1],
    })),
  };
  const found = evaluatePredictions(several, { label: 'MOA' });

  it('gives figures that can be counted by hand', () => {
    expect(found.labels).toBe('several');
    expect(found.images).toMatchObject({ n: 6, correct: 4, accuracy: 4 / 6 });
    expect(found.perClass).toMatchObject([
      { class: 'A', n: 4, correct: 4, recall: 1, precision: 1, averagePrecision: 1, threshold: 0.6 },
      { class: 'B', n: 4, correct: 2, recall: 0.5, precision: 1, threshold: 0.4 },
    ]);
    // Class B in descending order: +, +, + (0.3), - (0.2), then + and - at the same 0.1.
    expect(found.perClass[1]!.averagePrecision).toBeCloseTo((1 + 1 + 1 + 4 / 6) / 4, 12);
    expect(found.images.meanClassAccuracy).toBe(0.75);
    expect(found.images.meanAveragePrecision).toBeCloseTo((1 + 11 / 12) / 2, 12);
    expect(found.confusion).toEqual({
      classes: ['A', 'B'],
      counts: [
        [4, 1],
        [2, 2],
      ],
    });
    // Medians of drug 1: 0.2 and 0.6; of drug 2: 0.8 and 0.3.
    expect(found.treatments).toMatchObject({ total: 3, correct: 2 });
    expect(found.treatments.misclassified).toEqual([{ treatment: 'drug 2', truth: 'A|B', predicted: 'A', fields: 2 }]);
    expect(found.wells).toEqual({ total: 3, correct: 2, accuracy: 2 / 3 });
    expect(found.baselines.majorityClass).toMatchObject({ correct: 2, n: 6 });
    expect(found.images.interval95.accuracy.method).toContain('6 fields of 3 wells');
    expect(found.images.interval95.meanClassAccuracy.method).toContain('8 labels of fields of 3 wells');
  });

  it('says in words what is right and what is counted', () => {
    const text = formatMetrics(found);
    expect(text).toContain('right when it is given all its labels and no other');
    expect(text).toMatch(/Class +fields +recall +precision +F1 +AP +threshold\n/);
    expect(text).toContain('Labels together: rows are true labels, columns labels that were given');
    expect(text).not.toContain('Confusion');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it.each([
    ['A||B', 'one of the labels of a field is empty, first at ImageNumber 3 (found an empty label'],
    ['A|C', 'the model does not know this label, first at ImageNumber 3 (found C; expected A, B)'],
  ])('refuses the labels "%s"', (text, problem) => {
    const rows = several.rows.map((row) =>
      row.imageNumber === 3 ? { ...row, metadata: { ...row.metadata, Metadata_MOA: text } } : row,
    );
    expect(() => evaluatePredictions({ ...several, rows }, { label: 'MOA' })).toThrow(problem);
  });

  it('of tables with one label each, are as without thresholds', () => {
    const { images, perClass } = evaluatePredictions(table(), { label: 'MOA' });
    const same = evaluatePredictions({ ...table(), thresholds: [0.5, 0.5, 0.5] }, { label: 'MOA' });
    expect(same.images).toEqual(images);
    expect(same.perClass).toEqual(perClass.map((of) => ({ ...of, threshold: 0.5 })));
  });
});

describe('formatMetrics', () => {
  it('stays within 100 columns, with long names and with many classes', () => {
    for (const count of [2, 12, 20, 45]) {
      const names = Array.from({ length: count }, (_, k) => `inhibitor of the very long-named pathway member ${k + 1}`);
      const rows = names.flatMap((name, k) =>
        [0, 1].map((site) => ({
          imageNumber: 2 * k + site + 1,
          metadata: { Metadata_Plate: 'P', Metadata_Well: `${k}`, Metadata_Treatment: `t ${k}`, Metadata_MOA: name },
          predicted: names[site === 0 ? k : (k + 1) % count]!,
          probability: Float32Array.from(names, (_, c) => (c === (site === 0 ? k : (k + 1) % count) ? 0.9 : 0.01)),
          bag: [],
          model: '',
          channelMeans: [],
        })),
      );
      const wide: PredictionTable = {
        source: 'p.csv',
        metadata: Object.keys(rows[0]!.metadata),
        classes: names,
        channels: [],
        rows,
      };
      const text = formatMetrics(evaluatePredictions(wide, { label: 'MOA' }));
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
      // Every class is listed with its number.
      for (const k of names.keys()) expect(text).toMatch(new RegExp(`^ *${k + 1}  inhib.*${k + 1} `, 'm'));
    }
  });

  it('does not round nearly all up to all', () => {
    const { images, ...rest } = evaluatePredictions(table(), { label: 'MOA' });
    const nearly = { ...rest, images: { ...images, n: 4000, correct: 3999, accuracy: 3999 / 4000 } };
    expect(formatMetrics(nearly)).toMatch(/^3999 of 4000 fields right: 0\.9998 /);
  });

  it('leads with counts, figures and what the intervals are', () => {
    const text = formatMetrics(evaluatePredictions(table(), { label: 'MOA' }));
    expect(text).toMatch(/^11 of 12 fields right: 0\.917 \(95 % 0\.\d+ to 0\.\d+\)\n/);
    expect(text).toContain('3 of 3 treatments right: 1.000');
    expect(text).toContain("95 % intervals by Gaffke's method: 12 fields of 6 wells");
    expect(text).toMatch(/this model +11\/12 +0\.917\nmajority class +4\/12 +0\.333/);
  });
});
