import { describe, expect, it } from 'vitest';
import { isMilscopeError } from '../../errors.ts';
import { planScreen, type ScreenOptions } from './layout.ts';
import { phenotypes } from './phenotypes.ts';

const groups = <T>(items: readonly T[], key: (item: T) => string | number) => {
  const out = new Map<string | number, T[]>();
  for (const item of items) out.set(key(item), [...(out.get(key(item)) ?? []), item]);
  return out;
};

describe('planScreen', () => {
  it('puts every class and every treatment on every plate, one treatment in a well', () => {
    for (const [classes, wells] of [
      [6, 12],
      [2, 5],
      [10, 96],
      [6, 384],
      [5, 17],
    ] as const) {
      const plan = planScreen({ seed: 4, classes, wells, plates: 3, sites: 2 });
      expect(plan.length).toBe(3 * wells * 2);
      const treatments = new Set(plan.map(({ compound, concentration }) => `${compound}@${concentration}`));
      expect(treatments.size).toBe(classes * Math.min(6, Math.floor(wells / classes)));
      for (const [, fields] of groups(plan, ({ plate }) => plate)) {
        expect(new Set(fields.map(({ options }) => options.phenotype.name)).size).toBe(classes);
        expect(new Set(fields.map(({ compound, concentration }) => `${compound}@${concentration}`))).toEqual(
          treatments,
        );
        const byWell = groups(fields, ({ well }) => well);
        expect(byWell.size).toBe(wells);
        for (const [, sites] of byWell) {
          expect(sites.map(({ site }) => site)).toEqual([1, 2]);
          expect(new Set(sites.map(({ compound, concentration }) => `${compound}@${concentration}`)).size).toBe(1);
        }
      }
      for (const [, fields] of groups(plan, ({ compound }) => compound)) {
        expect(new Set(fields.map(({ options }) => options.phenotype.name)).size).toBe(1);
      }
    }
  });

  it('names wells as plates do, in 96 or 384 wells, and draws their order anew for each plate', () => {
    const wells = (count: number) => [
      ...new Set(planScreen({ seed: 1, wells: count, plates: 1 }).map(({ well }) => well)),
    ];
    expect(wells(14).slice(-3)).toEqual(['A12', 'B01', 'B02']);
    expect(wells(96).at(-1)).toBe('H12');
    expect(wells(97).at(-1)).toBe('E01');
    expect(wells(384).at(-1)).toBe('P24');
    const orders = groups(planScreen({ seed: 1 }), ({ plate }) => plate);
    const texts = [...orders.values()].map((fields) => fields.map(({ compound }) => compound).join());
    expect(new Set(texts).size).toBe(3);
  });

  it('spreads the shares of responding cells over their range, none in normal fields', () => {
    const plan = planScreen({ seed: 2, responders: [0.4, 0.8] });
    const shares = (name: string) =>
      plan.filter(({ options }) => options.phenotype.name === name).map(({ options }) => options.responders);
    expect(shares('normal').every((share) => share === 0)).toBe(true);
    const others = phenotypes.slice(1, 6).flatMap(({ name }) => shares(name));
    expect(Math.min(...others)).toBeGreaterThanOrEqual(0.4);
    expect(Math.max(...others)).toBeLessThanOrEqual(0.8);
    expect(Math.min(...others)).toBeLessThan(0.45);
    expect(Math.max(...others)).toBeGreaterThan(0.75);
  });

  it('refuses numbers that make no sense, by the name of their option', () => {
    const wrong: [Partial<ScreenOptions>, string][] = [
      [{ classes: 1 }, '--classes'],
      [{ classes: phenotypes.length + 1 }, '--classes'],
      [{ wells: 5 }, '--wells'],
      [{ wells: 385 }, '--wells'],
      [{ plates: 0 }, '--plates'],
      [{ sites: 1.5 }, '--sites'],
      [{ size: 63 }, '--size'],
      [{ responders: [0.9, 0.5] }, '--responders'],
      [{ responders: [0.5, Number.NaN] }, '--responders'],
    ];
    for (const [change, option] of wrong) {
      try {
        planScreen({ seed: 1, ...change });
        expect.unreachable();
      } catch (error) {
        expect(isMilscopeError(error, 'BadOption') && error.details.option).toBe(option);
      }
    }
  });
});
