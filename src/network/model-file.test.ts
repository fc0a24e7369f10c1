import { describe, expect, it } from 'vitest';
import { encodeModel } from '../onnx/encode.ts';
import { createGraph } from '../onnx/graph.ts';
import { createNodeSession } from '../onnx/node/session.ts';
import { neg } from '../onnx/operators/elementwise.ts';
import { float32, sizeOf } from '../onnx/tensor.ts';
import { createRandom } from '../random.ts';
import { mapSide, PAPER_LAYERS, smallestSide } from './architecture.ts';
import { describeModel, encodeModelFile, type ModelDescription, thresholdsOf } from './model-file.ts';
import { initialParameters, parameterShapes } from './parameters.ts';

const about: ModelDescription = {
  version: '0.1.0',
  classes: ['normal', 'Eg5 inhibitors', 'β-Tubulin | other'],
  channels: ['DNA', 'Actin'],
  pooling: 'noisy-and',
  head: 'softmax',
  sharpness: 10,
  label: 'Metadata_MOA',
  normalization: { mean: [1000, 300], deviation: [200, 50] },
  run: 'abc',
};
const shape = { channels: 2, classes: 3, pooling: 'noisy-and' } as const;

function image(height: number, width: number) {
  const random = createRandom(2, 'image');
  return float32(
    Float32Array.from({ length: 2 * height * width }, () => 500 + 600 * random.uniform()),
    [1, 2, height, width],
  );
}

describe('model.onnx', () => {
  it('that enlarges sees what one that does not sees of an enlarged field, but for its edge', async () => {
    const factor = 2;
    const parameters = initialParameters(shape, 1);
    const smooth = (height: number, width: number, pitch: number) =>
      float32(
        Float32Array.from({ length: 2 * height * width }, (_, i) => {
          const [y, x] = [Math.floor(i / width) % height, i % width].map((place) => (place! + 0.5) * pitch);
          return 800 + 300 * Math.sin(y! / 9) * Math.cos(x! / 7);
        }),
        [1, 2, height, width],
      );
    const run = async (more: Partial<ModelDescription>, field: ReturnType<typeof image>) => {
      const session = await createNodeSession(encodeModelFile(parameters, { ...about, ...more }), { threads: 1 });
      const { map } = await session.run({ image: field });
      await session.release();
      return map!;
    };
    const small = await run({ enlarge: factor }, smooth(160, 160, 1));
    const large = await run({}, smooth(320, 320, 1 / factor));
    expect(small.shape).toEqual(large.shape);
    const [side] = small.shape.slice(-1) as [number];
    for (let y = 2; y < side - 2; y++) {
      for (let x = 2; x < side - 2; x++) {
        const place = y * side + x;
        expect(Math.abs((small.data[place] as number) - (large.data[place] as number))).toBeLessThan(0.01);
      }
    }
  });

  it('takes raw intensities of any size and gives probability, bag and map', async () => {
    const session = await createNodeSession(encodeModelFile(initialParameters(shape, 1), about), {
      threads: 1,
      strict: true,
    });
    expect(session.inputNames).toEqual(['image']);
    expect(session.outputNames).toEqual(['probability', 'bag', 'map']);
    for (const [height, width] of [
      [smallestSide(PAPER_LAYERS), smallestSide(PAPER_LAYERS)],
      [96, 130],
      [201, 64],
    ] as const) {
      const { probability, bag, map } = await session.run({ image: image(height, width) });
      expect(map!.shape).toEqual([1, 3, mapSide(height, PAPER_LAYERS), mapSide(width, PAPER_LAYERS)]);
      expect(bag!.shape).toEqual([1, 3]);
      const sum = (probability!.data as Float32Array).reduce((total, p) => total + p, 0);
      expect(sum).toBeCloseTo(1, 5);
      for (const p of [...(bag!.data as Float32Array), ...(map!.data as Float32Array)]) {
        expect(p >= 0 && p <= 1).toBe(true);
      }
    }
    await session.release();
  });

  it('normalizes inside: intensities on another scale, with a normalization to match, give the same answer', async () => {
    const parameters = initialParameters(shape, 1);
    const scaled = { ...about, normalization: { mean: [2100, 700], deviation: [400, 100] } };
    const run = async (description: ModelDescription, x: ReturnType<typeof image>) => {
      const session = await createNodeSession(encodeModelFile(parameters, description), { threads: 1 });
      const result = await session.run({ image: x }, ['map']);
      await session.release();
      return result.map!.data as Float32Array;
    };
    const x = image(96, 96);
    const y = float32(
      (x.data as Float32Array).map((v) => 2 * v + 100),
      x.shape,
    );
    const [a, b] = [await run(about, x), await run(scaled, y)];
    for (const [i, v] of a.entries()) expect(b[i]).toBeCloseTo(v, 4);
  });

  it('that makes plates alike gives for raw intensities what one of the screen gives', async () => {
    const parameters = initialParameters(shape, 1);
    const run = async (normalization: ModelDescription['normalization']) => {
      const session = await createNodeSession(encodeModelFile(parameters, { ...about, normalization }), { threads: 1 });
      const { probability, map } = await session.run({ image: image(96, 96) });
      await session.release();
      return [...(probability!.data as Float32Array), ...(map!.data as Float32Array)];
    };
    const { normalization } = about;
    const ofScreen = await run({ ...normalization, scope: 'screen' });
    expect(await run({ ...normalization, scope: 'plate' })).toEqual(ofScreen);
    const controls = { column: 'Compound', values: ['DMSO'] };
    const reference = { mean: [1, 2], deviation: [3, 4] };
    expect(await run({ ...normalization, scope: 'controls', controls, reference })).toEqual(ofScreen);
    expect(await run({ ...normalization, scope: 'field' })).not.toEqual(ofScreen);
  });

  it('says what it is', () => {
    const bytes = encodeModelFile(initialParameters(shape, 1), about);
    expect(describeModel(bytes, 'model.onnx')).toEqual(about);
  });

  it('says how the images of its training were read; one of before that says nothing of it', () => {
    const recipe = { level: 1, pixelSize: 0.65, channelChoice: { names: ['w1', 'w3'], of: ['w1', 'w2', 'w3'] } };
    const read = (more: Partial<ModelDescription>) =>
      describeModel(encodeModelFile(initialParameters(shape, 1), { ...about, ...more }), 'model.onnx');
    expect(read(recipe)).toEqual({ ...about, ...recipe });
    expect(read({ level: 0, pixelSize: null })).toEqual({ ...about, level: 0, pixelSize: null });
    expect(Object.keys(read({}))).not.toContain('level');
  });

  it('has a threshold for each class where a field may have several labels', () => {
    const several = { ...about, head: 'sigmoid' as const, thresholds: [0.25, 0.5, 0.75] };
    const bytes = encodeModelFile(initialParameters(shape, 1), several);
    expect(describeModel(bytes, 'model.onnx')).toEqual(several);
    expect(thresholdsOf(several)).toEqual([0.25, 0.5, 0.75]);
    expect(thresholdsOf({ ...several, thresholds: undefined })).toEqual([0.5, 0.5, 0.5]);
    expect(thresholdsOf(about)).toBeUndefined();
    const wrong = encodeModelFile(initialParameters(shape, 1), { ...several, thresholds: [0.5] });
    expect(() => describeModel(wrong, 'model.onnx')).toThrow(/there is not one threshold for each class/);
  });

  it("is told from other people's ONNX files, and from files of a version that is not understood", () => {
    const graph = createGraph();
    const outputs = { y: neg(graph.input('x', 'float32', [1])) };
    expect(() => describeModel(encodeModel(graph, { outputs }), 'foreign.onnx')).toThrow(
      /foreign\.onnx: this ONNX model was not written by milscope/,
    );
    const metadata = { milscope: JSON.stringify({ ...about, pooling: 'astrology' }) };
    expect(() => describeModel(encodeModel(graph, { outputs, metadata }), 'new.onnx')).toThrow(/new\.onnx.*pooling/);
  });
});

describe('initial values', () => {
  it('are those that let Noisy-AND learn: narrow conv7, 4·I, thresholds 0.5, the rest after He', () => {
    const parameters = initialParameters(shape, 7);
    const deviation = (name: string) => {
      const data = parameters[name]!.data as Float32Array;
      return Math.sqrt(data.reduce((sum, v) => sum + v * v, 0) / data.length);
    };
    for (const [name, size] of Object.entries(parameterShapes(shape))) {
      if (/^conv[1-6]\.weight$/.test(name)) {
        const he = Math.sqrt(2 / sizeOf(size.slice(1)));
        expect(Math.abs(deviation(name) / he - 1), name).toBeLessThan(5 / Math.sqrt(sizeOf(size)));
      }
      if (name.endsWith('.bias')) expect(deviation(name)).toBe(0);
    }
    expect(deviation('conv7.weight')).toBeCloseTo(0.01, 3);
    expect([...parameters['fc.weight']!.data]).toEqual([4, 0, 0, 0, 4, 0, 0, 0, 4]);
    expect([...parameters.b!.data]).toEqual([0.5, 0.5, 0.5]);
    // Sigmoids are undecided where the bag is: 4 · 0.5 - 2 = 0.
    expect([...initialParameters(shape, 7, 'sigmoid')['fc.bias']!.data]).toEqual([-2, -2, -2]);
    const count = Object.values(parameterShapes({ ...shape, channels: 3, classes: 12 })).reduce(
      (n, s) => n + sizeOf(s),
      0,
    );
    expect(count / 1e6).toBeCloseTo(0.48, 1);
  });

  it('follow the seed', () => {
    const first = (seed: number) => initialParameters(shape, seed)['conv1.weight']!.data;
    expect(first(1)).toEqual(first(1));
    expect(first(1)).not.toEqual(first(2));
  });
});

describe('mapSide', () => {
  it.each([
    [63, 1],
    [64, 1],
    [96, 2],
    [900, 27],
  ])('a side of %d pixels gives %d instances', (side, instances) => {
    expect(mapSide(side, PAPER_LAYERS)).toBe(instances);
  });
});
