import { describe, expect, it } from 'vitest';
import { flagKinds } from './flags.ts';
import { inspectFields } from './inspect-fields.ts';
import type { InspectedField } from './inspected-field.ts';
import type { Inspection } from './inspection.ts';
import { median, mostFrequent } from './robust.ts';
import { crowd, field, inspect } from './testing/inspected-fields.ts';

/** The advice whose problem reads so, once. */
function adviceOn({ advice }: Inspection, problem: RegExp) {
  const found = advice.filter((one) => problem.test(one.problem));
  expect(found.map((one) => one.problem)).toHaveLength(1);
  return found[0]!;
}

const none = ({ advice }: Inspection, problem: RegExp) =>
  expect(advice.filter((a) => problem.test(a.problem))).toEqual([]);

describe('advice', () => {
  it('asks whether RGB images beside grey channels are overlays, and says how to leave them out', () => {
    const colours = ['Overlay:0', 'Overlay:1', 'Overlay:2'];
    const on = { source: 'fields.csv', channels: ['DNA', 'Actin', ...colours], columns: [], rendered: colours };
    const channels = on.channels.map(() => ({}));
    const found = inspect(
      crowd(20, () => ({ channels, hashes: [] })),
      { on },
    );
    const { serious, problem, remedy } = adviceOn(found, /overlay/);
    expect(serious).toBe(true);
    expect(problem).toMatch(/^Overlay has RGB images beside grey channels \(DNA, Actin\).* 3 channels more$/);
    expect(remedy).toContain('‹channels› DNA,Actin');
    none(inspect(crowd(20)), /overlay/);
  });

  it('says what can be done about every kind of flag, and how many fields have it', () => {
    const { quality: _, ...lost } = field({});
    const skipped = { imageNumber: 1, file: 'a.tif', tag: 'MissingFile' as const, message: 'a.tif: does not exist.' };
    const one: Record<(typeof flagKinds)[number], InspectedField> = {
      unreadable: { ...lost, skipped },
      saturated: field({ channels: [{}, { max: 4095, atMax: 0.03 }] }),
      empty: field({ channels: [{ structure: 0.001 }, { structure: 0.002 }] }),
      'blank channel': field({ channels: [{ structure: 0.001 }, {}] }),
      blurred: field({ channels: [{ detail: -6 }, {}] }),
      duplicate: field({ hashes: ['twin', 'other'] }),
      'same channels': field({ hashes: ['own', 'own'] }),
      'other size': field({ side: 256 }),
      'other bit depth': field({ channels: [{ bitDepth: 8 }, {}] }),
      'fewer planes': field({ channels: [{ depth: 2 }, {}] }),
      'odd intensity': field({ channels: [{ mean: 1500 }, {}] }),
    };
    const twin = field({ hashes: ['twin', 'another'] });
    for (const kind of flagKinds) {
      // A duplicate is one of two.
      const odd = kind === 'duplicate' ? [one.duplicate, twin] : [one[kind]];
      const found = inspect([...crowd(50 - odd.length, () => ({ channels: [{ depth: 3 }, {}] })), ...odd]);
      expect(found.counts[kind]).toBe(odd.length);
      const { serious, remedy } = adviceOn(
        found,
        odd.length === 1 ? /^1 field \S.* \(2\.0 %\)$/ : /^2 fields \S.* \(4\.0 %\)$/,
      );
      expect(serious).toBe(true);
      if (odd.length === 1) expect(remedy).not.toMatch(/\b(them|these|those|their rows)\b/);
      expect(remedy.length).toBeGreaterThan(20);
    }
  });

  it('begins with what may have been read otherwise than it is meant', () => {
    const question = { problem: 'The images have 7 pages', remedy: 'are these planes of depth?' };
    const { screen, fields } = inspect(crowd(20));
    expect(inspectFields({ ...screen, questions: [question] }, fields).advice[0]).toEqual({
      serious: true,
      ...question,
    });
  });

  it('puts what is serious first', () => {
    const fields = [...crowd(20), field({ well: 'B01', site: '2' }), field({ side: 256, well: 'C01' })];
    const order = inspect(fields).advice.map(({ serious }) => serious);
    expect(order).toContain(true);
    expect(order).toContain(false);
    expect(order.lastIndexOf(true)).toBeLessThan(order.indexOf(false));
  });

  it('counts wells with fewer fields than usual, as something good to know', () => {
    const fields = ['A01', 'A02', 'A03', 'A04', 'A05', 'A06'].flatMap((well) =>
      ['1', '2', '3'].map((site) => field({ well, site })),
    );
    const without = (...left: readonly number[]) => inspect(fields.filter((_, i) => !left.includes(i)));
    none(without(), /fewer fields/);
    expect(adviceOn(without(4), /fewer fields/)).toMatchObject({
      ...{ serious: false, problem: '1 well has fewer fields than the usual 3' },
    });
    expect(adviceOn(without(4, 7, 8), /fewer/).problem).toBe('2 wells have fewer fields than the usual 3');
  });

  it('asks for the columns of wells where there are none, since fields of one well must stay together', () => {
    const lost = crowd(10).map((one) => ({ ...one, place: { ...one.place, well: '' } }));
    const { serious, remedy } = adviceOn(inspect(lost), /does not name the well/);
    expect(serious).toBe(true);
    expect(remedy).toMatch(/Metadata_Plate and Metadata_Well/);
    none(inspect(crowd(10)), /name the well/);
  });

  it('names a plate that is less sharp than the others in a channel', () => {
    const plate = (name: string, detail: number) =>
      crowd(12, () => ({ plate: name, channels: [{ detail }, { detail: -3 }] }));
    const found = inspect([...plate('P1', -3), ...plate('P2', -3.1), ...plate('P3', -4.6)]);
    const { serious, problem, remedy } = adviceOn(found, /less sharp/);
    expect([serious, problem]).toEqual([true, 'plate P3 is less sharp than the others in DNA']);
    expect(remedy).toMatch(/hold it out/);
    none(inspect([...plate('P1', -3), ...plate('P2', -3.1), ...plate('P3', -4.4)]), /less sharp/);
  });

  it('says where no detail can be told from noise, instead of comparing it', () => {
    const found = inspect(crowd(10, () => ({ channels: [{ detail: -11 }, { detail: -3 }] })));
    expect(adviceOn(found, /no fine detail/).problem).toContain('in DNA');
    none(inspect(crowd(10)), /no fine detail/);
  });

  it('measures fields and cells against what the network was made for', () => {
    const sized = (side: number, diameter?: number) =>
      crowd(10, () => ({ side })).map((one) => ({ ...one, quality: { ...one.quality!, diameter } }));
    const tooSmall = (side: number) => adviceOn(inspect(sized(side)), /too small for the network/);
    expect(tooSmall(62)).toMatchObject({
      ...{ serious: true, problem: 'a field of 62 pixels is too small for the network' },
    });
    expect(tooSmall(62).remedy).toMatch(/at least 63 pixels a side, or train with .*enlarge\W*2$/);
    expect(tooSmall(16).remedy).toMatch(/enlarge\W*4$/);
    expect(tooSmall(15).remedy).toMatch(/a side$/);
    none(inspect(sized(63)), /too small/);
    // Cells are some 2.5 times as wide as their nuclei: 20 pixels of 40.
    const small = inspect(sized(512, 8), { nucleiChannel: 'DNA' });
    expect(small.nuclei).toEqual({ channel: 'DNA', diameter: 8, fields: 10 });
    const advice = adviceOn(small, /cells look small/);
    expect(advice.serious).toBe(false);
    expect(advice.problem).toMatch(/about 8 pixels .*median of 10 fields.* may be about 20 pixels/);
    expect(advice.remedy).toMatch(/enlarge\W*2$/);
    expect(adviceOn(inspect(sized(512, 4), { nucleiChannel: 'DNA' }), /look small/).remedy).toMatch(/enlarge\W*4$/);
    none(inspect(sized(512, 12), { nucleiChannel: 'DNA' }), /look small/);
    none(inspect(sized(512, 8)), /look small/);
  });
});

describe('advice on labels', () => {
  const labelled = (labels: readonly string[]) =>
    inspect(
      labels.map((label, i) => field({ well: `B${i + 1}`, label })),
      { label: 'Metadata_MOA' },
    );
  const many = (label: string, count: number) => new Array<string>(count).fill(label);

  it('is all about the column where it has no classes to tell apart', () => {
    const [one, empty] = [labelled(many('A', 5)), labelled(many('', 5))];
    expect(adviceOn(one, /only one class/)).toMatchObject({ serious: true, problem: 'there is only one class, A' });
    none(one, /too few wells|differ in size|no label/);
    expect(adviceOn(empty, /^no field has a label$/).serious).toBe(true);
    expect(adviceOn(empty, /no label in/).problem).toBe('5 fields have no label in Metadata_MOA');
    none(labelled([...many('A', 5), ...many('B', 5)]), /only one class|has a label/);
  });

  it('counts fields without a label, classes of too few wells, and classes of other sizes', () => {
    const found = labelled([...many('A', 12), ...many('B', 3), ...many('C', 2), '']);
    expect(adviceOn(found, /has no label/).problem).toBe('1 field has no label in Metadata_MOA');
    expect(adviceOn(found, /too few wells/)).toMatchObject({
      serious: true,
      problem: expect.stringContaining(': C (2)'),
    });
    expect(adviceOn(found, /differ in size/)).toMatchObject({
      serious: false,
      problem: expect.stringContaining('from 2 to 12'),
    });
    const even = labelled([...many('A', 11), ...many('B', 3)]);
    none(even, /too few wells|differ in size|no label/);
  });

  it('proposes columns where none is named', () => {
    const found = inspect(crowd(24, (i) => ({ label: 'ABC'[i % 3]!, compound: `c${i}` })));
    const { serious, remedy } = adviceOn(found, /no label was named/);
    expect(serious).toBe(false);
    expect(remedy).toContain('Metadata_MOA');
  });
});

describe('advice on a split', () => {
  const fields = (wells: number) =>
    Array.from({ length: wells }, (_, w) =>
      ['1', '2'].map((site) =>
        field({ plate: w < wells / 2 ? 'P1' : 'P2', well: `A${w + 1}`, site, label: 'AB'[w % 2]! }),
      ),
    ).flat();
  const split = (wells: number, holdout: string) =>
    inspect(fields(wells), { label: 'Metadata_MOA', holdout: [holdout] });

  it('warns of wells on both sides, and names the first of them', () => {
    const { serious, problem, remedy } = adviceOn(split(8, 'Site=2'), /divides/);
    expect(serious).toBe(true);
    expect(problem).toMatch(
      /divides 8 wells: P1 A01, P1 A02, P1 A03, P1 A04 and 4 more would be used both for training and for testing$/,
    );
    expect(remedy).toMatch(/one value for each well/);
    none(split(8, 'Plate=P2'), /divides/);
    const odd = field({ plate: 'P1', well: 'A1', site: '3', compound: 'y' });
    const one = inspect([...fields(8), odd], { label: 'Metadata_MOA', holdout: ['Compound=y'] });
    expect(adviceOn(one, /divides/).problem).toMatch(
      /divides 1 well: P1 A01 would be used both for training and for testing$/,
    );
  });

  it('warns of a split that training would refuse', () => {
    expect(adviceOn(split(8, 'MOA=B'), /would refuse/).serious).toBe(true);
  });
});

describe('what a plate has', () => {
  it('is counted of its own fields', () => {
    const dark = {
      channels: [
        { mean: 100, detail: -3 },
        { mean: 200, detail: -4 },
      ],
    };
    const bright = {
      channels: [
        { mean: 700, detail: -2 },
        { mean: 900, detail: -3 },
      ],
    };
    const { plates } = inspect([
      ...crowd(10, () => dark),
      ...crowd(11, (i) => ({ plate: 'P2', well: `C${1 + (i >> 1)}`, ...bright })),
      field({ plate: 'P2', well: 'C06', ...bright, side: 100 }),
    ]);
    expect(plates.map(({ counts: _, ...plate }) => plate)).toEqual([
      { plate: 'P1', fields: 10, wells: 10, flagged: 0, brightness: [100, 200], detail: [-3, -4] },
      { plate: 'P2', fields: 12, wells: 6, flagged: 1, brightness: [700, 900], detail: [-2, -3] },
    ]);
    expect(plates.map(({ counts }) => counts['other size'])).toEqual([0, 1]);
  });
});

describe('what a channel has', () => {
  it('is the median over its fields', () => {
    const values = [9, 1, 5];
    const { channels } = inspect(
      values.map((value) =>
        field({
          channels: [
            { mean: value, percentile1: 10 + value, median: 20 + value, percentile99: 30 + value },
            { structure: value, detail: -value, slope: value / 2 },
          ],
        }),
      ),
    );
    expect(channels[0]).toMatchObject({ mean: 5, percentile1: 15, median: 25, percentile99: 35 });
    expect(channels[1]).toMatchObject({ structure: 5, detail: -5, slope: 2.5 });
    expect(channels[0]!.bitDepths).toEqual({ 16: 3 });
  });
});

describe('the middle of values', () => {
  it('is that of the finite ones', () => {
    expect(median([Number.NaN, 3, 1, 2])).toBe(2);
    expect(median([1, 2, Number.POSITIVE_INFINITY])).toBe(1.5);
    expect(median([Number.NEGATIVE_INFINITY, Number.NaN, 7])).toBe(7);
    expect(median([10, 9, 100, 1])).toBe(9.5);
    expect(median([Number.NaN])).toBeNaN();
  });

  it('of names is the most frequent, the first of equals', () => {
    expect(mostFrequent(['a', 'b', 'b', 'a', 'c'])).toEqual({ value: 'a', share: 0.4 });
    expect(mostFrequent([])).toBeUndefined();
  });
});
