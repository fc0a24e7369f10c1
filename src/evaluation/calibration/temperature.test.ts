import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { averageOfScores, chooseTemperature, type ScoredField, TEMPERATURES } from './temperature.ts';

const CLASSES = 4;

/** Fields whose labels are drawn from softmax(z), with the scores z · factor; or of sigmoids, each label by itself. */
function drawn(count: number, { factor, head = 'softmax' }: { factor: number; head?: 'softmax' | 'sigmoid' }) {
  const random = createRandom(3, 'scores', head, factor);
  return Array.from({ length: count }, (): ScoredField => {
    const scores = Array.from({ length: CLASSES }, () => 2 * random.normal());
    const truth = averageOfScores([scores], { head });
    const draw = random.uniform();
    const place = truth.findIndex((_, k) => truth.slice(0, k + 1).reduce((sum, p) => sum + p, 0) > draw);
    const targets =
      head === 'softmax'
        ? [place < 0 ? CLASSES - 1 : place]
        : truth.flatMap((p, k) => (random.uniform() < p ? [k] : []));
    return { targets, pictures: [scores.map((score) => factor * score)] };
  });
}

/** Fields that are all right, by a margin. */
const allRight = (count: number, margin = 8): ScoredField[] =>
  Array.from({ length: count }, (_, i) => ({
    targets: [i % CLASSES],
    pictures: [Array.from({ length: CLASSES }, (_, k) => (k === i % CLASSES ? margin : 0))],
  }));

describe('the temperature', () => {
  it.each([
    ['softmax', 0.5],
    ['softmax', 3],
    ['sigmoid', 0.5],
    ['sigmoid', 3],
  ] as const)('of a %s whose scores are %d times too large is that factor', (head, factor) => {
    const { temperature, loss } = chooseTemperature(drawn(1000, { factor, head }), { head });
    expect(temperature / factor).toBeGreaterThan(0.85);
    expect(temperature / factor).toBeLessThan(1.15);
    expect(loss.after).toBeLessThan(loss.before);
  });

  it('of few fields that are all right gives them the probability of the rule of succession', () => {
    for (const count of [4, 12, 24]) {
      const fields = allRight(count);
      const { temperature } = chooseTemperature(fields, { head: 'softmax' });
      const [p] = averageOfScores(fields[0]!.pictures, { head: 'softmax', temperature });
      expect(p).toBeCloseTo((count + 1) / (count + 2), 2);
    }
  });

  it('has bounds, and is 1 without a field', () => {
    expect(chooseTemperature(allRight(2000, 0.001), { head: 'softmax' }).temperature).toBe(TEMPERATURES.lowest);
    const wrong = allRight(50, 100).map((field) => ({ ...field, targets: [(field.targets[0]! + 1) % CLASSES] }));
    expect(chooseTemperature(wrong, { head: 'softmax' }).temperature).toBe(TEMPERATURES.highest);
    expect(chooseTemperature([], { head: 'softmax' }).temperature).toBe(1);
  });

  it('of fields with several pictures is that of the averages of their probabilities', () => {
    const fields = drawn(100, { factor: 2 });
    const twice = fields.map(({ targets, pictures }) => ({ targets, pictures: [...pictures, ...pictures] }));
    const [one, both] = [fields, twice].map((of) => chooseTemperature(of, { head: 'softmax' }));
    expect(both!.temperature).toBeCloseTo(one!.temperature, 6);
  });
});
