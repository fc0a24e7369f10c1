import { expect, it } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

it('begins a work when the one before has ended, also where that failed', async () => {
  const alone = oneAtATime();
  const told: string[] = [];
  const work =
    (name: string, fails = false) =>
    async () => {
      told.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 2));
      told.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
  const results = await Promise.allSettled([alone(work('a')), alone(work('b', true)), alone(work('c'))]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(told).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});
