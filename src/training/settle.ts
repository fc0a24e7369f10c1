import { lastConvolution, PAPER_LAYERS } from '../network/architecture.ts';
import type { Parameters } from '../network/parameters.ts';
import { createSettlingGraph, OFFSET, SCALE, settledNames } from '../network/settling-graph.ts';
import { float32, type Tensor } from '../onnx/tensor.ts';
import { mapInOrder } from '../threads/map-in-order.ts';
import { adamStep, initialAdamState } from './adam.ts';
import { fieldWeights } from './balance.ts';
import type { LabelledField, TrainingInputs } from './inputs.ts';
import { boundThresholds, pullOf } from './pooling-thresholds.ts';
import { makeRoom } from './rooms.ts';
import { chunks } from './sampler.ts';
import { combination, multiHot } from './targets.ts';
import { EVALUATION_SESSION } from './validation.ts';

/** Steps of Adam, and their rate. */
const STEPS = 100;
const RATE = 0.02;
/** Where the thresholds begin: from 0.5, the offset of a class with few responders rises until all cells have much of it. */
const LOW = 0.05;
/** What the square of a scale or an offset adds to the loss: they stay where the bags do not ask for another. */
const PRIOR = 0.01;
/** What the square of a threshold's distance from the middle adds the last time. */
const MIDDLE = 1;
/** Most cells of a bag that count, the first: they are in a random order. */
const MOST_CELLS = 256;
/** Bags that are computed together. */
const TOGETHER = 64;
/** Name under which the pool holds the graph. */
const SESSION = 'settle';

/** The logits of the cells of a bag, `[K, cells]`. */
interface KnownBag extends Pick<LabelledField, 'targets'> {
  /** Its weight in the loss, 1 on average over all. */
  readonly weight: number;
  readonly cells: number;
  readonly logits: Float32Array;
}

/**
 * Settles what follows the features of the cells, once these are learned: a scale and an offset of each class's logits, the
 * parameters of the pooling function, and the last layer, by the gradient over all cells of all training bags at once.
 *
 * In the steps of a training these few numbers hardly move together. If the normal cells of a screen have a probability of
 * 0.6 of a class of which few cells respond, that class's threshold stays near it, and both would have to fall at once, against
 * the noise of the few cells that a step draws.
 *
 * With `isLast` the instance probabilities stay as they are, and each threshold is held near the middle of what the bags of its
 * class hold of it and what others hold. Where others hold nothing, any lower threshold would do as well for the bags at hand.
 *
 * @returns the parameters with the settled ones in their place: the scale and the offset become part of the last convolution
 */
export async function settle(
  inputs: TrainingInputs,
  parameters: Parameters,
  { isLast = false }: { isLast?: boolean } = {},
): Promise<Parameters> {
  const { options, pool } = inputs;
  const { classes, layers = PAPER_LAYERS } = options.network;
  const known = await knownBags(inputs, parameters);
  if (known.length === 0) return parameters;
  const bags = Math.min(TOGETHER, known.length);
  const cells = Math.max(...known.map((bag) => bag.cells));
  await pool.load(SESSION, createSettlingGraph({ ...options.network, ...options, bags, cells }));
  const parts = chunks(known, bags).map((part) => feedsOf(part, { bags, cells, classes, of: known.length }));
  const names = settledNames(options.network);
  const zeros = () => float32(new Float32Array(classes), [classes]);
  const thresholds = isLast ? middles(known, classes) : new Float32Array(classes).fill(LOW);
  const begin = {
    ...Object.fromEntries(names.map((name) => [name, parameters[name] ?? zeros()])),
    ...('b' in parameters && { b: float32(thresholds, [classes]) }),
  };
  let state = initialAdamState(begin);
  const rooms = [makeRoom({ average: begin }).adam, makeRoom({ average: begin }).adam] as const;
  for (let step = 0; step < STEPS; step++) {
    const now = state;
    const results = await Promise.all(parts.map((feeds) => pool.run(SESSION, { ...feeds, ...now.parameters })));
    const gradients = Object.fromEntries(
      names.map((name) => {
        const { shape, data } = now.parameters[name]!;
        const isOfLogits = name === SCALE || name === OFFSET;
        const besides = (value: number, i: number) => {
          if (isOfLogits) return 2 * PRIOR * value;
          return isLast && name === 'b' ? 2 * MIDDLE * (value - thresholds[i]!) : pullOf(name);
        };
        const slopes = results.map((result) => result[`d.${name}`]!.data as Float32Array);
        const sum = (data as Float32Array).map((value, i) =>
          isLast && isOfLogits ? 0 : slopes.reduce((total, of) => total + of[i]!, besides(value, i)),
        );
        return [name, float32(sum, shape)];
      }),
    );
    state = await adamStep({ state: now, gradients, rate: RATE }, rooms[step % 2]!);
    boundThresholds(state.parameters);
  }
  return withSettled(parameters, state.parameters, lastConvolution(layers)!.name);
}

/** The logits of the cells of every training bag that could be read, in the middle of what is kept around them. */
async function knownBags(
  { options, fields, readCells, plate, pool }: TrainingInputs,
  parameters: Parameters,
): Promise<readonly KnownBag[]> {
  const { crop: side, network } = options;
  const { classes, channels } = network;
  const weights = fieldWeights(fields.map(combination), options.balance);
  const weighted = fields.map((field, i) => ({ ...field, weight: weights[i]! }));
  const answers = mapInOrder(
    weighted,
    2 * pool.size,
    async ({ key, targets, weight }): Promise<KnownBag | undefined> => {
      const cells = (await readCells!(key))?.slice(0, MOST_CELLS);
      if (!cells) return undefined;
      const views = cells.map((image) => {
        const [top, left] = [Math.floor((image.height - side) / 2), Math.floor((image.width - side) / 2)];
        return { image, box: { top, left, height: side, width: side }, plate: plate?.(key) };
      });
      const image = { views, shape: [views.length, channels, side, side] } as const;
      const target = multiHot([targets], { rows: 1, classes });
      const { logits } = await pool.run(EVALUATION_SESSION, { ...parameters, image, target });
      return { targets, weight, cells: cells.length, logits: logits!.data as Float32Array };
    },
  );
  const known: KnownBag[] = [];
  for await (const bag of answers) if (bag) known.push(bag);
  return known;
}

/** The middle of the mean instance probability of each class in its own bags and in the others; 0.5 where there are none of these. */
function middles(bags: readonly KnownBag[], classes: number): Float32Array {
  const held = bags.map(({ targets, cells, logits }) => ({
    targets,
    means: Array.from({ length: classes }, (_, k) => {
      const own = logits.subarray(k * cells, (k + 1) * cells);
      return own.reduce((sum, z) => sum + 1 / (1 + Math.exp(-z)), 0) / cells;
    }),
  }));
  return Float32Array.from({ length: classes }, (_, k) => {
    const [own, others] = [true, false].map((isOwn) => held.filter(({ targets }) => targets.includes(k) === isOwn));
    if (own!.length === 0 || others!.length === 0) return 0.5;
    const mean = (of: typeof held) => of.reduce((sum, { means }) => sum + means[k]!, 0) / of.length;
    return (mean(own!) + mean(others!)) / 2;
  });
}

/** What the graph is fed of some bags; where there are fewer of these, or of their cells, the rest counts for nothing. */
function feedsOf(
  part: readonly KnownBag[],
  { bags, cells, classes, of }: { bags: number; cells: number; classes: number; of: number },
): Readonly<Record<string, Tensor>> {
  const logits = new Float32Array(bags * classes * cells);
  const kept = new Float32Array(bags * cells);
  for (const [i, bag] of part.entries()) {
    kept.fill(1, i * cells, i * cells + bag.cells);
    for (let k = 0; k < classes; k++)
      logits.set(bag.logits.subarray(k * bag.cells, (k + 1) * bag.cells), (i * classes + k) * cells);
  }
  const targets = part.map((bag) => bag.targets);
  const weight = Float32Array.from({ length: bags }, (_, i) => (part[i]?.weight ?? 0) / of);
  return {
    logits: float32(logits, [bags, classes, cells, 1]),
    kept: float32(kept, [bags, 1, cells, 1]),
    target: multiHot(targets, { rows: bags, classes }),
    weight: float32(weight, [bags]),
  };
}

/** The parameters, with a scale and an offset of the logits as part of the convolution that they come from. */
function withSettled(parameters: Parameters, settled: Parameters, convolution: string): Parameters {
  const numbers = (name: string) => settled[name]!.data as Float32Array;
  const [scale, offset] = [numbers(SCALE).map(Math.exp), numbers(OFFSET)];
  const { [SCALE]: _, [OFFSET]: __, ...others } = settled;
  const weight = parameters[`${convolution}.weight`]!;
  const bias = parameters[`${convolution}.bias`]!;
  const perClass = weight.data.length / scale.length;
  return {
    ...parameters,
    ...others,
    [`${convolution}.weight`]: float32(
      (weight.data as Float32Array).map((value, i) => value * scale[Math.floor(i / perClass)]!),
      weight.shape,
    ),
    [`${convolution}.bias`]: float32(
      (bias.data as Float32Array).map((value, k) => value * scale[k]! + offset[k]!),
      bias.shape,
    ),
  };
}
