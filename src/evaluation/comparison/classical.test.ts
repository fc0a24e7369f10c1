import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { CLASSICAL_PIPELINES, type ClassicalPipeline, type ProfiledField } from './classical.ts';

const names = Array.from({ length: 12 }, (_, j) => `feature ${j}`);
const classes = ['actin disruptor', 'DMSO', 'Eg5 inhibitor'];

/** Fields of 15 cells; each class moves four features of its own, in two treatments of three wells. */
function screen(seed: number): ProfiledField[] {
  const random = createRandom(seed, 'screen');
  return Array.from({ length: 18 }, (_, i) => {
    const k = Math.floor(i / 6);
    const rows = Array.from({ length: 15 }, () =>
      names.map((_, j) => 10 * j + (Math.floor(j / 4) === k ? 3 : 0) + random.normal()),
    );
    const means = names.map((_, j) => rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length);
    return {
      profile: {
        ...{ names, values: Float64Array.from(means) },
        cells: {
          ...{ names, values: Float64Array.from(rows.flat()) },
          ...{ objectNumbers: rows.map((_, cell) => cell + 1), x: new Float64Array(15), y: new Float64Array(15) },
        },
      } as unknown as ProfiledField['profile'],
      label: classes[k]!,
      well: `W${i}`,
      treatment: `${classes[k]} ${Math.floor((i % 6) / 3)}`,
    };
  });
}

const [trained, tested] = [screen(1), screen(2)];
const bestOf = (scores: Float64Array) => scores.indexOf(Math.max(...scores));

describe.each(Object.entries<ClassicalPipeline>(CLASSICAL_PIPELINES))('%s', (_, pipeline) => {
  const answers = pipeline(trained, tested, { seed: 1 });

  it('tells the classes of fields it has not seen, in alphabetical order, by scores from 0 to 1', () => {
    expect(answers.classes).toEqual(['DMSO', 'Eg5 inhibitor', 'actin disruptor']);
    const found = answers.scores.map((scores) => answers.classes[bestOf(scores)]);
    const right = found.filter((name, i) => name === tested[i]!.label);
    expect(right.length).toBeGreaterThanOrEqual(16);
    for (const score of answers.scores.flatMap((scores) => [...scores])) {
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1 + 1e-12);
    }
  });
});

describe('factor-analysis', () => {
  it('gives a treatment the profile of all its cells, and a training treatment a similarity of 1 with itself', () => {
    const { treatments, classes: order } = CLASSICAL_PIPELINES['factor-analysis'](trained, trained, { seed: 1 });
    expect([...treatments!.keys()]).toEqual([...new Set(trained.map(({ treatment }) => treatment))]);
    for (const [name, scores] of treatments!) {
      const own = order.findIndex((label) => name.startsWith(label));
      // The cosine of 1 is a score of 1, whatever the other classes have.
      expect(scores[own]).toBeCloseTo(1, 9);
      expect(bestOf(scores)).toBe(own);
      for (const [k, score] of scores.entries()) if (k !== own) expect(score).toBeLessThan(0.9);
    }
  });
});

describe('the other pipelines', () => {
  it('leave treatments to the medians of their fields', () => {
    for (const name of ['field-features', 'svm-ensemble'] as const) {
      const pipeline: ClassicalPipeline = CLASSICAL_PIPELINES[name];
      expect(pipeline(trained, tested.slice(0, 2), { seed: 1 }).treatments).toBeUndefined();
    }
  });
});
