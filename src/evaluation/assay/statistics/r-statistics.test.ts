import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { benjaminiHochberg } from './benjamini-hochberg.ts';
import { exceedanceOfF, normalProbability, quantileOfChiSquare, quantileOfT } from './distributions.ts';
import { fitFourParameter } from './four-parameter.ts';
import { meanDifference } from './mean-difference.ts';
import { medianPolish } from './median-polish.ts';
import { rankSumTest } from './rank-test.ts';

const script = fileURLToPath(new URL('testing/r-statistics.R', import.meta.url));

/** What testing/r-statistics.R writes. */
interface StatisticsOfR {
  readonly wilcoxon: readonly { first: number[]; second: number[]; exact: 0 | 1; u: number; p: number }[];
  readonly medpolish: {
    scores: (number | null)[][];
    overall: number;
    rows: number[];
    columns: number[];
    residuals: (number | null)[][];
  };
  readonly adjust: { ps: number[]; qs: number[] };
  readonly curves: readonly ({ doses: number[]; scores: number[]; f: number; p: number } & Record<
    'bottom' | 'top' | 'ec50' | 'slope' | 'deviation' | 'low' | 'high',
    number
  >)[];
  readonly welch: readonly { treated: number[]; controls: number[]; effect: number; low: number; high: number }[];
  readonly distributions: {
    f: { f: number; above: number; below: number; p: number }[];
    t: { p: number; degrees: number; t: number }[];
    chiSquare: { p: number; degrees: number; x: number }[];
    normal: { z: number; p: number }[];
  };
}

const text = readFileSync(new URL('testing/fixtures/r-statistics.json', import.meta.url), 'utf8');
const r = JSON.parse(text) as StatisticsOfR;

/** Equal but for a share of the size. */
function expectNear(found: number | null, expected: number, share: number): void {
  expect(Math.abs(found! / expected - 1), `${found} and ${expected}`).toBeLessThan(share);
}

describe('the statistics of R', () => {
  it('has the p values of wilcox.test, exact and normal, and of all choices counted with ties', () => {
    expect(r.wilcoxon.map(({ exact }) => exact)).toEqual([1, 1, 1, 1, 0, 0]);
    for (const { first, second, exact, u, p } of r.wilcoxon) {
      const found = rankSumTest(first, second);
      expect(found.exact).toBe(exact === 1);
      expectNear(found.p, p, 1e-6);
      expect(found.delta).toBeCloseTo((2 * u) / (first.length * second.length) - 1, 10);
    }
  });

  it('has the effects and residuals of medpolish, with wells missing', () => {
    const { scores, overall, rows, columns, residuals } = r.medpolish;
    const places = scores.flatMap((of, row) =>
      of.flatMap((score, column) => (score === null ? [] : { row, column, score })),
    );
    expect(places).toHaveLength(92);
    const found = medianPolish(places);
    expect(found.overall).toBeCloseTo(overall, 9);
    for (const [row, effect] of rows.entries()) expect(found.rows.get(row)).toBeCloseTo(effect, 9);
    for (const [column, effect] of columns.entries()) expect(found.columns.get(column)).toBeCloseTo(effect, 9);
    for (const [i, { row, column }] of places.entries())
      expect(found.residuals[i]).toBeCloseTo(residuals[row]![column]!, 9);
  });

  it('has the q values of p.adjust', () => {
    for (const [i, q] of benjaminiHochberg(r.adjust.ps).entries()) expect(q).toBeCloseTo(r.adjust.qs[i]!, 10);
  });

  it('has the curves of nls, the interval of its profile and the F test of lack of fit', () => {
    for (const curve of r.curves) {
      const fit = fitFourParameter(curve.doses.map((dose, i) => ({ dose, score: curve.scores[i]! })));
      for (const name of ['bottom', 'top', 'ec50', 'slope', 'deviation'] as const)
        expectNear(fit[name], curve[name], 1e-5);
      // R interpolates its profile.
      for (const name of ['low', 'high'] as const) expectNear(fit[name], curve[name], 2e-4);
      expectNear(fit.lackOfFit!.f, curve.f, 1e-5);
      expectNear(fit.lackOfFit!.p, curve.p, 1e-5);
    }
  });

  it("has the interval of Welch's t.test", () => {
    for (const { treated, controls, effect, low, high } of r.welch) {
      const found = meanDifference([{ treated, controls }])!;
      expect(found.effect).toBeCloseTo(effect, 9);
      expect(found.low).toBeCloseTo(low, 6);
      expect(found.high).toBeCloseTo(high, 6);
    }
  });

  it('has the distributions', () => {
    const { f, t, chiSquare, normal } = r.distributions;
    for (const each of f) expectNear(exceedanceOfF(each.f, [each.above, each.below]), each.p, 1e-7);
    for (const each of t) expectNear(quantileOfT(each.p, each.degrees), each.t, 1e-7);
    for (const each of chiSquare) expectNear(quantileOfChiSquare(each.p, each.degrees), each.x, 1e-5);
    for (const each of normal) expectNear(normalProbability(each.z), each.p, 1e-7);
  });

  const installed = spawnSync('Rscript', ['--version']).error === undefined;
  const again = installed || process.env.CI !== undefined ? it : it.skip;
  again(
    `is what R gives again${installed || process.env.CI !== undefined ? '' : ' (skipped: Rscript is not installed)'}`,
    () => {
      const { stdout, status } = spawnSync('Rscript', ['--vanilla', script], { encoding: 'utf8', timeout: 60_000 });
      expect(status).toBe(0);
      const flat = (of: string) =>
        JSON.stringify(JSON.parse(of))
          .match(/-?\d[\d.e+-]*/g)!
          .map(Number);
      const [now, then] = [flat(stdout), flat(text)];
      expect(now.length).toBe(then.length);
      for (const [i, number] of now.entries())
        expect(Math.abs(number - then[i]!)).toBeLessThan(1e-6 + 1e-6 * Math.abs(number));
    },
  );
});
