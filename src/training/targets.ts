/** Labels of training fields as the network learns them: class indices. */
import type { Head } from '../network/forward.ts';
import { float32, type Tensor } from '../onnx/tensor.ts';

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
