import { expect, it } from 'vitest';
import { countTrainings } from './training-count.ts';

it('counts trainings, and expects of those that are left what the others took', () => {
  let time = 1_000;
  const trainings = countTrainings(6, () => time);
  const train = (ms: number) => {
    const { place, end } = trainings.begin();
    time += ms;
    return [place, end()];
  };
  expect(train(60_000)).toEqual(['[1 of 6]', { seconds: 60, left: 300 }]);
  time += 500_000; // A baseline in between is none of them.
  trainings.pass(2);
  expect(train(120_000)).toEqual(['[4 of 6]', { seconds: 120, left: 180 }]);
  // One that comes to no end is still to be made, or passed over.
  trainings.begin();
  expect(trainings.left()).toBe(2);
  trainings.pass(1);
  expect(train(30_000)).toEqual(['[6 of 6]', { seconds: 30, left: 0 }]);
});
