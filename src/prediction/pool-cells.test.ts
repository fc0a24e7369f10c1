import { afterAll, describe, expect, it } from 'vitest';
import { CELL_WINDOW } from '../network/cell-window.ts';
import { createEvaluationGraph } from '../network/evaluation-graph.ts';
import { encodeModelFile } from '../network/model-file.ts';
import { POOLING_NAMES } from '../network/pooling/poolings.ts';
import { formulaParameters } from '../network/testing/formula.ts';
import { blobs, formulaModel } from '../network/testing/simulate.ts';
import { findLanes } from '../onnx/blocked/find-lanes.ts';
import { createNodeSession } from '../onnx/node/session.ts';
import { createNodeSessionPool } from '../onnx/node/session-pool.ts';
import { float32 } from '../onnx/tensor.ts';
import { cutAround } from './crop.ts';
import { fillOf } from './cut-cells.ts';
import { createBagPrediction, emptyBag, gatherBags, predictBag } from './pool-cells.ts';
import { type CellPrediction, predictCells } from './predict-cells.ts';
import { createModelRunner } from './run-model.ts';

const lanes = await findLanes(createNodeSession);
const pool = createNodeSessionPool({ workers: 2 });
afterAll(() => pool.release());

const SIDE = 96;
const field = blobs(200, 220, 1);
const cells = [30, 60, 110, 150, 199].map((x, i) => ({ x, y: 20 + 37 * i, objectNumber: i + 1 }));
const views = cells.map((centre) => ({ image: cutAround(field, { centre, side: SIDE }) }));

function modelOf(pooling: (typeof POOLING_NAMES)[number]) {
  const { about } = formulaModel();
  const shape = { channels: about.channels.length, classes: about.classes.length, pooling };
  return {
    about: { ...about, pooling, instances: 'cells' as const, cellSize: SIDE },
    parameters: formulaParameters(shape),
    shape,
  };
}

async function predictAll(model: ReturnType<typeof modelOf>, blocks: typeof lanes): Promise<CellPrediction[]> {
  const run = createModelRunner(model, { pool, lanes: blocks, images: 32 });
  const found: CellPrediction[] = [];
  const read = async () => ({ pixels: field, cells });
  for await (const { prediction } of predictCells([0], { pool, run, read, side: SIDE })) found.push(prediction);
  return found;
}

describe('the bag of some cells', () => {
  it.each(POOLING_NAMES)('has the probability that a training evaluates: %s', async (pooling) => {
    const model = modelOf(pooling);
    const { about, parameters, shape } = model;
    const data = new Float32Array(views.flatMap(({ image }) => [...image.data]));
    const graph = createEvaluationGraph({
      ...shape,
      ...about,
      channels: shape.channels,
      classes: shape.classes,
      cells: 'all',
    });
    const session = await createNodeSession(graph, { threads: 1, strict: true });
    const expected = await session.run({
      ...parameters,
      image: float32(data, [views.length, shape.channels, SIDE, SIDE]),
      target: float32(new Float32Array(shape.classes), [1, shape.classes]),
    });
    await session.release();
    const ofBag = await createBagPrediction(model, { pool });
    for (const blocks of new Set([lanes, undefined])) {
      const found = await predictAll(model, blocks);
      const whole = await ofBag(gatherBags(model, found));
      const parts = [gatherBags(model, found.slice(0, 2)), gatherBags(model, found.slice(2).reverse())];
      const run = createModelRunner(model, { pool, lanes: blocks, images: 32 });
      const alike = [whole, await ofBag(gatherBags(model, parts)), await predictBag(views, { model, run, ofBag })];
      for (const { probability } of alike) {
        for (const [k, value] of probability.entries()) {
          expect(Math.abs(value - Number(expected.probability!.data[k]))).toBeLessThan(2e-5);
        }
      }
    }
  });

  it('is the same in blocks with a window, in which cells are in the middle at the edge, too', async () => {
    const { about, ...rest } = modelOf('noisy-and');
    const model = { ...rest, about: { ...about, window: CELL_WINDOW } };
    const fill = fillOf(about.normalization);
    const predicted = async (blocks: typeof lanes) => {
      const run = createModelRunner(model, { pool, lanes: blocks, images: 32 });
      const found: CellPrediction[] = [];
      const read = async () => ({ pixels: field, cells });
      for await (const { prediction } of predictCells([0], { pool, run, read, side: SIDE, window: CELL_WINDOW, fill }))
        found.push(prediction);
      return found;
    };
    const [one, other] = [await predicted(lanes), await predicted(undefined)];
    for (const [i, { bag }] of one.entries()) {
      for (const [k, p] of bag.entries()) expect(Math.abs(p - other[i]!.bag[k]!)).toBeLessThan(2e-5);
    }
    const whole = await predictAll(modelOf('noisy-and'), undefined);
    expect(whole.map(({ bag }) => [...bag])).not.toEqual(other.map(({ bag }) => [...bag]));
  });

  it('of one cell is what the model file says of it; the cell has the class of its largest instance probability', async () => {
    const model = modelOf('noisy-and');
    const session = await createNodeSession(encodeModelFile(model.parameters, model.about), { threads: 1 });
    const ofBag = await createBagPrediction(model, { pool });
    const found = await predictAll(model, lanes);
    for (const [i, { image }] of views.entries()) {
      const shape = [1, image.channels, SIDE, SIDE];
      const { probability, bag, map } = await session.run({ image: float32(Float32Array.from(image.data), shape) });
      const own = await ofBag(gatherBags(model, [found[i]!]));
      for (const [k, value] of own.probability.entries()) {
        expect(value).toBeCloseTo(Number(probability!.data[k]), 5);
        expect(own.bag[k]).toBeCloseTo(Number(bag!.data[k]), 5);
        const positions = (map!.data as Float32Array).slice(4 * k, 4 * k + 4);
        const logits = [...positions].map((p) => Math.log(p / (1 - p)));
        const mean = logits.reduce((sum, z) => sum + z, 0) / 4;
        const instance = 1 / (1 + Math.exp(-mean));
        expect(found[i]!.summary![0]![k]).toBeCloseTo(instance, 4);
        expect(found[i]!.bag[k]).toBeCloseTo(instance, 4);
        const sum = found[i]!.bag.reduce((total, p) => total + p, 0);
        expect(found[i]!.probability[k]).toBeCloseTo(found[i]!.bag[k]! / sum, 5);
      }
      expect(found[i]!.predicted).toBe(found[i]!.bag.indexOf(Math.max(...found[i]!.bag)));
    }
    await session.release();
  });

  it('without a cell finds no class, and is as sure as its last layer is of nothing', () => {
    const model = modelOf('noisy-and');
    for (const head of ['softmax', 'sigmoid'] as const) {
      const temperature = 1.7;
      const { bag, probability } = emptyBag({ ...model, about: { ...model.about, head, temperature } });
      expect([...bag]).toEqual(model.about.classes.map(() => 0));
      const bias = (model.parameters['fc.bias']!.data as Float32Array).map((score) => score / temperature);
      const total = head === 'sigmoid' ? 1 : bias.reduce((sum, score) => sum + Math.exp(score), 0);
      for (const [k, value] of probability.entries()) {
        const expected = head === 'sigmoid' ? 1 / (1 + Math.exp(-bias[k]!)) : Math.exp(bias[k]!) / total;
        expect(value).toBeCloseTo(expected, 5);
      }
    }
  });
});
