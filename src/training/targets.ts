/** Labels of training fields as the network learns them: places among the classes. */
import type { Head } from '../network/forward.ts';
import { float32, type Tensor } from '../onnx/tensor.ts';

/** A name for the labels of a field that is the same for fields with the same labels: what fields are balanced by. */
export function combination({ targets }: { readonly targets: readonly number[] }): string {
  return targets.toSorted((a, b) => a - b).join();
}

/** Targets as the loss wants them, `[rows, classes]`: 1 for each label of a field and 0 elsewhere. */
export function multiHot(
  targets: readonly (readonly number[])[],
  { rows, classes }: { rows: number; classes: number },
): Tensor {
  const data = new Float32Array(rows * classes);
  for (const [row, labels] of targets.entries()) for (const label of labels) data[row * classes + label] = 1;
  return float32(data, [rows, classes]);
}

/**
 * How many of the first rows of `probability [n, K]` are right: after a softmax, the label has the largest probability
 * and no other as large a one; after sigmoids, exactly the labels have probabilities of 0.5 or more.
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
