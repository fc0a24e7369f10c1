import fc from 'fast-check';
import { expect, it } from 'vitest';
import { beforeExposure, exposed, matchingExposures } from './exposure.ts';

const counts = fc.double({ min: 1, max: 5000, noNaN: true });
const plate = fc.record({
  mean: fc.array(counts, { minLength: 2, maxLength: 2 }),
  deviation: fc.array(counts, { minLength: 2, maxLength: 2 }),
});

it('an intensity before its exposure becomes what was wanted of each channel, on whichever plate', () => {
  fc.assert(
    fc.property(plate, plate, fc.array(counts, { minLength: 2, maxLength: 2 }), (from, to, wanted) => {
      const exposures = matchingExposures(from, to);
      const { data } = exposed({ data: beforeExposure(wanted, exposures), channels: 2 }, exposures);
      // Rounding is that of the larger numbers on the way.
      const size = Math.max(...exposures.map(({ shift }) => Math.abs(shift)), ...wanted);
      for (const [channel, value] of data.entries())
        expect(Math.abs(value - wanted[channel]!)).toBeLessThan(1e-6 * size);
    }),
  );
});

it('the mean of a plate becomes that of the training, and its deviation too', () => {
  fc.assert(
    fc.property(plate, plate, (from, to) => {
      const exposures = matchingExposures(from, to);
      const above = from.mean.map((mean, channel) => mean + from.deviation[channel]!);
      const back = beforeExposure(to.mean, exposures);
      for (const channel of [0, 1]) {
        const { gain, shift } = exposures[channel]!;
        expect(back[channel]! / from.mean[channel]!).toBeCloseTo(1, 6);
        expect((above[channel]! * gain + shift) / (to.mean[channel]! + to.deviation[channel]!)).toBeCloseTo(1, 6);
      }
    }),
  );
});
