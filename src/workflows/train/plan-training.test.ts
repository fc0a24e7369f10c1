import { describe, expect, it } from 'vitest';
import { readingOf } from '../../screen/reading.ts';
import { type PlanInputs, planTraining } from './plan-training.ts';
import { examinedScreen, machine, requestOf } from './testing/examined-screen.ts';

const examined = examinedScreen();

function plan(
  more: Readonly<Record<string, unknown>> = {},
  { on = examined, of = machine, ...inputs }: PlanInputs & { on?: typeof examined; of?: typeof machine } = {},
) {
  return planTraining(on, requestOf(more), inputs, of);
}

/** One without blocks. */
const without = { ...machine, lanes: async () => undefined };

const countOf = ({ fields }: Awaited<ReturnType<typeof plan>>, split: string) =>
  fields.filter((field) => field.split === split).length;

/** Eleven cells in every field, one of them outside of it. */
const cells = {
  file: 'cells.csv',
  sha256: 'hash of the cells',
  size: 70,
  byImage: new Map(
    examined.readable.map(({ field }) => [
      field.imageNumber,
      Array.from({ length: 11 }, (_, i) => ({ x: i === 10 ? 999 : 10 * i, y: 10, row: i + 2 })),
    ]),
  ),
  unknown: [],
};

describe('a plan', () => {
  it('is plain JSON, and the same for the same screen, request and machine', async () => {
    const planned = await plan({ holdout: ['Plate=Plate2'], normalization: 'plate' });
    expect(JSON.parse(JSON.stringify(planned))).toEqual(planned);
    expect(await plan({ holdout: { Plate: 'Plate2' }, normalization: 'plate' })).toEqual(planned);
  });

  it('has a default for everything that the request leaves open', async () => {
    expect(await plan()).toMatchObject({
      milscope: '1.2.3',
      screen: '/screen/fields.csv',
      table: 'hash of the table',
      label: 'MOA',
      classes: ['a', 'b', 'c'],
      channels: ['DNA', 'Actin'],
      // Each plate has 12 fields.
      normalization: { scope: 'plate' },
      options: {
        from: null,
        pooling: 'noisy-and',
        sharpness: 10,
        head: 'softmax',
        holdout: [],
        fraction: 1,
        validation: 0.1,
        // 900 steps of 16 fields, two an epoch, are more epochs than the most.
        epochs: 200,
        balance: 'none',
        batch: 16,
        microBatch: 8,
        // Seven eighths of 200 pixels.
        crop: 175,
        enlarge: 1,
        learningRate: 0.001,
        thresholdLearningRate: 0.001,
        schedule: 'one-cycle',
        jitter: 0.15,
        averaging: 0.98,
        cells: null,
        seed: 1,
        workers: 2,
      },
    });
  });

  it.each([
    ['pooling', 'mean'],
    ['sharpness', 5],
    ['fraction', 0.5],
    ['validation', 0],
    ['epochs', 3],
    ['batch', 4],
    ['microBatch', 3],
    ['crop', 100],
    ['enlarge', 2],
    ['learningRate', 0.01],
    ['thresholdLearningRate', 0],
    ['schedule', 'constant'],
    ['balance', 'weights'],
    ['balance', 'cap=1'],
    ['jitter', 0],
    ['averaging', 0],
    ['seed', 7],
    ['head', 'sigmoid'],
    ['holdout', ['Plate=Plate1']],
  ])('takes %s %s from the request, and has another name then', async (option, value) => {
    const [usual, changed] = [await plan(), await plan({ [option]: value })];
    expect(usual.options[option as 'seed']).not.toEqual(value);
    expect(changed.options[option as 'seed']).toEqual(value);
    expect(changed.runHash).not.toBe(usual.runHash);
  });

  it('knows how the screen was read, where that was said', async () => {
    expect((await plan()).options.screen).toBeUndefined();
    const asked = { level: 1, annotations: 'drugs.csv', on: ['Plate', 'Well'] };
    expect((await plan(asked)).options.screen).toEqual(asked);
  });

  it('says what that came to: level, size of the pixels, and names of the channels on the screen', async () => {
    const { channelChoice, ...plain } = await plan();
    expect(plain).toMatchObject({ level: 0, pixelSize: null });
    expect(channelChoice).toBeUndefined();
    const choice = { names: ['w1', 'w2'], of: ['w1', 'w2', 'w3'] };
    const screen = { ...examined.screen, reading: readingOf({ level: 1 }), pixelSize: 0.65, channelChoice: choice };
    const on = { ...examined, screen };
    expect(await plan({}, { on })).toMatchObject({ level: 1, pixelSize: 0.65, channelChoice: choice });
  });

  it('knows the model that it begins with', async () => {
    const from = { file: 'model.onnx', sha256: 'hash of the model' };
    expect((await plan({}, { from })).options.from).toEqual(from);
  });

  it('has the same name with more workers', async () => {
    const [one, two] = [await plan({ workers: 1, microBatch: 4 }), await plan({ workers: 2, microBatch: 4 })];
    expect([one.options.workers, two.options.workers]).toEqual([1, 2]);
    expect(one.runHash).toBe(two.runHash);
    expect((await plan({ batch: 3 }, { of: { ...machine, threads: 8 } })).options.workers).toBe(3);
  });

  it('fits micro-batches into the memory of the machine, in rounds of equal size', async () => {
    const { options } = await plan({ workers: 1, crop: 200 }, { of: { ...without, memory: 1.5e9 } });
    // A quarter of the memory holds 10 fields; 16 are done as 8 and 8.
    expect(options.microBatch).toBe(8);
    expect(
      (await plan({ workers: 1, crop: 200, enlarge: 2 }, { of: { ...without, memory: 1.5e9 } })).options,
    ).toMatchObject({
      microBatch: 2,
    });
  });
});

describe('how steps are computed', () => {
  it('is decided, stands in the plan and is part of its name', async () => {
    const [usual, blocked, reference] = await Promise.all([
      plan(),
      plan({ plan: 'blocked' }),
      plan({ plan: 'reference' }),
    ]);
    expect([usual, blocked, reference].map(({ options }) => options.plan)).toEqual(['blocked', 'blocked', 'reference']);
    expect(usual.runHash).toBe(blocked.runHash);
    expect(reference.runHash).not.toBe(blocked.runHash);
    expect(await plan({}, { of: without })).toEqual(reference);
    await expect(plan({ plan: 'blocked' }, { of: without })).rejects.toMatchObject({ details: { option: 'plan' } });
    // Where other runs have decided, the machine is not asked.
    expect(await plan({}, { of: without, stepPlan: 'blocked' })).toEqual(blocked);
    expect(await plan({}, { stepPlan: 'reference' })).toEqual(reference);
  });

  it('by the reference gives a run the name that it had before there were plans', async () => {
    const planned = await plan({ plan: 'reference' });
    const { runHash, screen: _, skipped: __, validation: ___, intensities: ______, ...rest } = planned;
    const { workers, plan: ____, instances: _____, dropout, ...options } = rest.options;
    expect(dropout).toBe(1);
    expect(workers).toBe(2);
    expect(runHash).toBe(await machine.hash(JSON.stringify({ ...rest, options })));
  });

  it('in blocks shares a batch evenly among the workers, whatever the memory', async () => {
    const micro = async (workers: number, more = {}) =>
      (await plan({ workers, crop: 200, ...more }, { of: { ...machine, memory: 1e9 } })).options.microBatch;
    expect(await Promise.all([1, 2, 3, 16].map((workers) => micro(workers)))).toEqual([16, 8, 6, 1]);
    expect(await micro(2, { microBatch: 3 })).toBe(3);
  });
});

describe('the fields of a plan', () => {
  it('are held out, drawn and kept by wells', async () => {
    const planned = await plan({ holdout: ['Plate=Plate2'], validation: 0.5 });
    expect(planned.fields.filter(({ split }) => split === 'test').map(({ imageNumber }) => imageNumber)).toEqual(
      Array.from({ length: 12 }, (_, i) => i + 13),
    );
    expect([countOf(planned, 'train'), countOf(planned, 'validation')]).toEqual([6, 6]);
    expect(planned.validation).toMatchObject({ by: 'last', words: expect.stringContaining('a has 1 well among') });
    expect((await plan({ validation: 0.5 })).validation).toMatchObject({ by: 'validation' });
    const sides = new Map<string, string>();
    for (const { well, split } of planned.fields) {
      expect(sides.set(well, sides.get(well) ?? split).get(well)).toBe(split);
    }
    expect(countOf(await plan({ fraction: 0.5, validation: 0 }), 'train')).toBe(12);
  });

  it('are drawn otherwise with another seed', async () => {
    const drawn = async (seed: number) => (await plan({ seed, validation: 0.3 })).fields.map(({ split }) => split);
    expect(await drawn(1)).toEqual(await drawn(1));
    expect(
      new Set(await Promise.all([1, 2, 3, 4].map(async (seed) => (await drawn(seed)).join()))).size,
    ).toBeGreaterThan(1);
  });

  it('are used as they are told, for a fold of a comparison', async () => {
    const uses = examined.readable.map((_, i) =>
      i < 12
        ? ({ split: 'train', ...(i < 6 && { tested: true as const }) } as const)
        : i < 18
          ? ({ split: 'test' } as const)
          : undefined,
    );
    const planned = await plan({}, { uses });
    expect(planned.fields).toHaveLength(18);
    expect(planned.fields.filter(({ tested }) => tested)).toHaveLength(6);
    expect([countOf(planned, 'train'), countOf(planned, 'test')]).toEqual([12, 6]);
  });

  it('stand in it with their class, well, batch, means and files', async () => {
    expect((await plan()).fields[3]).toMatchObject({
      imageNumber: 4,
      label: 'b',
      well: 'Plate1 A02',
      batch: 'Plate1',
      channelMeans: [103, 197],
      files: [
        { file: 'images/4_DNA.tif', sha256: 'hash of /screen/images/4_DNA.tif' },
        { file: 'images/4_Actin.tif', sha256: 'hash of /screen/images/4_Actin.tif' },
      ],
    });
  });

  it('are measured: those that are trained on, or every plate', async () => {
    const screen = await plan({ holdout: ['Plate=Plate2'], validation: 0, normalization: 'screen' });
    expect(screen.normalization.mean.map((mean) => Number(mean.toFixed(6)))).toEqual([105.5, 194.5]);
    expect(screen.plates).toBeUndefined();
    const plate = await plan({ holdout: ['Plate=Plate2'], validation: 0, normalization: 'plate' });
    expect(plate.normalization).toEqual({ ...screen.normalization, scope: 'plate' });
    expect(Object.entries(plate.plates!).map(([name, { mean }]) => [name, Number(mean[0]!.toFixed(6))])).toEqual([
      ['Plate1', 105.5],
      ['Plate2', 117.5],
    ]);
  });

  it('are measured by the control wells of each plate, and by medians, where that is asked', async () => {
    const asked = { holdout: ['Plate=Plate2'], validation: 0, controlColumn: 'Well', negative: ['A1'] };
    const controls = await plan({ ...asked, normalization: 'controls' });
    const { mean } = (await plan({ ...asked })).normalization;
    const means = (of: typeof controls) => Object.values(of.plates!).map((plate) => plate.mean.map(Math.round));
    // Fields 1 and 2, and 13 and 14.
    expect(means(controls)).toEqual([
      [101, 200],
      [113, 188],
    ]);
    // Controls of the plates that are trained on stand for those of all.
    expect(controls.normalization).toMatchObject({
      ...{ scope: 'controls', controls: { column: 'Well', values: ['A1'] }, mean },
      reference: controls.plates!.Plate1,
    });
    expect(controls.options).toMatchObject({ controlColumn: 'Well', negative: ['A1'] });
    const median = await plan({ ...asked, normalization: 'plate', plateMeasure: 'median' });
    expect(median.normalization).toMatchObject({ scope: 'plate', measure: 'median', reference: median.plates!.Plate1 });
    expect(median.normalization.controls).toBeUndefined();
    const chosen = await plan({ ...asked, normalization: 'auto' });
    expect(chosen.normalization.scope).toBe('plate');
    const hashes = [controls, median, chosen, await plan({ ...asked, normalization: 'screen' })];
    expect(new Set(hashes.map(({ runHash }) => runHash)).size).toBe(4);
  });

  it('have so many epochs as a step of so many fields wants', async () => {
    const epochs = async (more: Readonly<Record<string, unknown>>) =>
      (await plan({ validation: 0, ...more })).options.epochs;
    // 24 fields: 6 steps of 4 an epoch, of the 1800 that so small batches want, are more than 200 epochs.
    expect(await epochs({ batch: 4 })).toBe(200);
    // 3600 steps of 1, of which an epoch has 24.
    expect(await epochs({ batch: 1 })).toBe(150);
    expect(await epochs({ batch: 1, balance: 'cap=4' })).toBe(200);
  });

  it('are cropped by seven eighths of the smallest, at most 900 pixels, once enlarged', async () => {
    const crop = async (height: number, more = {}) =>
      (await plan(more, { on: examinedScreen({ height, width: 2000 }) })).options.crop;
    expect([
      await crop(400),
      await crop(1500),
      await crop(1500, { enlarge: 3 }),
      await crop(80, { enlarge: 4 }),
    ]).toEqual([350, 900, 300, 17]);
    await expect(plan({ crop: 201 })).rejects.toMatchObject({ tag: 'TooSmall' });
    await expect(plan({ crop: 40 })).rejects.toMatchObject({ tag: 'BadOption', details: { option: 'crop' } });
    expect((await plan({ crop: 40, enlarge: 2 })).options).toMatchObject({ crop: 40, enlarge: 2 });
  });

  it('have crops of four sevenths of the side in the first epochs, of three instances a side at least', async () => {
    const first = async (more: Readonly<Record<string, unknown>>, height = 200) =>
      (await plan(more, { on: examinedScreen({ height, width: 2000 }) })).options.firstCrop;
    expect([await first({}, 400), await first({}), await first({ crop: 140 }), await first({ crop: 70 })]).toEqual([
      ...[200, 127, 127, 70],
    ]);
    expect([await first({ crop: 100, enlarge: 2 }), await first({ crop: 140, firstCrop: 90 })]).toEqual([64, 90]);
    for (const firstCrop of [62, 141]) {
      await expect(plan({ crop: 140, firstCrop })).rejects.toMatchObject({
        tag: 'BadOption',
        details: { option: 'firstCrop', expected: '63 to 140' },
      });
    }
  });

  it('need at least two classes among those that are trained on', async () => {
    const uses = examined.readable.map(({ field }) =>
      field.metadata.Metadata_MOA === 'a' ? ({ split: 'train' } as const) : undefined,
    );
    await expect(plan({}, { uses })).rejects.toMatchObject({ tag: 'BadLabel', details: { found: 'one class, a' } });
  });
});

describe('a plan on cells', () => {
  it('knows how many cells each field has, how many are shown, and what is left out', async () => {
    const planned = await plan({ validation: 0, instances: 'cropped-cells' }, { cells });
    expect(planned.options).toMatchObject({
      crop: 70,
      // As many pixels as a crop of 175; of a step, as those of 16 crops.
      cells: { file: 'cells.csv', sha256: 'hash of the cells', size: 70, shift: 4, perField: 6 },
      batch: 96,
    });
    expect(planned.fields.every((field) => field.cells === 10)).toBe(true);
    expect(planned.skipped.map(({ tag }) => tag)).toEqual(new Array(24).fill('BadCell'));
  });

  it('pools the cells of a field or of a well unless told otherwise, some of each at a step', async () => {
    const pooled = await plan({ validation: 0 }, { cells });
    expect(pooled.options).toMatchObject({
      ...{ instances: 'cells', bag: 'field', batch: 8, cells: { perField: 16 } },
      ...{ learningRate: 0.001, thresholdLearningRate: 0.01, dropout: 0 },
    });
    expect((await plan({ validation: 0, instances: 'cropped-cells' }, { cells })).runHash).not.toBe(pooled.runHash);
    expect((await plan({ validation: 0, bag: 'well' }, { cells })).runHash).not.toBe(pooled.runHash);
    expect((await plan({ instances: 'cells' })).options).toMatchObject({ instances: 'positions', cells: null });
  });

  it('keeps a tested field without cells where these are the instances, since it has an answer', async () => {
    const without = new Map([...cells.byImage].filter(([imageNumber]) => imageNumber !== 1 && imageNumber !== 24));
    const uses = examined.readable.map((_, i) => ({ split: i < 12 ? ('train' as const) : ('test' as const) }));
    const numbers = async (instances: 'cells' | 'cropped-cells') => {
      const inputs = { cells: { ...cells, byImage: without }, uses };
      const { fields, skipped } = await plan({ validation: 0, instances }, inputs);
      expect(skipped.some(({ imageNumber, tag }) => imageNumber === 1 && tag === 'NoCell')).toBe(true);
      return fields.map(({ imageNumber, cells: count }) => `${imageNumber}: ${count}`);
    };
    expect(await numbers('cells')).toHaveLength(23);
    expect((await numbers('cells')).at(-1)).toBe('24: 0');
    expect((await numbers('cropped-cells')).at(-1)).toBe('23: 10');
    // One that was to be trained on and tested is only tested.
    const tested = examined.readable.map(() => ({ split: 'train' as const, tested: true as const }));
    const { fields } = await plan({ validation: 0 }, { cells: { ...cells, byImage: without }, uses: tested });
    expect([fields[0], fields[1]]).toMatchObject([
      { split: 'test', cells: 0 },
      { split: 'train', tested: true },
    ]);
  });

  it('shows fields where only the positions that hold cells are pooled, as a run of another name', async () => {
    const planned = await plan({ validation: 0, instances: 'foreground', crop: 100 }, { cells });
    expect(planned.options).toMatchObject({
      ...{ instances: 'foreground', cells: null, crop: 100, batch: 16, dropout: 1, thresholdLearningRate: 0.001 },
      foreground: { file: cells.file, sha256: cells.sha256 },
    });
    expect(planned.fields.every((field) => field.cells === 10)).toBe(true);
    const others = await Promise.all([
      plan({ validation: 0, crop: 100 }),
      plan({ validation: 0, instances: 'foreground', crop: 100 }, { cells: { ...cells, sha256: 'others' } }),
    ]);
    expect(new Set([planned, ...others].map(({ runHash }) => runHash)).size).toBe(3);
    // A field without cells is tested all the same.
    const without = new Map([...cells.byImage].filter(([imageNumber]) => imageNumber !== 24));
    const uses = examined.readable.map((_, i) => ({ split: i < 12 ? ('train' as const) : ('test' as const) }));
    const tested = await plan({ instances: 'foreground' }, { cells: { ...cells, byImage: without }, uses });
    expect(tested.fields.at(-1)).toMatchObject({ imageNumber: 24, cells: 0 });
  });

  it('refuses squares larger than a field', async () => {
    await expect(plan({}, { cells: { ...cells, size: 201 } })).rejects.toMatchObject({
      tag: 'TooSmall',
      details: { remedy: expect.stringContaining('cellSize') },
    });
  });
});
