import { describe, expect, it } from 'vitest';
import { isMilscopeError } from '../../errors.ts';
import { planScreen } from './layout.ts';
import { phenotypes } from './phenotypes.ts';
import type { ScreenOptions } from './screen-options.ts';

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
        expect(new Set(fields.map(({ label }) => label)).size).toBe(classes);
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
        expect(new Set(fields.map(({ label }) => label)).size).toBe(1);
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
      plan.filter(({ label }) => label === name).map(({ options }) => options.responders);
    expect(shares('normal').every((share) => share === 0)).toBe(true);
    const others = phenotypes.slice(1, 6).flatMap(({ name }) => shares(name));
    expect(Math.min(...others)).toBeGreaterThanOrEqual(0.4);
    expect(Math.max(...others)).toBeLessThanOrEqual(0.8);
    expect(Math.min(...others)).toBeLessThan(0.45);
    expect(Math.max(...others)).toBeGreaterThan(0.75);
  });

  it('shows every class alone and with others on every plate, as often as any other', () => {
    for (const [classes, wells, most] of [
      [6, 12, 3],
      [4, 24, 2],
      [10, 96, 4],
    ] as const) {
      const plan = planScreen({ seed: 5, classes, wells, mixture: [1, most], plates: 2, sites: 1 });
      const names = phenotypes.slice(1, classes).map(({ name }) => name);
      for (const [, fields] of groups(plan, ({ plate }) => plate)) {
        const labels = fields.map(({ label }) => label.split('|'));
        expect(labels.filter((parts) => parts.includes('normal')).every((parts) => parts.length === 1)).toBe(true);
        expect(labels.some(([first]) => first === 'normal')).toBe(true);
        for (let size = 1; size <= most; size++) {
          const counts = names.map(
            (name) => labels.filter((parts) => parts.length === size && parts.includes(name)).length,
          );
          expect(Math.min(...counts)).toBeGreaterThan(0);
          // Once by the draw, and once by the wells left over, which are the first treatments again.
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(2);
        }
      }
      for (const { label, options } of plan) {
        const shown = options.responses.map(({ phenotype }) => phenotype.name);
        expect(label).toBe([...shown].sort().join('|'));
        expect(options.responses.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
        const shares = options.responses.map(({ share }) => share);
        expect(Math.max(...shares)).toBeLessThanOrEqual(2 * Math.min(...shares));
        if (label !== 'normal') expect(options.responders).toBeGreaterThanOrEqual(0.5);
      }
      for (const [, fields] of groups(plan, ({ compound }) => compound)) {
        expect(new Set(fields.map(({ label }) => label)).size).toBe(1);
      }
    }
  });

  it('mixes normal cells in as a class of their own where there are no non-responders', () => {
    const labels = planScreen({ seed: 1, classes: 4, responders: [1, 1], mixture: [1, 2] }).map(({ label }) => label);
    expect(labels).toContain('normal');
    expect(labels.some((label) => label.split('|').includes('normal') && label !== 'normal')).toBe(true);
  });

  it('leaves the share of the wells empty that it is told, at least one, and has every class in the others', () => {
    for (const [wells, empty, expected] of [
      [12, 0.25, 3],
      [24, 0.01, 1],
      [20, 0.5, 10],
    ] as const) {
      for (const [, fields] of groups(planScreen({ seed: 2, wells, empty, sites: 2 }), ({ plate }) => plate)) {
        const blank = fields.filter(({ label }) => label === 'empty');
        expect(blank.length).toBe(2 * expected);
        expect(blank.every(({ options, compound }) => options.responses.length === 0 && compound === 'Blank')).toBe(
          true,
        );
        expect(new Set(fields.map(({ label }) => label)).size).toBe(7);
      }
    }
    const binary = planScreen({ seed: 2, classes: 1, wells: 4, empty: 0.5 });
    expect(new Set(binary.map(({ label }) => label))).toEqual(new Set(['normal', 'empty']));
  });

  it('lights the fields of a plate alike and those of another plate otherwise, as unevenly as it is told', () => {
    const plan = planScreen({ seed: 1, illumination: 0.6, plates: 2 });
    const lights = groups(plan, ({ plate }) => plate);
    for (const [, fields] of lights) {
      expect(new Set(fields.map(({ options }) => JSON.stringify(options.exposures))).size).toBe(1);
      for (const { illumination } of fields[0]!.options.exposures) expect(illumination?.depth).toBe(0.6);
    }
    const [first, second] = [...lights.values()].map(([field]) => field!.options.exposures[0]!.illumination);
    expect(first).not.toEqual(second);
  });

  it('refuses numbers that make no sense, by the name of their option', () => {
    const wrong: [Partial<ScreenOptions>, string][] = [
      [{ classes: 1 }, 'classes'],
      [{ classes: phenotypes.length + 1 }, 'classes'],
      [{ wells: 5 }, 'wells'],
      [{ wells: 385 }, 'wells'],
      [{ plates: 0 }, 'plates'],
      [{ sites: 1.5 }, 'sites'],
      [{ size: 63 }, 'size'],
      [{ responders: [0.9, 0.5] }, 'responders'],
      [{ responders: [0.5, Number.NaN] }, 'responders'],
      [{ mixture: [0, 2] }, 'mixture'],
      [{ mixture: [3, 2] }, 'mixture'],
      [{ mixture: [1, 6] }, 'mixture'],
      [{ mixture: [1, 3], classes: 3 }, 'mixture'],
      [{ mixture: [1, 3], wells: 10 }, 'wells'],
      [{ mixture: [1, 3], size: 153 }, 'size'],
      [{ mixture: [1, 2], responders: [0.05, 0.9] }, 'responders'],
      [{ classes: 1, mixture: [1, 2], empty: 0.2 }, 'classes'],
      [{ empty: 0.6 }, 'empty'],
      [{ empty: 1 }, 'empty'],
      [{ illumination: 1 }, 'illumination'],
      [{ background: -1 }, 'background'],
      [{ debris: Number.NaN }, 'debris'],
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
