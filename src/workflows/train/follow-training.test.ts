import { expect, it } from 'vitest';
import { learnedLittle } from './follow-training.ts';

it('warns of a training that is hardly better than the most frequent class', () => {
  const of = { labels: ['a', 'a', 'b', 'c'], unit: 'fields' };
  const said = (correct: number) => learnedLittle({ correct, fields: 100 }, of);
  expect(said(50)).toMatch(
    /0\.50 of the training fields .* class alone would be right for 0\.50: .*learned little.*‹epochs›/s,
  );
  expect(said(59)).toBeDefined();
  expect(said(61)).toBeUndefined();
  // Nothing was shown in an epoch that a resumed run had finished.
  expect(learnedLittle({ correct: 0, fields: 0 }, of)).toBeUndefined();
});
