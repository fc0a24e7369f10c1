import { expect, it } from 'vitest';
import type { RunningHost } from '../host.ts';
import { createForetelling, learnedLittle } from './follow-training.ts';

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

it('says once how long a training takes, by its first seconds without the first step', () => {
  const said: string[] = [];
  const tell = (steps: readonly (readonly [at: number, share: number])[]) => {
    said.length = 0;
    let now = 0;
    const foretell = createForetelling({
      emit: (event) => void said.push(event.event === 'noted' ? event.message : event.event),
      clock: { milliseconds: () => now } as RunningHost['clock'],
    });
    for (const [at, share] of steps) {
      now = at;
      foretell(share);
    }
    return [...said];
  };
  // The first step took five seconds; each after it takes one, and a hundredth of the work.
  const steps = Array.from({ length: 50 }, (_, i) => [5000 + 1000 * i, 0.01 * (i + 1)] as const);
  expect(tell(steps)).toEqual(['the training takes about 1 min 37 s from here']);
  expect(tell(steps.slice(0, 2))).toEqual([]);
  expect(tell(steps.map(([at, share]) => [at, 2 * share] as const))).toEqual([
    'the training takes about 47 s from here',
  ]);
  expect(tell(steps.map(([at, share]) => [at, Math.min(1, 10 * share)] as const))).toEqual([]);
});
