import { buildCellAnswers, createCellGraph } from '../network/cell-graph.ts';
import { FOREGROUND, foregroundOf, mapSize } from '../network/foreground.ts';
import { buildBags, keepForeground } from '../network/forward.ts';
import { createForwardChain } from '../network/forward-chain.ts';
import { exactModel } from '../network/int8/exact-model.ts';
import { encodeModelFile, layersOf, type ModelDescription } from '../network/model-file.ts';
import { POOLINGS } from '../network/pooling/poolings.ts';
import { createForegroundGraph, createProfileGraph, PROFILE_OUTPUT, poolFeatures } from '../network/profile-graph.ts';
import type { NetworkModel } from '../network/read-model.ts';
import { partName } from '../network/tiles/tile-graph.ts';
import { createModelShelf } from '../onnx/model-shelf.ts';
import type { Tensors } from '../onnx/session.ts';
import type { Pictures, SessionPool } from '../onnx/session-pool.ts';
import { float32 } from '../onnx/tensor.ts';
import type { Centre } from './crop.ts';

/** Name under which a pool must have loaded a model to be asked for predictions without a {@link RunModel}. */
export const PREDICTION_SESSION = 'predict';

/** Output with the probabilities of all members of an ensemble, see `createEnsembleRunner`. */
export const MEMBERS_OUTPUT = 'members';

/** Sizes of pictures whose chains are kept. */
const CHAINS = 3;

/**
 * Shows pictures to a model: gives `probability` and `bag [N, K]`, and `profile [N, F]` if profiles were requested. Of a model
 * whose instances are cells it also gives `summary0 [N, K]` and so on, see `buildCellAnswers`. One that pools only the positions
 * that hold cells is told of a single picture where these are; without, it pools all positions, as the model file does.
 */
export type RunModel = (image: Pictures, cells?: readonly Centre[]) => Promise<Tensors>;

export interface ModelRunnerOptions {
  readonly pool: SessionPool;
  /**
   * Channels in a block, to compute predictions as chains of convolutions in blocks where the network allows it: the same to
   * rounding, in less time. By default as the graph of the model file.
   */
  readonly lanes?: 8 | 16 | undefined;
  /** Pictures that are shown at once, at most. */
  readonly images?: number;
  /** Give profiles. */
  readonly profile?: boolean;
}

/**
 * Makes a function that runs a model in a pool. Each size of picture has its own chain, which is made when first needed; those
 * of the most recent sizes are kept. Sizes that have none share the graph of the model. Which way a picture is computed depends
 * on nothing but its size. Whether a model in whole numbers is computed in these is tried first, see `exactModel`.
 */
export function createModelRunner(model: NetworkModel, options: ModelRunnerOptions): RunModel {
  if (!model.about.int8) return runnerOf(model, options);
  let runner: Promise<RunModel> | undefined;
  return async (image, cells) => {
    runner ??= exactModel(model, options.pool).then((exact) => runnerOf(exact, options));
    return (await runner)(image, cells);
  };
}

function runnerOf(model: NetworkModel, { pool, lanes, images = 1, profile = false }: ModelRunnerOptions): RunModel {
  const { about, parameters } = model;
  const shelf = createModelShelf(pool, { most: CHAINS });
  const ofCells = about.instances === 'cells';
  const ofForeground = about.instances === 'foreground';
  const layers = layersOf(about);
  const foreground = (cells: readonly Centre[] | undefined, [, , height, width]: Pictures['shape']) => {
    const seen = { height, width, enlarge: about.enlarge, layers };
    const [rows, columns] = mapSize(seen);
    const kept = cells ? foregroundOf(cells, seen) : new Float32Array(rows * columns).fill(1);
    return float32(kept, [1, 1, rows, columns]);
  };
  const ofFields = () => (profile ? createProfileGraph(model) : encodeModelFile(parameters, about));
  const graphFor = (side: number) => () => {
    if (ofCells) return createCellGraph(model, { profile, side });
    return ofForeground ? createForegroundGraph(model, { profile }) : ofFields();
  };
  const chainFor = (height: number, width: number) =>
    lanes &&
    createForwardChain(model, {
      ...{ images, height, width, lanes, normalization: about.normalization },
      outputs: (instances, { parameters: constants }) => {
        if (ofCells) return buildCellAnswers(instances, about, { parameters: constants, profile });
        const pooled = ofForeground ? keepForeground(instances) : instances;
        const profiles = profile && { [PROFILE_OUTPUT]: poolFeatures(pooled.features, pooled) };
        const { probability, bag } = buildBags(pooled, { ...about, parameters: constants });
        return { probability, bag: bag.probability, ...profiles };
      },
    });
  /** Whether pictures of a size have a chain. */
  const known = new Map<string, boolean>();
  return (image, cells) => {
    const [, , height, width] = image.shape;
    const feeds = { image, ...(ofForeground && { [FOREGROUND]: foreground(cells, image.shape) }) };
    const size = `${width}×${height}`;
    const chain = known.has(size) ? undefined : chainFor(height, width);
    if (!known.has(size)) known.set(size, chain !== undefined);
    // With a window a graph is for one size.
    const name = about.window ? `${PREDICTION_SESSION} ${height}` : PREDICTION_SESSION;
    if (!known.get(size)) return shelf.run(name, graphFor(height), feeds, outputsOf(about, profile));
    return shelf.run(`${PREDICTION_SESSION}, ${size}`, () => chain ?? chainFor(height, width)!, feeds);
  };
}

function outputsOf(
  { instances, pooling }: Pick<ModelDescription, 'instances' | 'pooling'>,
  profile: boolean,
): string[] {
  const parts = instances === 'cells' ? POOLINGS[pooling].merge.map((_, i) => partName(i)) : [];
  return ['probability', 'bag', ...parts, ...(profile ? [PROFILE_OUTPUT] : [])];
}

/** Runs the model that a pool has loaded as {@link PREDICTION_SESSION}. */
export function runLoaded(pool: SessionPool, { profile = false }: { profile?: boolean } = {}): RunModel {
  return (image) =>
    pool.run(PREDICTION_SESSION, { image }, ['probability', 'bag', ...(profile ? [PROFILE_OUTPUT] : [])]);
}
