/** What a network learns beside pixels: labels of training fields as class indices, and where their cells are. */
import { PAPER_LAYERS } from '../network/architecture.ts';
import { foregroundOf, mapSize } from '../network/foreground.ts';
import type { Head } from '../network/forward.ts';
import { float32, type Tensor } from '../onnx/tensor.ts';
import type { Centre, TrainingOptions } from './inputs.ts';

/** A key that is the same for fields with the same labels, by which fields are balanced. */
export function combination({ targets }: { readonly targets: readonly number[] }): string {
  return targets.toSorted((a, b) => a - b).join();
}

/** Targets for the loss, `[rows, classes]`: 1 for each label of a field and 0 elsewhere. */
export function multiHot(
  targets: readonly (readonly number[])[],
  { rows, classes }: { rows: number; classes: number },
): Tensor {
  const data = new Float32Array(rows * classes);
  for (const [row, labels] of targets.entries()) for (const label of labels) data[row * classes + label] = 1;
  return float32(data, [rows, classes]);
}

/** Which positions of some images hold a cell, `[rows, 1, h, w]`; none in the images that fill up a batch. */
export function foregroundFeed(
  cells: readonly (readonly Centre[])[],
  {
    rows,
    network: { layers = PAPER_LAYERS },
    ...size
  }: { rows: number; height: number; width: number } & Pick<TrainingOptions, 'network' | 'enlarge'>,
): Tensor {
  const seen = { ...size, layers };
  const [height, width] = mapSize(seen);
  const data = new Float32Array(rows * height * width);
  for (const [i, own] of cells.entries()) data.set(foregroundOf(own, seen), i * height * width);
  return float32(data, [rows, 1, height, width]);
}

/**
 * How many of the first rows of `probability [n, K]` are correct: after a softmax, the label alone has the largest
 * probability; after sigmoids, exactly the labels have probabilities of 0.5 or more.
 */
export function countCorrect(
  probability: Float32Array,
  targets: readonly (readonly number[])[],
  { head, network: { classes } }: { head: Head; network: { classes: number } },
): number {
  return targets.filter((labels, row) => {
    const scores = probability.subarray(row * classes, (row + 1) * classes);
    if (head === 'sigmoid') return scores.every((score, k) => score >= 0.5 === labels.includes(k));
    const [label] = labels as [number];
    return scores.every((score, k) => k === label || score < scores[label]!);
  }).length;
}
