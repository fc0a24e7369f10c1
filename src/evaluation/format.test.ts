import { describe, expect, it } from 'vitest';
import { evaluatePredictions } from './evaluate.ts';
import { figure, formatMetrics } from './format.ts';
import type { PredictionTable } from './prediction-table.ts';

/** A field for each answer: the place of its class, and that of the class it is taken for. */
function table(classes: readonly string[], answers: readonly (readonly [truth: number, answer: number])[]) {
  const rows = answers.map(([truth, answer], i) => ({
    imageNumber: i + 1,
    metadata: { Metadata_Well: `${i}`, Metadata_Treatment: `drug ${truth}`, Metadata_MOA: classes[truth]! },
    predicted: classes[answer]!,
    probability: Float32Array.from(classes, (_, k) => (k === answer ? 0.75 : 0.25 / (classes.length - 1))),
    ...{ bag: [], model: '', channelMeans: [] },
  }));
  const metadata = ['Metadata_Well', 'Metadata_Treatment', 'Metadata_MOA'];
  return { source: 'p.csv', metadata, classes, channels: [], rows } satisfies PredictionTable;
}

const format = (of: PredictionTable) => formatMetrics(evaluatePredictions(of, { label: 'MOA' })).split('\n\n');
const section = (of: PredictionTable, beginning: RegExp) =>
  format(of)
    .find((text) => beginning.test(text))
    ?.trimEnd();

describe('the table of classes', () => {
  it('has count, recall, precision, F1 and average precision of each class', () => {
    const answers = [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 1],
      [1, 1],
      [1, 1],
      [2, 0],
      [2, 2],
    ] as const;
    // By hand: recalls 3/4, 2/2, 1/2; precisions 3/4, 2/3, 1/1; F1 = 2pr / (p + r). The average precision of DMSO:
    // three of the four that are taken for it are right, and the last is found among all: 3/4 · 3/4 + 1/4 · 4/8.
    expect(section(table(['DMSO', 'taxol', 'nocodazole'], answers), /Class/)).toBe(
      [
        '   Class         fields    recall precision        F1        AP',
        '1  DMSO               4     0.750     0.750     0.750     0.688',
        '2  taxol              2     1.000     0.667     0.800     0.667',
        '3  nocodazole         2     0.500     1.000     0.667     0.625',
      ].join('\n'),
    );
  });
});

describe('the confusion', () => {
  const classes = Array.from({ length: 40 }, (_, k) => `class ${k + 1}`);
  const right = classes.map((_, k) => [k, k] as const);

  it('of few classes is a table with the truth in rows, by their numbers', () => {
    const answers = [
      [0, 0],
      [0, 1],
      [0, 1],
      [1, 1],
    ] as const;
    expect(section(table(['DMSO', 'taxol'], answers), /^Confusion/)).toBe(
      [
        'Confusion: rows are the truth, columns what was predicted',
        '          1  2',
        '1  DMSO   1  2',
        '2  taxol  .  1',
      ].join('\n'),
    );
  });

  it('of many classes is a list of what is taken for what, the most frequent first', () => {
    const wrong = [
      [3, 4],
      [7, 1],
      [7, 1],
      [7, 1],
      [9, 0],
      [9, 0],
    ] as const;
    const lines = section(table(classes, [...right, ...wrong]), /^Confusion/)!.split('\n');
    expect(lines.map((line) => line.trim().split(/\s{2,}/))).toEqual([
      ['Confusion, the 3 most frequent of 3 pairs: truth, then what was predicted'],
      ['3', 'class 8', 'class 2'],
      ['2', 'class 10', 'class 1'],
      ['1', 'class 4', 'class 5'],
    ]);
  });

  it('of many classes without any is told as none', () => {
    expect(section(table(classes, right), /^Confusion/)).toBe('Confusion: none');
  });

  it('of many classes stops at twenty pairs, and says of how many', () => {
    const wrong = Array.from({ length: 39 }, (_, k) => [k, k + 1] as const);
    const lines = section(table(classes, [...right, ...wrong]), /^Confusion/)!.split('\n');
    expect(lines).toHaveLength(21);
    expect(lines[0]).toContain('the 20 most frequent of 39 pairs');
  });
});

describe('the treatments', () => {
  it('that are not right are listed with their fields, and left out where there are none', () => {
    const answers = [
      [0, 1],
      [0, 1],
      [1, 1],
    ] as const;
    const [header, line] = section(table(['DMSO', 'taxol'], answers), /^Treatments predicted wrongly/)!.split('\n');
    expect(header!.split(/\s{2,}/)).toEqual(['Treatments predicted wrongly', 'fields', 'truth', 'predicted']);
    expect(line!.split(/\s{2,}/)).toEqual(['drug 0', '2', 'DMSO', 'taxol']);
    expect(section(table(['DMSO', 'taxol'], [[0, 0]]), /^Treatments predicted wrongly/)).toBeUndefined();
  });
});

describe('a figure', () => {
  it('has three digits, more where they would turn nearly all into all, and none where it is not known', () => {
    expect([0, 0.5, 0.9994, 0.9996, 0.99996, 1].map(figure)).toEqual([
      ...['0.000', '0.500', '0.999', '0.9996', '0.99996', '1.000'],
    ]);
    expect(figure(1 - 1e-12)).toBe('1.000');
    expect(figure(null)).toBe('-');
  });
});
