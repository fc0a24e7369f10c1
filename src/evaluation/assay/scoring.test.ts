import { describe, expect, it } from 'vitest';
import type { WellRole } from './assay.ts';
import { decideScore } from './scoring.ts';
import { assayTable } from './testing/assay-table.ts';

const roles: readonly WellRole[] = ['negative', 'positive', 'sample'];
const table = assayTable([
  { well: 'A01', p: 0.1, Kind: 'Quiet' },
  { well: 'A02', p: 0.8, Kind: 'active' },
  { well: 'A03', p: 0.75, Kind: '' },
]);
const scores = (asked: string | undefined, of = table, own = roles) => {
  const { scoreOf, ...score } = decideScore(of, { score: asked, roles: own });
  return { ...score, scores: of.rows.map(scoreOf) };
};

describe('the score of a field', () => {
  it('is the log odds between the classes of the controls, where both are known', () => {
    const found = scores(undefined);
    expect(found).toMatchObject({ kind: 'log odds', of: 'active', against: 'quiet', notes: [] });
    expect(found.words).toBe('log odds of active against quiet');
    expect(found.scores[2]).toBeCloseTo(Math.log(0.75 / 0.25), 12);
    expect(scores('log-odds')).toEqual(found);
  });

  it('is 1 - the probability of the negative class without positive controls', () => {
    const found = scores(undefined, table, ['negative', 'sample', 'sample']);
    expect(found).toMatchObject({ kind: 'not negative', of: null, against: 'quiet' });
    expect(found.scores).toEqual([0.1, 0.8, 0.75].map((p) => 1 - (1 - p)));
  });

  it('is the probability of a class that is named, in any case', () => {
    expect(scores('ACTIVE')).toMatchObject({ kind: 'class', of: 'active', words: 'the probability of active' });
    expect(scores('active').scores).toEqual([0.1, 0.8, 0.75]);
    expect(() => scores('toxic')).toThrow(
      'score toxic: the model does not know this class (expected log-odds, not-negative, or one of the classes quiet, active)',
    );
  });

  it('stays finite where a probability is 0, and keeps its order', () => {
    const wells = [0, 1e-20, 0.5, 1 - 1e-16, 1].map((p, i) => ({
      well: `A0${i + 1}`,
      p,
      Kind: i === 0 ? 'quiet' : 'active',
    }));
    const found = scores('log-odds', assayTable(wells), [
      'negative',
      'positive',
      'sample',
      'sample',
      'positive',
    ]).scores;
    expect(found.every(Number.isFinite)).toBe(true);
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(new Set(found).size).toBe(5);
  });

  it('takes the class that controls are predicted to be where no column says it, and says so', () => {
    const bare = assayTable([
      { well: 'A01', p: 0.25 },
      { well: 'A02', p: 0.9 },
    ]);
    const found = scores('log-odds', bare, ['negative', 'positive']);
    expect(found).toMatchObject({ of: 'active', against: 'quiet' });
    expect(found.notes).toEqual([
      expect.stringContaining(
        'the negative controls: it is taken to be quiet, which they are predicted to be with a mean probability of 0.75',
      ),
      expect.stringContaining('the positive controls: it is taken to be active'),
    ]);
  });

  it('are refused as log odds where both controls are of one class', () => {
    const same = assayTable([
      { well: 'A01', p: 0.1, Kind: 'quiet' },
      { well: 'A02', p: 0.2, Kind: 'quiet' },
    ]);
    expect(() => scores('log-odds', same, ['negative', 'positive'])).toThrow(/of the same class as the negative ones/);
    expect(scores(undefined, same, ['negative', 'positive']).kind).toBe('not negative');
  });
});
