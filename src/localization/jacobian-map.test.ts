import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { smallestSide } from '../network/architecture.ts';
import { encodeModelFile, type ModelDescription } from '../network/model-file.ts';
import { POOLING_NAMES } from '../network/pooling/poolings.ts';
import { type NetworkModel, readModel } from '../network/read-model.ts';
import { OTHER_LAYERS } from '../network/testing/other-layers.ts';
import { blobs, formulaModel } from '../network/testing/simulate.ts';
import { findLanes } from '../onnx/blocked/find-lanes.ts';
import { createNodeSession } from '../onnx/node/session.ts';
import { createNodeSessionPool } from '../onnx/node/session-pool.ts';
import type { SessionPool } from '../onnx/session-pool.ts';
import { float32 } from '../onnx/tensor.ts';
import type { Image } from '../pixels/pixels.ts';
import { classProbabilityMap } from './class-probability-map.ts';
import { createJacobianMapper, type JacobianMap } from './jacobian-map.ts';
import { continueBorder, takeOut } from './small-field.ts';

/** A pool of its own, for what draws with several models in turn: names of graphs are those of one model. */
async function withPool<T>(use: (pool: SessionPool) => Promise<T>): Promise<T> {
  const pool = createNodeSessionPool({ workers: 1 });
  try {
    return await use(pool);
  } finally {
    await pool.release();
  }
}

interface DrawOptions {
  readonly tile?: number;
  readonly classes?: number[];
  readonly channelMaps?: boolean;
  readonly lanes?: 8 | 16 | undefined;
}

/** Used by one drawing after the other: what has the same name is loaded again. */
const drawing = createNodeSessionPool({ workers: 1 });
afterAll(() => drawing.release());

const draw = (model: NetworkModel, field: Image, { classes, ...options }: DrawOptions = {}) =>
  createJacobianMapper(model, { pool: drawing, ...options })(field, classes);

const largest = (values: Float32Array) => values.reduce((most, value) => Math.max(most, value), 0);

function expectSane({ height, width, rows, columns, channels, total, map, bag, probability }: JacobianMap): void {
  if (channels) expect(channels).toHaveLength(2 * height * width);
  expect(total).toHaveLength(height * width);
  expect(map).toHaveLength(bag.length * rows * columns);
  for (const part of [channels ?? [], total, map, bag, probability]) {
    expect(part.every((value) => Number.isFinite(value) && value >= -1e-6)).toBe(true);
  }
}

/** The largest difference, relative to the largest value. */
function difference(found: Float32Array, expected: Float32Array): number {
  expect(found).toHaveLength(expected.length);
  const worst = found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
  return worst / largest(expected);
}

describe('a field smaller than what an instance sees', () => {
  it.each([
    [31, 31],
    [31, 140],
    [1, 2],
  ])('of %i × %i pixels is drawn with its border continued', async (height, width) => {
    const field = blobs(height, width);
    for (const enlarge of [1, 2]) {
      const model = formulaModel({ enlarge });
      const found = await draw(model, field);
      expectSane(found);
      expect(found.enlarged?.length ?? 0).toBe(enlarge === 2 ? 4 * height * width : 0);
      const { pixels, placed } = continueBorder(field, Math.ceil(63 / enlarge));
      const whole = await draw(model, pixels);
      const { height: rows, width: columns } = pixels;
      expect([...found.total]).toEqual([...takeOut(whole.total, { placed, rows, columns })]);
    }
  });

  it('is one with no instance of the layers of the model', async () => {
    for (const layers of OTHER_LAYERS) {
      const side = smallestSide(layers);
      const model = formulaModel({ layers });
      const least = await draw(model, blobs(side, side));
      expect([least.rows, least.columns]).toEqual([1, 1]);
      if (side === 1) continue;
      const field = blobs(side - 1, side);
      const found = await draw(model, field);
      expectSane(found);
      expect([found.rows, found.columns]).toEqual([1, 1]);
      const whole = await draw(model, continueBorder(field, side).pixels);
      expect([...found.total]).toEqual([...whole.total.subarray(0, side * (side - 1))]);
    }
  });

  it('stands in the middle, and comes out as it was', () => {
    const field = blobs(9, 20);
    const { pixels, placed } = continueBorder(field, 16);
    expect([pixels.height, pixels.width]).toEqual([16, 20]);
    const { height: rows, width: columns } = pixels;
    expect([...takeOut(pixels.data as Float32Array, { placed, rows, columns })]).toEqual(
      [...field.data].map(Math.fround),
    );
    expect([...pixels.data.subarray(0, 20)]).toEqual([...field.data.subarray(0, 20)].map(Math.fround));
  });
});

describe('the Jacobian map of a field', () => {
  it.each(POOLING_NAMES.map((pooling, i) => ({ pooling, head: (['softmax', 'sigmoid'] as const)[i % 2]! })))(
    'of $pooling with $head says what the model says, and adds up over the channels',
    async (changes) => {
      const field = blobs(70, 98);
      const bytes = encodeModelFile(formulaModel(changes).parameters, formulaModel(changes).about);
      const found = await draw(readModel(bytes, 'model.onnx'), field, { channelMaps: true });
      expectSane(found);
      const session = await createNodeSession(bytes, { threads: 1 });
      const said = await session.run({ image: float32(Float32Array.from(field.data), [1, 2, 70, 98]) });
      await session.release();
      for (const name of ['probability', 'bag', 'map'] as const) {
        expect(difference(found[name], said[name]!.data as Float32Array)).toBeLessThan(1e-5);
      }
      expect(largest(found.total)).toBeGreaterThan(0);
      const channels = found.channels!;
      const sum = found.total.map((_, i) => channels[i]! + channels[i + 70 * 98]!);
      expect(difference(found.total, sum)).toBeLessThan(1e-6);
      // Without them the sum is taken before the last step back.
      const alone = await draw(formulaModel(changes), field);
      expect(alone.channels).toBeUndefined();
      expect(difference(alone.total, sum)).toBeLessThan(1e-5);
    },
  );

  it('is of the classes asked for: nothing of none, and something else of each', async () => {
    await withPool(async (pool) => {
      const mapper = createJacobianMapper(formulaModel(), { pool });
      const field = blobs(64, 64);
      const none = await mapper(field, []);
      expect(largest(none.total)).toBe(0);
      const [a, b, all] = [await mapper(field, [0]), await mapper(field, [1]), await mapper(field, [0, 1, 2])];
      expect(difference(a.total, b.total)).toBeGreaterThan(0.01);
      expect((await mapper(field)).total).toEqual(all.total);
      expect(a.bag).toEqual(all.bag);
    });
  });

  it('is that of the normalized intensities: a channel on another scale gives the same', async () => {
    const field = blobs(80, 70);
    const brighter = { ...field, data: Float32Array.from(field.data, (v, i) => (i < 5600 ? v : 40 * v + 1000)) };
    const normalization = { mean: [900, 40 * 300 + 1000], deviation: [200, 40 * 60] };
    const [before, after] = [
      await draw(formulaModel(), field, { channelMaps: true }),
      await draw(formulaModel({ normalization }), brighter, { channelMaps: true }),
    ] as const;
    expect(difference(after.channels!, before.channels!)).toBeLessThan(1e-4);
    const own = { normalization: { mean: [0, 0], deviation: [1, 1], scope: 'field' as const } };
    const [first, second] = [await draw(formulaModel(own), field), await draw(formulaModel(own), brighter)] as const;
    expect(difference(second.total, first.total)).toBeLessThan(1e-4);
  });

  it('moves with what is in the field', async () => {
    await withPool(async (pool) => {
      const mapper = createJacobianMapper(formulaModel({ pooling: 'mean' }), { pool });
      const side = 384;
      const [here, there] = [0, 32].map((by) => {
        const data = new Uint16Array(2 * side * side).fill(900);
        const { data: spot } = blobs(20, 20, 3);
        for (let at = 0; at < spot.length; at++) {
          const [channel, y, x] = [Math.floor(at / 400), Math.floor(at / 20) % 20, at % 20];
          data[(channel * side + 150 + y) * side + 150 + by + x] = spot[at]!;
        }
        return { data, channels: 2, height: side, width: side };
      }) as [Image, Image];
      // The spot changes the bag a little, and all that the edges of the field do lies at its rim.
      const [a, b] = [await mapper(here), await mapper(there)];
      const scale = largest(a.total);
      const ratio = b.bag[0]! / a.bag[0]!;
      expect(Math.abs(ratio - 1)).toBeLessThan(1e-4);
      const instances = [a, b].map((of) => classProbabilityMap(of, { height: side, width: side }));
      for (let y = 140; y < 180; y++) {
        for (let x = 140; x < 180; x++) {
          expect(instances[1]![y * side + x + 32]).toBeCloseTo(instances[0]![y * side + x]!, 5);
          const moved = b.total[y * side + x + 32]!;
          expect(Math.abs(moved - a.total[y * side + x]!) / scale).toBeLessThan(1e-4);
        }
      }
    });
  });
});

describe('the Jacobian map in tiles has the numbers of one pass', () => {
  const cases: [Partial<ModelDescription>, number, number, number?][] = [
    [{}, 269, 75],
    [{ pooling: 'max', head: 'sigmoid' }, 63, 293],
    [{ pooling: 'attention' }, 195, 196, 64],
    [{ normalization: { mean: [0, 0], deviation: [1, 1], scope: 'field' } }, 96, 246],
    [{ enlarge: 2 }, 173, 45],
    [{ enlarge: 3 }, 33, 147],
    [{ enlarge: 4 }, 105, 40],
  ];
  const unlike: typeof cases = [
    ...OTHER_LAYERS.map((layers): (typeof cases)[number] => [{ layers }, 181, 93]),
    [{ layers: OTHER_LAYERS[0], enlarge: 3 }, 41, 83],
  ];
  it.each([...cases, ...unlike])('%o, %d×%d pixels', async (changes, height, width, tile = 32) => {
    const model = formulaModel(changes);
    const field = blobs(height, width);
    const channelMaps = height < width;
    const [whole, tiled] = [await draw(model, field, { channelMaps }), await draw(model, field, { tile, channelMaps })];
    expectSane(tiled);
    expect(difference(tiled.bag, whole.bag)).toBeLessThan(1e-5);
    expect(difference(tiled.map, whole.map)).toBeLessThan(1e-5);
    if (channelMaps) expect(difference(tiled.channels!, whole.channels!)).toBeLessThan(1e-4);
    expect(difference(tiled.total, whole.total)).toBeLessThan(1e-4);
    if (changes.enlarge) expect(difference(tiled.enlarged!, whole.enlarged!)).toBeLessThan(1e-4);
    else expect(tiled.enlarged).toBeUndefined();
  });
});

const lanes = await findLanes(createNodeSession);

describe.skipIf(lanes === undefined)('the Jacobian map as a chain of convolutions', () => {
  const cases: [Partial<ModelDescription>, number, number, DrawOptions?][] = [
    [{}, 147, 210],
    [{ pooling: 'attention', head: 'sigmoid' }, 98, 75, { classes: [1], channelMaps: true }],
    [{ enlarge: 2 }, 101, 66, { channelMaps: true }],
    [{ pooling: 'max' }, 63, 225, { tile: 64 }],
    [{ normalization: { mean: [0, 0], deviation: [1, 1], scope: 'field' } }, 71, 90],
    [{ layers: OTHER_LAYERS[1], enlarge: 2 }, 45, 38],
    [{ layers: OTHER_LAYERS[0] }, 61, 117, { tile: 16 }],
  ];
  it('has the instances of the graph in a field whose border is continued, where equal rows compete', async () => {
    const field = blobs(31, 90);
    const [expected, found] = [await draw(formulaModel(), field, {}), await draw(formulaModel(), field, { lanes })];
    expect(difference(found.map, expected.map)).toBeLessThan(1e-5);
    expect(difference(found.bag, expected.bag)).toBeLessThan(1e-5);
    expect(found.total.every((value) => value >= 0)).toBe(true);
  });

  it.each(cases)('has the numbers of the graph: %o, %d×%d pixels', async (changes, height, width, options = {}) => {
    const model = formulaModel(changes);
    const differences = async (seed: number) => {
      const field = blobs(height, width, seed);
      const expected = await draw(model, field, options);
      const found = await draw(model, field, { ...options, lanes });
      expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
      const compared = ['map', 'bag', 'probability', 'total', 'channels', 'enlarged'] as const;
      return compared.map((name) => (expected[name] ? difference(found[name]!, expected[name]) : 0));
    };
    // Where the two largest pixels of a window are equal but for rounding, either may win: then other fields decide.
    let found = await differences(1);
    for (let seed = 2; seed < 5 && found.some((each) => each >= 1e-5); seed++) found = await differences(seed);
    for (const each of found) expect(each).toBeLessThan(1e-5);
  });
});

describe('a field with nothing in it, or too much', () => {
  const pool = createNodeSessionPool({ workers: 1 });
  afterAll(() => pool.release());

  it.each(POOLING_NAMES)('gives a finite map, with %s', async (pooling) => {
    await withPool(async (own) => {
      const mapper = createJacobianMapper(formulaModel({ pooling }), { pool: own });
      const level = fc.constantFrom(0, 1, 300, 65535);
      await fc.assert(
        fc.asyncProperty(fc.tuple(level, level), fc.boolean(), async (levels, speckled) => {
          const data = new Uint16Array(2 * 64 * 63);
          for (const channel of [0, 1]) data.fill(levels[channel]!, channel * 64 * 63, (channel + 1) * 64 * 63);
          if (speckled) data[2000] = 65535;
          expectSane(await mapper({ data, channels: 2, height: 64, width: 63 }));
        }),
        { numRuns: 12 },
      );
    });
  });

  it.each(['field', 'screen'] as const)('measured against the %s, and in tiles too', async (scope) => {
    const model = formulaModel({ normalization: { mean: [0, 0], deviation: [1, 1], scope } });
    const empty = { data: new Uint8Array(2 * 63 * 180), channels: 2, height: 63, width: 180 };
    expectSane(await draw(model, empty));
    expectSane(await draw(model, empty, { tile: 32 }));
  });

  it('is of one instance at 63 pixels, and refused with other channels', async () => {
    const mapper = createJacobianMapper(formulaModel(), { pool });
    const found = await mapper(blobs(63, 63));
    expectSane(found);
    expect([found.rows, found.columns]).toEqual([1, 1]);
    await expect(mapper({ ...blobs(64, 64), channels: 3 })).rejects.toThrow(/found 3 channels; expected 2/);
  });
});
