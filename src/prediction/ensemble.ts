/**
 * Several models that are asked as one: what they say is averaged, and how far they differ is kept. One model is an ensemble, too,
 * whose answers are its own.
 */

import { mergeSummaries } from '../network/pooling/merge.ts';
import { POOLINGS } from '../network/pooling/poolings.ts';
import type { NetworkModel } from '../network/read-model.ts';
import { createTiledPrediction, type TiledPredictionOptions } from '../network/tiles/predict-in-tiles.ts';
import { isPartName, partName } from '../network/tiles/tile-graph.ts';
import type { Tensors } from '../onnx/session.ts';
import type { SessionPool } from '../onnx/session-pool.ts';
import { float32, type Tensor } from '../onnx/tensor.ts';
import type { Image } from '../pixels/pixels.ts';
import type { WindowedImage } from '../pixels/windows/windowed-image.ts';
import { averagePredictions, type FieldPrediction, type ModelOutputs, meanOfRows } from './average-predictions.ts';
import { createBagPrediction, emptyBag, type PooledCells } from './pool-cells.ts';
import { createModelRunner, MEMBERS_OUTPUT, type ModelRunnerOptions, type RunModel } from './run-model.ts';

/** The members of an ensemble, at least one, with the same classes in the same order. */
export type Members = readonly NetworkModel[];

/**
 * Makes a function that shows pictures to all members: `probability` and `bag [N, K]` are the means of theirs, and
 * `members [N, M·K]` has the probabilities of each. Of cells that are instances, the parts of the summaries of all members follow
 * one another.
 */
export function createEnsembleRunner(members: Members, options: ModelRunnerOptions): RunModel {
  const [first] = members;
  if (members.length === 1) return createModelRunner(first!, options);
  const runs = members.map((member, i) => createModelRunner(member, { ...options, pool: namesOf(options.pool, i) }));
  return async (image, cells) => combine(await Promise.all(runs.map((run) => run(image, cells))));
}

function combine(found: readonly Tensors[]): Tensors {
  const of = (name: string) => found.map((each) => each[name]!);
  const mean = (tensors: readonly Tensor[]) =>
    float32(meanOfRows(tensors.map(({ data }) => data as Float32Array)), tensors[0]!.shape);
  const probabilities = of('probability');
  const [images, classes] = probabilities[0]!.shape as [number, number];
  const members = new Float32Array(images * found.length * classes);
  for (const [m, { data }] of probabilities.entries()) {
    for (let i = 0; i < images; i++) {
      const own = (data as Float32Array).subarray(i * classes, (i + 1) * classes);
      members.set(own, (i * found.length + m) * classes);
    }
  }
  const parts = found.flatMap((each) => partsOf(each));
  return {
    probability: mean(probabilities),
    bag: mean(of('bag')),
    [MEMBERS_OUTPUT]: float32(members, [images, found.length * classes]),
    ...Object.fromEntries(parts.map((part, i) => [partName(i), part])),
  };
}

/** The parts of the summary among outputs, in their order. */
function partsOf(outputs: Tensors): readonly Tensor[] {
  const count = Object.keys(outputs).filter(isPartName).length;
  return Array.from({ length: count }, (_, i) => outputs[partName(i)]!);
}

/** Makes a function that shows fields in tiles to all members, see `createTiledPrediction`. */
export async function createEnsembleTiles(
  members: Members,
  { pool, ...options }: TiledPredictionOptions,
): Promise<(pixels: Image | WindowedImage) => Promise<ModelOutputs>> {
  if (members.length === 1) return createTiledPrediction(members[0]!, { pool, ...options });
  const each = await Promise.all(
    members.map((member, i) => createTiledPrediction(member, { ...options, pool: namesOf(pool, i) })),
  );
  return async (pixels) => {
    const answers: ModelOutputs[] = [];
    // One after the other: each has the instances of the whole field in memory.
    for (const ask of each) answers.push(await ask(pixels));
    return together(answers);
  };
}

/** The bag of some cells or bags, see `gatherBags`: the summaries of all members, one after the other. */
export function gatherForEnsemble(
  members: Members,
  cells: readonly (PooledCells | Pick<ModelOutputs, 'summary'>)[],
): PooledCells {
  const merge = members.flatMap(({ about }) => POOLINGS[about.pooling].merge);
  const tiles = cells.map((of) => ('instances' in of ? of : { parts: of.summary!, instances: 1 }));
  return mergeSummaries({ merge }, tiles);
}

/** Makes a function that says what all members say of a bag of cells, see `createBagPrediction`. */
export async function createEnsembleBag(
  members: Members,
  { pool }: { pool: SessionPool },
): Promise<(bag: PooledCells) => Promise<FieldPrediction>> {
  if (members.length === 1) return createBagPrediction(members[0]!, { pool });
  const each = await Promise.all(members.map((member, i) => createBagPrediction(member, { pool: namesOf(pool, i) })));
  const counts = members.map(({ about }) => POOLINGS[about.pooling].merge.length);
  return async ({ parts, instances }) => {
    const answers = await Promise.all(
      each.map((ask, i) => {
        const before = counts.slice(0, i).reduce((sum, count) => sum + count, 0);
        return ask({ parts: parts.slice(before, before + counts[i]!), instances });
      }),
    );
    return together(answers);
  };
}

/** What all members say of a bag without a cell, see `emptyBag`. */
export function emptyForEnsemble(members: Members): FieldPrediction {
  return members.length === 1 ? emptyBag(members[0]!) : together(members.map(emptyBag));
}

/** The means of what members say, and the probabilities of each. */
function together(answers: readonly ModelOutputs[]): FieldPrediction {
  const own = new Float32Array(answers.flatMap(({ probability }) => [...probability]));
  return { ...averagePredictions(answers), members: own };
}

/**
 * How far models differ about a picture: of the standard deviations over them of the probability of each class, the largest. 0 where
 * all say the same, and 0.5 where half of them are sure of a class that the others exclude.
 *
 * @param members the probabilities of each model after one another, `[M·K]`
 */
export function spreadOf(members: Float32Array, classes: number): number {
  const models = members.length / classes;
  const deviations = Array.from({ length: classes }, (_, k) => {
    const own = Array.from({ length: models }, (_, m) => members[m * classes + k]!);
    const mean = own.reduce((sum, p) => sum + p, 0) / models;
    return Math.sqrt(own.reduce((sum, p) => sum + (p - mean) ** 2, 0) / models);
  });
  return Math.fround(Math.max(...deviations));
}

/** The same pool for one of several members: what it loads has names of its own. */
function namesOf(pool: SessionPool, member: number): SessionPool {
  const own = (name: string) => `${member + 1}: ${name}`;
  return {
    size: pool.size,
    load: (name, model) => pool.load(own(name), model),
    unload: (name) => pool.unload(own(name)),
    run: (name, feeds, outputs) => pool.run(own(name), feeds, outputs),
    release: () => pool.release(),
  };
}
