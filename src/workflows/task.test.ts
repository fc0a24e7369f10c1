import { expect, it } from 'vitest';
import { tellParts } from './task.ts';

it('tells every hundredth of many parts once, and nothing of few', () => {
  const told = (total: number) => {
    const said: string[] = [];
    const tell = tellParts((text) => void said.push(text), 'a large field');
    for (let done = 1; done <= total; done++) tell(done, total);
    return said;
  };
  expect(told(1000)).toEqual(Array.from({ length: 100 }, (_, i) => `${i + 1} % of a large field`));
  expect(told(50)).toEqual(Array.from({ length: 50 }, (_, i) => `${2 * (i + 1)} % of a large field`));
  expect(told(19)).toEqual([]);
});
