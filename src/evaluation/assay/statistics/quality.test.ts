import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assayQuality } from './quality.ts';
import { vFactors, zFactors } from './testing/cellprofiler.ts';
import { vFactor } from './v-factor.ts';

const scores = (min: number, max: number) =>
  fc.array(fc.double({ min, max, noNaN: true }), { minLength: 2, maxLength: 20 });

describe('assayQuality', () => {
  it('has Z′, SSMD and signal to background as written down', () => {
    const quality = assayQuality({ negatives: [1, 2, 3, 2], positives: [10, 12, 11, 11] });
    const deviation = Math.sqrt(0.5);
    expect(quality.zPrime).toBeCloseTo(1 - (6 * deviation) / 9, 12);
    expect(quality.ssmd).toBeCloseTo(9, 12);
    expect(quality.signalToBackground).toBeCloseTo(5.5, 12);
    expect(quality.zPrimeRobust).toBeCloseTo(1 - (3 * 1.4826 * (0.5 + 0.5)) / 9, 12);
    expect(quality).toMatchObject({ negativeMean: 2, positiveMean: 11, negatives: 4, positives: 4 });
    expect(quality.negativeDeviation).toBeCloseTo(deviation, 12);
  });

  it('agrees with CellProfiler', () => {
    const [negatives, positives] = [
      [0.1, 0.3, 0.05, 0.2, 0.18],
      [0.7, 0.95, 0.88, 0.9],
    ];
    const expected = zFactors([...negatives.map(() => 0), ...positives.map(() => 1)], [...negatives, ...positives]);
    const { zPrime, zPrimeOneTailed } = assayQuality({ negatives, positives });
    expect(zPrime).toBeCloseTo(expected.z, 12);
    expect(zPrimeOneTailed).toBeCloseTo(expected.oneTailed, 12);
  });

  it('agrees with CellProfiler on any scores, with groups numbered in the order of their means', () => {
    fc.assert(
      fc.property(scores(-5, 5), scores(-5, 5), (negatives, positives) => {
        const { zPrime, zPrimeOneTailed, negativeMean, positiveMean } = assayQuality({ negatives, positives });
        fc.pre(Math.abs(positiveMean! - negativeMean!) > 1e-3);
        const up = positiveMean! > negativeMean!;
        const expected = zFactors(
          [...negatives.map(() => (up ? 0 : 1)), ...positives.map(() => (up ? 1 : 0))],
          [...negatives, ...positives],
        );
        expect(Math.abs(zPrime! - expected.z)).toBeLessThanOrEqual(1e-9 * Math.abs(expected.z) + 1e-9);
        expect(Math.abs((zPrimeOneTailed ?? -1e5) - expected.oneTailed)).toBeLessThanOrEqual(
          1e-9 * Math.abs(expected.oneTailed) + 1e-9,
        );
      }),
    );
  });

  it('is the same upside down, but for the sign of SSMD', () => {
    const [negatives, positives] = [
      [1, 2, 4],
      [7, 9, 9.5],
    ];
    const up = assayQuality({ negatives, positives });
    const down = assayQuality({ negatives: negatives.map((x) => -x), positives: positives.map((x) => -x) });
    expect(down.zPrime).toBeCloseTo(up.zPrime!, 12);
    expect(down.zPrimeOneTailed).toBeCloseTo(up.zPrimeOneTailed!, 12);
    expect(down.ssmd).toBeCloseTo(-up.ssmd!, 12);
    expect(down.signalToBackground).toBeNull();
  });

  it('states nothing that is not defined', () => {
    const one = assayQuality({ negatives: [1, 2, 3], positives: [5] });
    expect(one).toMatchObject({ zPrime: null, zPrimeRobust: null, zPrimeOneTailed: null, ssmd: null });
    expect(one).toMatchObject({ positiveMean: 5, positiveDeviation: null, signalToBackground: 2.5 });
    expect(assayQuality({ negatives: [1, 1], positives: [1, 1] })).toMatchObject({ zPrime: null, ssmd: null });
    expect(assayQuality({ negatives: [1, 1], positives: [2, 2] })).toMatchObject({ zPrime: 1, ssmd: null });
    const none = assayQuality({ negatives: [], positives: [1, 2] });
    expect(none).toMatchObject({ zPrime: null, negativeMean: null, negativeDeviation: null, signalToBackground: null });
  });

  it('warns of few controls and says what they can tell', () => {
    const wells = (n: number) => Array.from({ length: n }, (_, i) => i);
    expect(assayQuality({ negatives: wells(8), positives: wells(8) }).warning).toBeNull();
    expect(assayQuality({ negatives: wells(4), positives: wells(2) }).warning).toBe(
      'With 4 negative control wells and 2 positive control wells, Z′ and SSMD are rough: the true deviation of 2 wells may ' +
        'be 0.6 to 45 times what is measured (95 % interval). 8 or more of each kind on a plate are usual.',
    );
    expect(assayQuality({ negatives: wells(9), positives: wells(1) }).warning).toMatch(
      /^With 1 positive control well, Z′ and SSMD cannot be measured/,
    );
    expect(assayQuality({ negatives: wells(9), positives: [] }).warning).toMatch(
      /^There are 0 positive control wells:/,
    );
  });
});

describe('vFactor', () => {
  it('agrees with CellProfiler on any doses', () => {
    fc.assert(
      fc.property(fc.array(scores(-5, 5), { minLength: 2, maxLength: 6 }), (doses) => {
        const v = vFactor(doses);
        fc.pre(v !== null && Math.abs(v) < 1e6);
        const expected = vFactors(
          doses.flatMap((wells, i) => wells.map(() => 2 ** i)),
          doses.flat(),
        );
        expect(Math.abs(v! - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected) + 1e-9);
      }),
    );
  });

  it('is 1 where wells of a dose agree, and null without a response', () => {
    expect(vFactor([[0, 0], [1, 1], [4]])).toBe(1);
    expect(
      vFactor([
        [2, 4],
        [3, 3],
      ]),
    ).toBeNull();
    expect(vFactor([[2, 4]])).toBeNull();
  });
});
