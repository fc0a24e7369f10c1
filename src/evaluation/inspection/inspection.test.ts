import { describe, expect, it } from 'vitest';
import type { ChannelQuality, InspectedField } from './inspected-field.ts';
import { crowd, field, inspect } from './testing/inspected-fields.ts';

/** The flags of the last field as `kind:channel`. */
const last = (fields: readonly InspectedField[]) =>
  inspect(fields)
    .flags.at(-1)!
    .map(({ kind, channel }) => (channel === undefined ? kind : `${kind}:${channel}`));

describe('flags', () => {
  it('are not given to fields that differ a little', () => {
    const { flags, good: without, advice } = inspect(crowd(30));
    expect(flags.flat()).toEqual([]);
    expect(without).toBe(30);
    expect(advice.filter(({ serious }) => serious)).toEqual([]);
  });

  it('name the channel and what was found', () => {
    const fields = [...crowd(20), field({ channels: [{}, { max: 4095, atMax: 0.03 }] })];
    expect(inspect(fields).flags.at(-1)).toEqual([
      { kind: 'saturated', channel: 'Actin', found: '3.0 % of the pixels are at 4095' },
    ]);
  });

  it.each([
    ['saturated below the largest value of the bits', [{ max: 3700, atMax: 0.01 }, {}], ['saturated:DNA']],
    ['saturated in a few hot pixels only', [{ max: 4095, atMax: 0.0005 }, {}], []],
    ['empty', [{ structure: 0.001 }, { structure: 0.002 }], ['empty']],
    ['nearly empty', [{ structure: 0.02 }, { structure: 0.01 }], ['empty']],
    ['sparse', [{ structure: 0.02 }, { structure: 0.1 }], []],
    ['blank in one channel', [{ structure: 0.001 }, {}], ['blank channel:DNA']],
    ['blurred', [{ detail: -5 }, { detail: -6 }], ['blurred:DNA', 'blurred:Actin']],
    ['a little less sharp', [{ detail: -4.2 }, { detail: -4 }], []],
    ['too sharp to be true', [{ detail: -1 }, {}], []],
    ['too bright', [{ mean: 1500 }, {}], ['odd intensity:DNA']],
    ['a little brighter', [{ mean: 900 }, {}], []],
    ['of another depth', [{ bitDepth: 8 as const }, {}], ['other bit depth:DNA']],
  ])('judge a field that is %s', (_, channels, flags) => {
    expect(last([...crowd(20), field({ channels })])).toEqual(flags);
  });

  it('call a size odd where nearly all have another, and none in a screen of many sizes', () => {
    expect(last([...crowd(20), field({ side: 256 })])).toEqual(['other size']);
    expect(last([...crowd(20, (i) => ({ side: 300 + i })), field({ side: 256 })])).toEqual([]);
  });

  it('call planes too few where others have more, also if these are half of the fields', () => {
    const deep = (depth: number | undefined) => field({ channels: [{ depth }, {}] });
    expect(inspect([deep(2), deep(3)]).flags[0]).toEqual([
      { kind: 'fewer planes', channel: 'DNA', found: '2 planes of depth, others have 3' },
    ]);
    expect(last([...crowd(20, () => ({ channels: [{ depth: 3 }, {}] })), deep(1)])).toEqual(['fewer planes:DNA']);
    expect(last([deep(3), deep(3), deep(undefined)])).toEqual([]);
    expect(last([deep(3), deep(3), deep(4)])).toEqual([]);
  });

  it('judge a plate by itself, where it has fields enough', () => {
    const dim = { channels: [{ mean: 100 }, { mean: 100 }] };
    const plates = [...crowd(12), ...crowd(12, () => ({ plate: 'P2', ...dim }))];
    expect(inspect(plates).flags.flat()).toEqual([]);
    expect(inspect(plates).advice.map(({ remedy }) => remedy)).toContain('train with ‹normalization› plate');
    const few = [...crowd(12), ...crowd(11, () => ({ plate: 'P2', ...dim }))];
    expect(inspect(few).advice.map(({ remedy }) => remedy)).toContainEqual(
      expect.stringMatching(/by control wells.*not advised: plate P2 has 11 fields$/),
    );
    // The plates have two wells and one class each.
    const pure = ['P1', 'P2'].flatMap((plate) =>
      ['B02', 'B03'].flatMap((well) => crowd(6, () => ({ plate, well, label: plate, ...(plate === 'P2' && dim) }))),
    );
    expect(inspect(pure, { label: 'Metadata_MOA' }).advice.map(({ remedy }) => remedy)).toContainEqual(
      expect.stringMatching(/not advised: plates of one class would lose what sets them apart$/),
    );
    expect(last([...crowd(12), field({ plate: 'P2', ...dim })])).toEqual(['odd intensity:DNA', 'odd intensity:Actin']);
  });

  it('find the same pixels in fields, in single channels and in two channels of a field, but not in even planes', () => {
    const even = { min: 5, max: 5 };
    const fields = [
      field({ hashes: ['a', 'b'] }),
      field({ hashes: ['c', 'd'] }),
      field({ hashes: ['a', 'b'] }),
      field({ hashes: ['e', 'd'] }),
      field({ hashes: ['f', 'f'] }),
      field({ hashes: ['g', 'g'], channels: [even, even] }),
      field({ hashes: ['g', 'h'], channels: [even, {}] }),
    ];
    const kinds = inspect(fields).flags.map((own) =>
      own.filter(({ kind }) => /duplicate|same/.test(kind)).map(({ kind, channel }) => `${kind} ${channel ?? 'all'}`),
    );
    expect(kinds).toEqual([
      ['duplicate all'],
      ['duplicate Actin'],
      ['duplicate all'],
      ['duplicate Actin'],
      ['same channels DNA, Actin'],
      [],
      [],
    ]);
  });

  it('say why a field is unreadable, which costs only itself', () => {
    const { quality: _, ...lost } = field({});
    const skipped = {
      imageNumber: 1,
      file: 'a.tif',
      tag: 'MissingFile' as const,
      message: 'a.tif: the file does not exist.',
    };
    const { flags, counts, good: without } = inspect([...crowd(10), { ...lost, skipped }]);
    expect(flags.at(-1)).toEqual([{ kind: 'unreadable', found: 'a.tif: the file does not exist.' }]);
    expect([counts.unreadable, without]).toEqual([1, 10]);
  });
});

describe('channels', () => {
  it('know the bits that are used', () => {
    const bits = (channel: Partial<ChannelQuality>) => {
      const { bitsUsed, emptyBits, ceiling } = inspect(crowd(3, () => ({ channels: [channel, {}] }))).channels[0]!;
      return [bitsUsed, emptyBits, ceiling];
    };
    expect(bits({ max: 4095 })).toEqual([12, 0, 4095]);
    expect(bits({ max: 3999 })).toEqual([12, 0, null]);
    expect(bits({ max: 65520, emptyBits: 4 })).toEqual([12, 4, 65520]);
    expect(bits({ max: 255, bitDepth: 8 })).toEqual([8, 0, 255]);
    expect(bits({ max: 1, bitDepth: 32, emptyBits: 0 })).toEqual([null, 0, null]);
    expect(bits({ min: 0, max: 0.9, bitDepth: 32, atMax: 0.02 })).toEqual([null, 0, 0.9]);
    expect(bits({ min: 0, max: 0 })).toEqual([1, 0, null]);
  });
});

describe('layout', () => {
  it('names the sites that a well lacks', () => {
    const wells = ['A01', 'A02', 'A03', 'H12'];
    const fields = wells.flatMap((well) => ['1', '2', '3'].map((site) => field({ well, site })));
    const { layout } = inspect(fields.filter(({ place }) => place.well !== 'A02' || place.site !== '2'));
    expect(layout).toMatchObject({
      wells: 4,
      plates: ['P1'],
      sitesPerWell: 3,
      format: { wells: 96, rows: 8, columns: 12 },
    });
    expect(layout.incomplete).toEqual([{ plate: 'P1', well: 'A02', fields: 2, missing: ['2'] }]);
  });

  it('knows larger plates, and wells without a place', () => {
    expect(inspect([field({ well: 'p24' })]).layout.format?.wells).toBe(384);
    expect(inspect([field({ well: 'AA1' })]).layout.format?.wells).toBe(1536);
    expect(inspect([field({ well: 'slide three' })]).layout.format).toBeNull();
  });
});

describe('classes', () => {
  const row = (i: number) => 'ABCDEFGH'[i % 8]!;
  const column = (i: number) => String(2 + Math.floor(i / 8)).padStart(2, '0');
  const well = (i: number) => `${row(i)}${column(i)}`;
  const batches = (report: ReturnType<typeof inspect>) =>
    report.classes!.batches.find(({ column: name }) => name === 'Metadata_Batch')!;

  it('that stand in one batch each are told by it; balanced ones are not', () => {
    const told = inspect(
      crowd(48, (i) => ({ well: well(i), label: 'ABC'[i % 3]!, batch: `W${i % 3}` })),
      { label: 'Metadata_MOA' },
    );
    expect(batches(told)).toMatchObject({ accuracy: 1, tells: true, batches: ['W0', 'W1', 'W2'] });
    expect(batches(told).majority).toBeCloseTo(1 / 3);
    expect(batches(told).alone).toEqual([
      { name: 'A', batch: 'W0' },
      { name: 'B', batch: 'W1' },
      { name: 'C', batch: 'W2' },
    ]);
    expect(batches(told).pure.map(({ batch }) => batch)).toEqual(['W0', 'W1', 'W2']);
    expect(batches(told).counts).toEqual([
      [16, 0, 0],
      [0, 16, 0],
      [0, 0, 16],
    ]);
    const fair = inspect(
      crowd(48, (i) => ({ well: well(i), label: 'ABC'[i % 3]!, batch: `W${Math.floor(i / 24)}` })),
      { label: 'Metadata_MOA' },
    );
    expect(batches(fair)).toMatchObject({ tells: false, alone: [], pure: [] });
  });

  it('are counted by field, well and plate, with what has no label or several', () => {
    const labels = ['A', 'A', 'B', 'B|A', '', 'nan'];
    const fields = labels.map((label, i) => field({ plate: `P${i % 2}`, well: 'A01', site: String(i), label }));
    const { classes } = inspect(fields, { label: 'Metadata_MOA' });
    expect(classes!.classes).toEqual([
      { name: 'A', fields: 3, wells: 2, plates: 2 },
      { name: 'B', fields: 2, wells: 2, plates: 2 },
    ]);
    expect([classes!.unlabelled, classes!.several]).toEqual([2, 1]);
    expect(classes!.mixedWells).toEqual(['P0 A01', 'P1 A01']);
  });

  it('at the edge of the plate are named, unless the others are there too', () => {
    const atEdge = (labelOf: (name: string) => string) => {
      const names = Array.from({ length: 96 }, (_, i) => `${row(i)}${String(1 + Math.floor(i / 8)).padStart(2, '0')}`);
      return inspect(
        names.map((name) => field({ well: name, label: labelOf(name) })),
        { label: 'Metadata_MOA' },
      ).classes!.atEdge;
    };
    expect(atEdge((name) => (/^[AH]/.test(name) ? 'control' : 'drug')).map(({ name }) => name)).toEqual(['control']);
    expect(atEdge((name) => (Number(name.slice(1)) % 2 === 0 ? 'control' : 'drug'))).toEqual([]);
  });

  it('that might be meant are proposed', () => {
    const fields = crowd(24, (i) => ({ label: 'ABC'[i % 3]!, compound: `c${i}` }));
    expect(inspect(fields).labelColumns).toEqual(['Metadata_MOA']);
  });
});

describe('the split', () => {
  const fields = Array.from({ length: 12 }, (_, w) =>
    ['1', '2'].map((site) =>
      field({
        plate: w < 6 ? 'P1' : 'P2',
        well: `A${w + 1}`,
        site,
        label: 'AB'[w % 2]!,
        compound: `c${w % 3}`,
        hashes: [`${w}${site}x`, `${w}${site}y`],
      }),
    ),
  ).flat();
  const split = (of: readonly InspectedField[], ...holdout: string[]) =>
    inspect(of, { label: 'Metadata_MOA', holdout }).split!;

  it('is that of a training', () => {
    const report = split(fields, 'Plate=P2');
    expect(report).toMatchObject({
      dividedWells: [],
      leaks: [],
      refused: null,
      treatments: { tested: 3, trainedToo: 3 },
    });
    expect(report.sides).toEqual({
      train: { fields: 8, wells: 4 },
      validation: { fields: 4, wells: 2 },
      test: { fields: 12, wells: 6 },
    });
  });

  it('names the wells on both sides, and why train would refuse it', () => {
    const report = split(fields, 'Site=2');
    expect(report.dividedWells).toHaveLength(12);
    expect(report.sides).toBeNull();
    expect(report.refused).toMatch(/would stand on both sides/);
    expect(split(fields, 'MOA=B').refused).toMatch(/no field is left to train on/);
  });

  it('finds held-out pixels that are trained on', () => {
    const leak = field({ plate: 'P2', well: 'C05', hashes: ['01x', 'own'] });
    expect(split([...fields, leak], 'Plate=P2').leaks).toEqual([`P2 C05 (field ${leak.field.imageNumber})`]);
  });

  it('throws for a holdout that nothing meets', () => {
    expect(() => split(fields, 'Plate=P9')).toThrow(/no field has this value/);
    expect(() => split(fields, 'Colour=red')).toThrow(/no such column/);
  });
});
