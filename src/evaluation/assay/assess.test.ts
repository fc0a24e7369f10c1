import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { assessAssay } from './assess.ts';
import { formatAssay } from './format.ts';
import { assayTable, type MadeField } from './testing/assay-table.ts';

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const wellName = (row: number, column: number) =>
  `${String.fromCharCode(65 + row)}${String(column + 1).padStart(2, '0')}`;

/** Plates of 8 x 12 wells: two columns of negative controls, one of positive ones, and 72 samples, of which the first six act. */
function plates(count: number, { edge = 0, seed = 1 } = {}): MadeField[] {
  const random = createRandom(seed, 'plates');
  return Array.from({ length: count }, (_, plate) =>
    Array.from({ length: 96 }, (__, i): MadeField[] => {
      const [row, column] = [Math.floor(i / 12), i % 12];
      const negative = column === 0 || column === 6;
      const positive = column === 11;
      const sample = negative || positive ? undefined : `s${row}-${column}`;
      const acts = sample !== undefined && column === 3 && row < 6;
      const isEdge = row === 0 || row === 7 || column === 0 || column === 11;
      const z = (positive ? 5 : acts ? 4 : -4) + (isEdge ? edge : 0) + 0.4 * random.normal();
      const Compound = negative ? 'DMSO' : positive ? 'taxol' : sample!;
      return [1, 2].map((site) => {
        return {
          plate: `P${plate + 1}`,
          well: wellName(row, column),
          site,
          p: sigmoid(z + 0.05 * site),
          Compound,
          MOA: positive ? 'active' : negative ? 'quiet' : '',
        };
      });
    }).flat(),
  ).flat();
}

const asked = { controlColumn: 'Compound', negative: ['DMSO'], positive: ['taxol'] };

describe('an assay of three plates', () => {
  const assay = assessAssay(assayTable(plates(3)), asked);

  it('finds the treatments that act, on wells and not on fields', () => {
    expect(assay.scoring.words).toBe('log odds of active against quiet');
    expect(assay.wells).toHaveLength(288);
    expect(assay.hits).toHaveLength(72);
    const hits = assay.hits.filter(({ hit }) => hit).map(({ treatment }) => treatment);
    expect(hits.toSorted()).toEqual([0, 1, 2, 3, 4, 5].map((row) => `s${row}-3`));
    const first = assay.hits.find(({ treatment }) => treatment === 's0-3')!;
    expect(first).toMatchObject({ wells: 3, negatives: 48, plates: 3, above: 3, reason: null, cells: null });
    // One well against 16 on each of three plates.
    expect(first.smallestP).toBeCloseTo(17 ** -3, 10);
    expect(first.effect!).toBeGreaterThan(5);
    expect(first.low!).toBeLessThan(first.effect!);
    expect(first.high!).toBeGreaterThan(first.effect!);
  });

  it('says how good each plate is, and finds no effect of places where there is none', () => {
    expect(assay.plates.map(({ plate, negatives, positives }) => [plate, negatives, positives])).toEqual([
      ['P1', 16, 8],
      ['P2', 16, 8],
      ['P3', 16, 8],
    ]);
    for (const { zPrime, ssmd, warning } of assay.plates) {
      expect(zPrime!).toBeGreaterThan(0.6);
      expect(ssmd!).toBeGreaterThan(8);
      expect(warning).toBeNull();
    }
    // Treatments act in column 4 alone.
    const odd = assay.plates.flatMap(({ effects }) => effects.filter(({ q }) => q < 0.01).map(({ name }) => name));
    expect(new Set(odd)).toEqual(new Set(['column 4']));
  });

  it('is told on a terminal in lines of 100 columns at most', () => {
    const text = formatAssay(assay);
    expect(text.split('\n').every((line) => line.length <= 100)).toBe(true);
    expect(text).toContain('6 of 72 treatments are hits');
    expect(text).toMatch(/P1 +16 +8 +0\.\d+/);
    expect(text).toMatch(/s\d-3 +3\/3 .* hit$/m);
  });
});

it('takes an effect of the edge away on request, and shows it before and after', () => {
  const table = assayTable(plates(1, { edge: 2 }));
  const [before] = assessAssay(table, asked).plates;
  expect(before!.effects.find(({ kind }) => kind === 'edge')!.q).toBeLessThan(0.05);
  const { plates: corrected, wells } = assessAssay(table, { ...asked, correction: 'b-score' });
  const { effects, effectsAfter } = corrected[0]!;
  expect(effects).toEqual(before!.effects);
  const delta = (of: typeof effects) => Math.abs(of.find(({ kind }) => kind === 'edge')!.delta);
  expect(delta(effectsAfter!)).toBeLessThan(delta(effects) / 2);
  expect(wells.every(({ corrected: score }) => score !== null)).toBe(true);
});

describe('few wells', () => {
  const wells = (names: readonly string[], p: number, Compound: string) => names.map((well) => ({ well, p, Compound }));
  const table = assayTable([
    ...wells(['A01', 'A02', 'A03', 'A04'], 0.1, 'DMSO').map((one, i) => ({ ...one, p: one.p + 0.01 * i })),
    ...wells(['B01', 'B02'], 0.9, 'x'),
    ...wells(['B03', 'B04'], 0.1, 'y'),
  ]);

  it('give no hit by p, and the smallest p is named', () => {
    const { hits, notes } = assessAssay(table, { controlColumn: 'Compound', negative: ['DMSO'] });
    expect(hits).toMatchObject([
      { treatment: 'x', p: expect.closeTo(1 / 15, 12), smallestP: expect.closeTo(1 / 15, 12), hit: false, above: 2 },
      { treatment: 'y', hit: false, above: 0 },
    ]);
    expect(hits[0]!.reason).toBe('2 against 4 wells give a p of 0.067 at the least: too few to call a hit');
    expect(notes[0]).toContain('no column gives the class of the negative controls');
    expect(formatAssay(assessAssay(table, { controlColumn: 'Compound', negative: ['DMSO'] }))).toContain(
      'The smallest p that so few wells can give is 0.067: no hit is called by p.',
    );
  });

  it('on a plate without negative controls are compared with none, and that is said', () => {
    const other = assayTable([
      ...table.rows.map(({ metadata, probability }) => {
        return { well: metadata.Metadata_Well!, p: probability[1]!, Compound: metadata.Metadata_Compound! };
      }),
      { plate: 'P2', well: 'A01', p: 0.9, Compound: 'z' },
    ]);
    const { hits, notes } = assessAssay(other, { controlColumn: 'Compound', negative: ['DMSO'] });
    expect(hits.at(-1)).toMatchObject({
      treatment: 'z',
      p: null,
      hit: false,
      reason: 'none of its wells can be compared with negative controls of its plate',
    });
    expect(notes).toContainEqual('1 plate or group has no negative control, so its wells are compared with none: P2');
  });

  it('with few cells are flagged, and a hit that may only kill is called so', () => {
    const many = assayTable(plates(3));
    const cellsOf = ({ metadata }: { metadata: Readonly<Record<string, string>> }) =>
      metadata.Metadata_Compound === 's0-3' ? 10 : 100;
    const { hits, notes } = assessAssay(many, { ...asked, cellsOf });
    expect(hits.find(({ treatment }) => treatment === 's0-3')).toMatchObject({
      ...{ hit: true, fewCells: true, cells: 60, cellShare: 0.1 },
      reason: 'few cells: it may only kill',
    });
    expect(hits.filter(({ fewCells }) => fewCells)).toHaveLength(1);
    expect(notes).toContain('3 wells have few cells: a score may tell only of death');
  });
});

describe('dose-response', () => {
  const random = createRandom(3, 'doses');
  const doses = [0.1, 0.3, 1, 3, 10, 30, 100];
  const series = (
    row: number,
    Compound: string,
    { ec50, Unit, scale = 1 }: { ec50: number; Unit: string; scale?: number },
  ) =>
    [0, 1].flatMap((replicate) => [
      {
        well: wellName(row + replicate, 0),
        p: sigmoid(-4 + 0.1 * random.normal()),
        Compound: 'DMSO',
        Dose: 0,
        Unit,
        Series: Compound,
      },
      {
        well: wellName(row + replicate, 10),
        p: sigmoid(-4 + 0.1 * random.normal()),
        Compound: 'DMSO',
        Dose: 0,
        Unit,
        Series: Compound,
      },
      ...doses.map((dose, i) => {
        const z = -4 + 8 / (1 + (ec50 / dose) ** 1.5) + 0.1 * random.normal();
        return {
          well: wellName(row + replicate, 1 + i),
          p: sigmoid(z),
          Compound,
          Dose: scale * dose,
          Unit,
          Series: Compound,
        };
      }),
    ]);
  const table = assayTable([
    ...series(0, 'quick', { ec50: 2, Unit: 'uM' }),
    ...series(2, 'slow', { ec50: 20, Unit: 'nM', scale: 1000 }),
    ...series(4, 'idle', { ec50: 1e9, Unit: 'uM' }),
  ]);
  const request = {
    controlColumn: 'Compound',
    negative: ['DMSO'],
    score: 'log-odds',
    group: 'Series',
    dose: 'Dose',
    unit: 'Unit',
  };
  const { doseResponse, scoring } = assessAssay(table, request);
  const of = (name: string) => doseResponse.find(({ compound }) => compound === name)!;

  it('finds the EC50 with an interval that holds it, in the unit of the table', () => {
    expect(scoring.kind).toBe('log odds');
    expect(of('quick')).toMatchObject({ group: 'quick', reason: null, wells: 18, doses: 8, drops: [] });
    for (const [name, ec50] of [
      ['quick', 2],
      ['slow', 20_000],
    ] as const) {
      const found = of(name);
      expect(found.ec50! / ec50).toBeCloseTo(1, 0.7);
      expect(found.low!).toBeLessThan(ec50);
      expect(found.high!).toBeGreaterThan(ec50);
      expect(found.slope!).toBeGreaterThan(1);
    }
    expect(of('slow').unit).toBe('nM');
  });

  it('says that nothing responds in place of a wild EC50', () => {
    expect(of('idle')).toMatchObject({ ec50: null, low: null, high: null });
    expect(of('idle').reason).toMatch(/no response/);
  });

  it('tests neither fit nor falls by the spread of controls alone, and knows a slope only within steps of dose', () => {
    // One well a dose, of which the highest but one lies far off; controls that are all but equal.
    const step = (row: number) =>
      doses.map((Dose, i) => {
        const z = [-4, -4, -4, 4, 4, 2, 4][i]! + 0.01 * random.normal();
        return { well: wellName(row, 1 + i), p: sigmoid(z), Compound: 'step', Dose };
      });
    const negatives = [1, 2, 3, 4].map((column) => {
      return { well: wellName(0, column), p: sigmoid(-4 + 0.01 * random.normal()), Compound: 'DMSO', Dose: 0 };
    });
    const asked = { ...request, group: undefined, unit: undefined };
    const [single] = assessAssay(assayTable([...negatives, ...step(1)]), asked).doseResponse;
    expect(single).toMatchObject({ lackOfFit: null, drops: [] });
    expect(single!.steps).toMatch(/^Too few doses have a second well/);
    expect(single!.ec50).not.toBeNull();
    expect(single!.reason).toBe('the response rises within one step of dose, so the slope is not known');
    const [twice] = assessAssay(assayTable([...negatives, ...step(1), ...step(2)]), asked).doseResponse;
    expect(twice!.lackOfFit!.p).toBeLessThan(0.05);
    expect(twice!.drops).toContainEqual(expect.objectContaining({ dose: doses[5] }));
  });

  it('takes places in a series, and doses on a linear scale', () => {
    const steps = table.rows.map((row) => Number(row.metadata.Metadata_Dose));
    const sorted = [0, ...doses];
    const indexed = {
      ...table,
      rows: table.rows.map((row, i) => {
        const dose = steps[i]! / (row.metadata.Metadata_Series === 'slow' ? 1000 : 1);
        return {
          ...row,
          metadata: { ...row.metadata, Metadata_Dose: String(sorted.findIndex((one) => Math.abs(one - dose) < 1e-6)) },
        };
      }),
    };
    const found = assessAssay(indexed, { ...request, doseScale: 'index' }).doseResponse;
    const quick = found.find(({ compound }) => compound === 'quick')!;
    // 2 lies between 1 (the third) and 3 (the fourth).
    expect(quick.ec50!).toBeGreaterThan(3);
    expect(quick.ec50!).toBeLessThan(4);
    expect(quick.unit).toBeNull();
  });
});

describe('plates on which wells cannot be compared', () => {
  const doses = [0.1, 0.3, 1, 3, 10, 30];
  const plate = (name: string, controls: readonly number[]) => [
    ...controls.map((p, i) => ({ plate: name, well: `A0${i + 1}`, p, Compound: 'DMSO', Dose: 0 })),
    ...doses.flatMap((Dose, i) =>
      ['B', 'C'].map((row) => {
        const p = sigmoid(-4 + 8 / (1 + (2 / Dose) ** 2) + (row === 'B' ? 0.05 : 0));
        return { plate: name, well: `${row}0${i + 1}`, p, Compound: 'drug', Dose };
      }),
    ),
  ];
  const good = plate('P1', [0.018, 0.017, 0.019, 0.0185]);
  const request = { controlColumn: 'Compound', negative: ['DMSO'], score: 'log-odds', dose: 'Dose' };
  const alone = assessAssay(assayTable(good), request);

  it.each([
    ['no negative control', [], '1 plate or group has no negative control, so its wells are compared with none: P2'],
    [
      'one negative control',
      [0.02],
      '1 plate or group has one negative control, whose spread is not known, so its wells are compared with none: P2',
    ],
    [
      'controls that are alike',
      [0.02, 0.02, 0.02],
      '1 plate or group has negative controls that all score the same, so its wells are compared with none: P2',
    ],
  ])('for they have %s change nothing of what others say', (_, controls, note) => {
    const both = assessAssay(assayTable([...good, ...plate('P2', controls)]), request);
    expect(both.notes).toContain(note);
    expect(both.doseResponse[0]!.ec50!).toBeCloseTo(alone.doseResponse[0]!.ec50!, 6);
    expect(both.replicates).toEqual(alone.replicates);
    expect(both.hits.map(({ p, effect, wells }) => [p, effect, wells])).toEqual(
      alone.hits.map(({ p, effect, wells }) => [p, effect, wells]),
    );
  });

  it('are refused in per cent of log odds, which may be below 0', () => {
    expect(() => assessAssay(assayTable(good), { ...request, normalization: 'percent-of-controls' })).toThrow(
      'log odds may be below 0, so they have no per cent',
    );
  });

  it('name one treatment for a dose in two units', () => {
    const wells = good.map((well, i) => {
      const milli = i % 2 === 0;
      return { ...well, Dose: milli ? well.Dose * 1000 : well.Dose, Unit: milli ? 'nM' : 'uM' };
    });
    const { hits } = assessAssay(assayTable(wells), { ...request, unit: 'Unit' });
    expect(hits).toHaveLength(doses.length);
  });
});
