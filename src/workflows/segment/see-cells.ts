import type { ClassifiedCell } from '../../localization/regions/classify-by-cells.ts';
import type { NetworkModel } from '../../network/read-model.ts';
import type { SessionPool } from '../../onnx/session-pool.ts';
import type { Image } from '../../pixels/pixels.ts';
import type { FieldPrediction, ModelOutputs } from '../../prediction/average-predictions.ts';
import { isInside } from '../../prediction/crop.ts';
import { fillOf } from '../../prediction/cut-cells.ts';
import { createBagPrediction, emptyBag, gatherBags } from '../../prediction/pool-cells.ts';
import { CELLS_TOGETHER, predictCells } from '../../prediction/predict-cells.ts';
import { createModelRunner } from '../../prediction/run-model.ts';
import type { NucleiFinder } from '../host.ts';

/** The cells of a field, each with its instance probabilities, and what they say of the field together. */
export interface SeenCells {
  readonly cells: readonly ClassifiedCell[];
  readonly field: FieldPrediction;
}

/** Finds the cells of a field, and says of which classes they are. */
export type SeeCells = (image: Image, pixels: Image) => Promise<SeenCells>;

/**
 * Makes a function that shows the cells of a field to a model whose instances are cells, as `predict` does. Such a model has seen
 * cells without their neighbours, so where cells touch it names them better than its maps of whole fields do.
 *
 * @param options.find finds the nuclei of a field
 * @returns a function of a field as it was read, in which nuclei are found, and as the model is to see it
 */
export async function createCellViewer(
  network: NetworkModel,
  { pool, lanes, find }: { pool: SessionPool; lanes: 8 | 16 | undefined; find: NucleiFinder['find'] },
): Promise<SeeCells> {
  const { cellSize, window, normalization } = network.about;
  const run = createModelRunner(network, { pool, lanes, images: CELLS_TOGETHER });
  const ofBag = await createBagPrediction(network, { pool });
  const how = { pool, run, side: cellSize!, window, fill: fillOf(normalization) };
  return async (image, pixels) => {
    const centres = (await find(image)).filter((nucleus) => isInside(nucleus, image));
    const cells: ClassifiedCell[] = [];
    const seen: ModelOutputs[] = [];
    const read = async () => ({ pixels, cells: centres });
    for await (const { cell, prediction } of predictCells([0], { ...how, read })) {
      cells.push({ x: cell.x, y: cell.y, probability: prediction.bag });
      seen.push(prediction);
    }
    return { cells, field: seen.length === 0 ? emptyBag(network) : await ofBag(gatherBags(network, seen)) };
  };
}
