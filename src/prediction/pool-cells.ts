import { lastLayerScores, probabilityOfScores } from '../network/last-layer.ts';
import { mergeSummaries, type TileSummary } from '../network/pooling/merge.ts';
import { POOLINGS } from '../network/pooling/poolings.ts';
import type { NetworkModel } from '../network/read-model.ts';
import { createFinishGraph, partName } from '../network/tiles/tile-graph.ts';
import type { SessionPool } from '../onnx/session-pool.ts';
import { float32 } from '../onnx/tensor.ts';
import type { View } from '../pixels/view.ts';
import type { FieldPrediction, ModelOutputs } from './average-predictions.ts';
import { CELLS_TOGETHER, predictViews } from './predict-cells.ts';
import type { RunModel } from './run-model.ts';

/** Name under which the pool holds what follows the instances. */
const SESSION = 'bags of cells';

/** The summary of some cells, which may be gathered in whatever groups. */
export type PooledCells = TileSummary;

/**
 * The bag of some cells, or of some bags: its summary. Cells are those of a model whose instances are cells.
 *
 * @param members at least one
 */
export function gatherBags(
  { about }: Pick<NetworkModel, 'about'>,
  members: readonly (PooledCells | Pick<ModelOutputs, 'summary'>)[],
): PooledCells {
  const tiles = members.map((of) => ('instances' in of ? of : { parts: of.summary!, instances: 1 }));
  return mergeSummaries(POOLINGS[about.pooling], tiles);
}

/**
 * Makes a function that says what a model whose instances are cells says of a bag: its pooling function over the cells, and
 * its last layer.
 */
export async function createBagPrediction(
  model: NetworkModel,
  { pool }: { pool: SessionPool },
): Promise<(bag: PooledCells) => Promise<FieldPrediction>> {
  await pool.load(SESSION, createFinishGraph(model));
  return async ({ parts }) => {
    const feeds = Object.fromEntries(parts.map((part, i) => [partName(i), float32(part, [1, part.length])]));
    const found = await pool.run(SESSION, feeds);
    const [probability, bag] = [found.probability!.data as Float32Array, found.bag!.data as Float32Array];
    return { predicted: probability.indexOf(Math.max(...probability)), probability, bag };
  };
}

/** What is said of a bag without a cell: no class is found in it, and the last layer is as if the pooling layer gave zeros. */
export function emptyBag(model: NetworkModel): FieldPrediction {
  const bag = new Float32Array(model.about.classes.length);
  const scores = lastLayerScores(model, bag);
  const probability = Float32Array.from(probabilityOfScores(scores, model.about));
  return { predicted: scores.indexOf(Math.max(...scores)), probability, bag };
}

/**
 * What a model whose instances are cells says of a bag of pictures of cells.
 *
 * @param cells at least one, all of a size
 */
export async function predictBag(
  cells: readonly View[],
  { model, run, ofBag }: { model: NetworkModel; run: RunModel; ofBag: (bag: PooledCells) => Promise<FieldPrediction> },
): Promise<FieldPrediction> {
  const seen: ModelOutputs[] = [];
  for (let first = 0; first < cells.length; first += CELLS_TOGETHER)
    seen.push(...(await predictViews(cells.slice(first, first + CELLS_TOGETHER), { run })));
  return ofBag(gatherBags(model, seen));
}
