import type { ModelDescription } from '../../network/model-file.ts';
import type { PoolingName } from '../../network/pooling/poolings.ts';
import type { NetworkModel } from '../../network/read-model.ts';

/** Pooling functions that a few lines of Python can say; `p` are the instance probabilities of the cells, `[cell, class]`. */
const code: Readonly<Partial<Record<PoolingName, (numbers: { a: number; b: string }) => string>>> = {
  mean: () => 'bag = p.mean(0)',
  max: () => 'bag = p.max(0)',
  'noisy-and': ({ a, b }) => `a, b = ${a}, np.array(${b})
low, high = sigmoid(-a * b), sigmoid(a * (1 - b))
bag = (sigmoid(a * (p.mean(0) - b)) - low) / (high - low)`,
};

/** How cells become a field, in a model whose instances are cells, as the documentation of a package says it. */
export function cellsSection({ about, parameters }: Pick<NetworkModel, 'about' | 'parameters'>): string {
  const { pooling, sharpness, head, temperature = 1 } = about;
  const of = poolsWells(about) ? 'well' : 'field';
  const first = `# Cells and ${of}s

The class of a cell is that of its largest instance probability, in \`map\`; of squares that give several positions, the mean of their logits counts. The class of a ${of} is what the pooling function and the last layer make of all its cells.`;
  const pool = code[pooling]?.({ a: sharpness, b: numbersOf(parameters.b?.data as Float32Array | undefined) });
  if (pool === undefined) return `${first} \`milscope predict\` does this itself.`;
  const last =
    head === 'softmax'
      ? 'probability = np.exp(scores - scores.max())\nprobability /= probability.sum()'
      : 'probability = sigmoid(scores)';
  const { data, shape } = parameters['fc.weight']!;
  const columns = shape[1] as number;
  const rows = Array.from({ length: shape[0] as number }, (_, i) =>
    numbersOf((data as Float32Array).subarray(i * columns, (i + 1) * columns)),
  );
  return `${first}

\`\`\`python
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

# instances: \`map\` of all cells of the ${of}, [cell, class, y, x]
p = np.clip(instances, 1e-7, 1 - 1e-7)
p = sigmoid(np.log(p / (1 - p)).mean((2, 3)))
${pool}
weights = np.array([
    ${rows.join(',\n    ')},
])
scores = weights @ bag + np.array(${numbersOf(parameters['fc.bias']!.data as Float32Array)})
${temperature === 1 ? '' : `scores /= ${Number(temperature.toPrecision(7))}\n`}${last}
\`\`\`

\`milscope predict\` does this itself.`;
}

/** Whether the cells of all fields of a well were pooled in the training. */
export function poolsWells({ bag }: Pick<ModelDescription, 'bag'>): boolean {
  return bag === 'well';
}

function numbersOf(values: Float32Array | undefined): string {
  return `[${Array.from(values ?? [], (value) => Number(value.toPrecision(7))).join(', ')}]`;
}
