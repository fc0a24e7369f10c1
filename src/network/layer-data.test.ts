import { describe, expect, it } from 'vitest';
import { createNodeSession } from '../onnx/node/session.ts';
import { createNodeSessionPool } from '../onnx/node/session-pool.ts';
import { float32 } from '../onnx/tensor.ts';
import { type Layer, mapSide, PAPER_LAYERS, smallestField, smallestSide, totalStride } from './architecture.ts';
import { createEvaluationGraph } from './evaluation-graph.ts';
import { fineTune } from './fine-tuning.ts';
import { layerData } from './layer-data.ts';
import { describeModel, descriptionOf, encodeModelFile, layersOf } from './model-file.ts';
import { initialParameters } from './parameters.ts';
import { createProfileGraph, PROFILE_OUTPUT, profileLength } from './profile-graph.ts';
import { readModel } from './read-model.ts';
import { OTHER_LAYERS } from './testing/other-layers.ts';
import { blobs, formulaModel } from './testing/simulate.ts';
import { haloOf } from './tiles/plan-tiles.ts';
import { createTiledPrediction } from './tiles/predict-in-tiles.ts';

const [three] = OTHER_LAYERS;

describe('what follows from the layers', () => {
  it('is the stride, the smallest side and the halo', () => {
    expect([PAPER_LAYERS, ...OTHER_LAYERS].map((layers) => [totalStride(layers), smallestSide(layers)])).toEqual([
      [32, 63],
      [8, 15],
      [16, 31],
      [1, 1],
    ]);
    expect([1, 2, 4].map((enlarge) => smallestField(three, enlarge))).toEqual([15, 8, 4]);
    for (const layers of OTHER_LAYERS) {
      const least = smallestSide(layers);
      expect([least, least + totalStride(layers)].map((side) => mapSide(side, layers))).toEqual([1, 2]);
      expect(mapSide(least - 1, layers)).toBe(0);
    }
    const halo = (layers: readonly Layer[]) => haloOf({ layers, enlarge: 1, purpose: 'instances' });
    expect(halo(PAPER_LAYERS)).toEqual({ before: 64, after: 95 });
    // A radius of 2 makes 1 position wrong after the pooling, one more 1 again, and two radii of 1 then 3 instances.
    expect(halo(three)).toEqual({ before: 24, after: 31 });
    // Back through these it is 5, twice that and 1, and so on: 11, 12, 25, 27, and 55 pixels.
    expect(haloOf({ layers: three, enlarge: 1, purpose: 'gradient' })).toEqual({ before: 55, after: 62 });
  });
});

describe.each(OTHER_LAYERS.map((layers, i) => ({ layers, enlarge: i + 1 })))(
  'a model of other layers, $layers.length of them',
  (changes) => {
    const model = formulaModel(changes);
    const { parameters, about } = model;
    const bytes = encodeModelFile(parameters, descriptionOf(about));

    it('is read from its file as it was written', () => {
      const read = readModel(bytes, 'other.onnx');
      expect(read.about).toEqual(about);
      expect(layersOf(read.about)).toEqual(changes.layers);
      expect(Object.keys(read.parameters)).toEqual(Object.keys(parameters));
      expect(encodeModelFile(read.parameters, read.about)).toEqual(bytes);
    });

    it('has one instance at the smallest side, in files that any runtime reads', async () => {
      const session = await createNodeSession(encodeModelFile(parameters, { ...about, enlarge: 1 }), { threads: 1 });
      const side = smallestSide(changes.layers);
      const image = float32(Float32Array.from(blobs(side, side).data), [1, 2, side, side]);
      expect((await session.run({ image })).map!.shape).toEqual([1, 3, 1, 1]);
      await session.release();
    });

    it('gives the numbers of one pass in tiles, and those of its other graphs', async () => {
      const field = blobs(97, 75);
      const image = float32(Float32Array.from(field.data), [1, 2, 97, 75]);
      const pool = createNodeSessionPool({ workers: 1 });
      const tiled = await (await createTiledPrediction(model, { pool, side: 16, profile: true }))(field);
      await pool.load('whole', bytes);
      await pool.load('profile', createProfileGraph(model));
      const { classes, channels, ...options } = about;
      await pool.load(
        'evaluation',
        createEvaluationGraph({ ...options, classes: classes.length, channels: channels.length }),
      );
      const whole = await pool.run('whole', { image });
      const profile = await pool.run('profile', { image });
      const evaluated = await pool.run('evaluation', { image, target: float32([1, 0, 0], [1, 3]), ...parameters });
      await pool.release();
      const worst = (found: Float32Array, { data }: { data: unknown }) => {
        expect(found).toHaveLength((data as Float32Array).length);
        return found.reduce((most, value, i) => Math.max(most, Math.abs(value - (data as Float32Array)[i]!)), 0);
      };
      expect([1, 3, tiled.rows, tiled.columns]).toEqual(whole.map!.shape);
      const [least, most] = tiled.map.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [1, 0]);
      expect(most - least).toBeGreaterThan(0.1);
      for (const name of ['probability', 'bag', 'map'] as const)
        expect(worst(tiled[name], whole[name]!)).toBeLessThan(1e-5);
      expect(tiled.profile).toHaveLength(profileLength(model));
      expect(worst(tiled.profile!, profile[PROFILE_OUTPUT]!) / Math.max(...tiled.profile!)).toBeLessThan(1e-4);
      expect(worst(evaluated.probability!.data as Float32Array, whole.probability!)).toBeLessThan(1e-5);
    });
  },
);

describe('the layers in a model file', () => {
  const written = (layers: readonly Layer[]) => {
    const { parameters, about } = formulaModel();
    const text = new TextDecoder('latin1').decode(encodeModelFile(parameters, about));
    expect(text).not.toContain('"layers"');
    return layerData.safeParse(layers);
  };
  const convolution = three.at(-1)!;

  it('are those of the paper where it does not say them', () => {
    const { parameters, about } = formulaModel();
    const said = describeModel(encodeModelFile(parameters, about), 'model.onnx');
    expect(said).not.toHaveProperty('layers');
    expect(layersOf(said)).toBe(PAPER_LAYERS);
    expect(written(PAPER_LAYERS).data).toEqual(PAPER_LAYERS);
  });

  it.each<[string, readonly Layer[]]>([
    ['does not give the classes', three.slice(0, -1)],
    ['does not give the classes', []],
    ['several layers give the classes', [{ ...convolution, name: 'other' } as Layer, ...three]],
    ['the same name', [three[1]!, ...three]],
    ['before the first convolution', [{ kind: 'max-pooling', dropout: 0 }, ...three]],
    ['odd', [{ kind: 'convolution', name: 'even', outputs: 4, size: 2, dropout: 0 }, ...three]],
  ])('are refused where %s', (words, layers) => {
    expect(layerData.safeParse(layers).error?.message).toContain(words);
  });

  it('have to be those of the network that is trained from it', () => {
    const { parameters, about } = formulaModel({ layers: three });
    const earlier = { bytes: encodeModelFile(parameters, about), file: 'other.onnx' };
    const network = { classes: 3, channels: 2, pooling: about.pooling };
    const target = { head: about.head, classes: about.classes, channels: about.channels, seed: 1 };
    expect(() => fineTune({ ...target, network }, earlier)).toThrow(/other\.onnx.*layers of this model are others/);
    const turned = { ...target, classes: ['b', 'new', 'a'], channels: ['Actin', 'DNA'] };
    const own = { ...network, layers: three };
    const tuned = fineTune({ ...turned, network: own }, earlier).parameters;
    const bias = (of: typeof parameters, name: string) => [...(of[`${name}.bias`]!.data as Float32Array)];
    const [a, b] = bias(parameters, 'maps');
    expect(bias(tuned, 'maps')).toEqual([b, bias(initialParameters(own, 1, about.head), 'maps')[1], a]);
    expect(bias(tuned, 'first')).toEqual(bias(parameters, 'first'));
    const [size, first] = [25, (of: typeof parameters) => of['first.weight']!.data];
    expect([...first(tuned).slice(0, size)]).toEqual([...first(parameters).slice(size, 2 * size)]);
  });
});
