import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitFourParameter } from './four-parameter.ts';
import { responseAt } from './logistic-curve.ts';
import { ec50OfCellProfiler } from './testing/cellprofiler.ts';
import { ryegrass, simulateDoses } from './testing/simulate-doses.ts';

const DOSES = [0, 0.03, 0.1, 0.3, 1, 3, 10, 30];
const rising = { bottom: 0, top: 1, ec50: 1, slope: 1.5 };

describe('fitFourParameter', () => {
  it('agrees with drc on the ryegrass data (Ritz & Streibig 2005)', () => {
    const fit = fitFourParameter(ryegrass);
    expect(fit.status).toBe('fitted');
    expect(fit.slope).toBeCloseTo(-2.98222, 4);
    expect(fit.bottom).toBeCloseTo(7.79296, 4);
    expect(fit.top).toBeCloseTo(0.48141, 4);
    expect(fit.ec50).toBeCloseTo(3.05796, 4);
    expect(fit.deviation).toBeCloseTo(0.5196, 4);
    // The interval from the standard error is 2.671 to 3.445 (0.1857 with 20 degrees of freedom); this one is not symmetric.
    expect(fit.low).toBeCloseTo(2.69, 2);
    expect(fit.high).toBeCloseTo(3.48, 2);
  });

  it('agrees within 1 % with CellProfiler on complete curves', () => {
    for (let seed = 0; seed < 12; seed++) {
      const slope = [1.2, -1.5, 2, -3][seed % 4]!;
      const curve = { bottom: 0.1, top: 0.9, ec50: 0.5 + seed / 4, slope };
      const doses = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];
      const points = simulateDoses(curve, { doses, wells: 3, deviation: 0.03, seed });
      const [, , ec50, hill] = ec50OfCellProfiler(
        points.map(({ dose }) => dose),
        points.map(({ score }) => score),
      );
      const fit = fitFourParameter(points);
      expect(Math.abs(fit.ec50! / ec50! - 1)).toBeLessThan(0.01);
      expect(Math.abs(Math.abs(fit.slope! / hill!) - 1)).toBeLessThan(0.02);
    }
  });

  it('gives the parameters of exact curves back', () => {
    const parameters = fc.record({
      bottom: fc.double({ min: -100, max: 100, noNaN: true }),
      height: fc.double({ min: 0.1, max: 50, noNaN: true }),
      logEc50: fc.double({ min: Math.log(0.1), max: Math.log(5), noNaN: true }),
      hill: fc.double({ min: 0.9, max: 4, noNaN: true }),
      falls: fc.boolean(),
    });
    fc.assert(
      fc.property(parameters, ({ bottom, height, logEc50, hill, falls }) => {
        const curve = {
          bottom,
          top: falls ? bottom - height : bottom + height,
          ec50: Math.exp(logEc50),
          slope: falls ? -hill : hill,
        };
        const fit = fitFourParameter(simulateDoses(curve, { doses: DOSES, wells: 1, deviation: 0, seed: 0 }));
        expect(fit.status).toBe('fitted');
        expect(Math.abs(fit.ec50! / curve.ec50 - 1)).toBeLessThan(1e-3);
        expect(Math.abs(fit.slope! / curve.slope - 1)).toBeLessThan(1e-3);
        expect(Math.abs(fit.bottom! - curve.bottom)).toBeLessThan(1e-3 * height);
        expect(Math.abs(fit.top! - curve.top)).toBeLessThan(2e-3 * height);
      }),
      { numRuns: 25 },
    );
  });

  it('has an interval that mostly covers the truth, and not always', () => {
    const fits = Array.from({ length: 50 }, (_, seed) =>
      fitFourParameter(simulateDoses(rising, { doses: DOSES, wells: 2, deviation: 0.1, seed })),
    );
    const stated = fits.filter(({ ec50 }) => ec50 !== null);
    const covered = stated.filter(({ low, high }) => (low ?? 0) <= 1 && (high ?? 99) >= 1);
    expect(stated.length).toBeGreaterThan(44);
    expect(covered.length / stated.length).toBeGreaterThan(0.84);
    expect(covered.length).toBeLessThan(stated.length);
  });

  it('follows units: of dose in EC50, of score in the plateaus', () => {
    const points = simulateDoses(rising, { doses: DOSES, wells: 2, deviation: 0.05, seed: 1 });
    const [fit, scaled] = [
      fitFourParameter(points),
      fitFourParameter(points.map(({ dose, score }) => ({ dose: 1000 * dose, score: 50 - 7 * score }))),
    ];
    for (const name of ['ec50', 'low', 'high'] as const) expect(scaled[name]! / fit[name]!).toBeCloseTo(1000, 1);
    expect(scaled.slope).toBeCloseTo(-fit.slope!, 4);
    expect(scaled.top).toBeCloseTo(50 - 7 * fit.top!, 4);
  });

  it('is the baseline at dose 0', () => {
    expect(responseAt({ bottom: 0.25, top: 1, ec50: 3, slope: 2 }, 0)).toBe(0.25);
    expect(responseAt({ bottom: 0.25, top: 1, ec50: 3, slope: 2 }, 3)).toBe(0.625);
    expect(responseAt({ bottom: 1, top: 0, ec50: 3, slope: -1 }, 9)).toBeCloseTo(0.25, 12);
  });

  it('leaves a side open that the doses do not bound', () => {
    const step = [0.1, 1, 10, 100].flatMap((dose) => [0, 0.02].map((e) => ({ dose, score: (dose > 1 ? 1 : 0) + e })));
    const fit = fitFourParameter(step);
    expect(fit).toMatchObject({ status: 'fitted' });
    // A step between 1 and 10 may be anywhere between them.
    expect(fit.low).toBeLessThan(2);
    expect(fit.high).toBeGreaterThan(5);
    const short = simulateDoses(
      { ...rising, slope: 1 },
      { doses: [0, 0.1, 0.5, 1, 4], wells: 2, deviation: 0.12, seed: 9 },
    );
    expect(fitFourParameter(short)).toMatchObject({ status: 'fitted', high: null, low: expect.any(Number) });
  });
});

describe('a curve whose EC50 is not stated', () => {
  const nothing = { ec50: null, low: null, high: null, slope: null, bottom: null, top: null };

  it('has too few doses', () => {
    const fit = fitFourParameter([0, 1, 2].flatMap((dose) => [dose, dose + 1].map((score) => ({ dose, score }))));
    expect(fit).toMatchObject({ status: 'too few doses', ...nothing, curve: null, wells: 6, doses: 3 });
    expect(fit.reason).toBe(
      'too few doses: a curve with four parameters needs 4 doses, 3 of them above 0, and 5 wells; there are 3 doses, ' +
        '2 above 0, and 6 wells',
    );
    expect(fitFourParameter([])).toMatchObject({ status: 'too few doses', wells: 0 });
  });

  it('has no response, as the F test says of almost all wells of noise', () => {
    const noise = { ...rising, top: 0 };
    const fits = Array.from({ length: 40 }, (_, seed) =>
      fitFourParameter(simulateDoses(noise, { doses: DOSES, wells: 2, deviation: 1, seed })),
    );
    const none = fits.filter(({ status }) => status === 'no response');
    expect(none.length).toBeGreaterThanOrEqual(36);
    expect(none[0]).toMatchObject({ ...nothing, curve: null, reason: expect.stringMatching(/^no response: .*p = /) });
    expect(fitFourParameter(DOSES.map((dose) => ({ dose, score: 3 })))).toMatchObject({
      status: 'no response',
      reason: 'no response: all scores are equal',
    });
  });

  it('has a response that is small against the deviation of wells, though significant', () => {
    const fit = fitFourParameter(simulateDoses(rising, { doses: DOSES, wells: 40, deviation: 0.8, seed: 2 }));
    expect(fit.response!.p).toBeLessThan(1e-6);
    expect(fit.reason).toMatch(/^no response: over the doses the score changes by .*, less than twice the deviation/);
  });

  it('is incomplete, of either side', () => {
    const at = (ec50: number, doses: readonly number[]) =>
      fitFourParameter(simulateDoses({ ...rising, ec50 }, { doses, wells: 3, deviation: 0.01, seed: 3 }));
    const [far, near, low] = [at(100, DOSES), at(15, DOSES), at(0.2, [0.1, 0.3, 1, 3, 10])];
    expect(far).toMatchObject({ status: 'incomplete curve', ...nothing });
    expect(far.curve).not.toBeNull();
    expect(far.reason).toBe(
      'incomplete curve: half of the response is not reached at the highest dose, 30, so EC50 is not stated',
    );
    expect(near.reason).toMatch(/^incomplete curve: 7\d % of the response are reached at the highest dose, 30/);
    expect(low.reason).toMatch(/^incomplete curve: \d\d % of the response are reached at the lowest dose, 0.1/);
    expect(at(0.2, [0, 0.1, 0.3, 1, 3, 10]).status).toBe('fitted');
  });

  it('refuses doses and scores that are no numbers', () => {
    expect(() => fitFourParameter([{ dose: -1, score: 0 }])).toThrow(RangeError);
    expect(() => fitFourParameter([{ dose: 1, score: Number.NaN }])).toThrow(RangeError);
  });
});

describe('lack of fit', () => {
  it('agrees with R on the ryegrass data', () => {
    const { lackOfFit } = fitFourParameter(ryegrass);
    expect(lackOfFit!.f).toBeCloseTo(0.2411, 4);
    expect(lackOfFit!.p).toBeCloseTo(0.8665, 4);
  });

  it('is found where the response falls again, and is unknown without replicates', () => {
    const scores = [0, 0, 0.1, 0.5, 1, 1, 1, 0.6];
    const wells = DOSES.flatMap((dose, i) => [-0.02, 0.02].map((e) => ({ dose, score: scores[i]! + e })));
    expect(fitFourParameter(wells).lackOfFit!.p).toBeLessThan(1e-4);
    expect(fitFourParameter(DOSES.map((dose, i) => ({ dose, score: scores[i]! }))).lackOfFit).toBeNull();
  });
});
