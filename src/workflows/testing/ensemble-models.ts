import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastConvolution } from '../../network/architecture.ts';
import { encodeModelFile, layersOf, type ModelDescription } from '../../network/model-file.ts';
import { initialParameters } from '../../network/parameters.ts';
import { OTHER_LAYERS } from '../../network/testing/other-layers.ts';
import { float32 } from '../../onnx/tensor.ts';
import { createRandom } from '../../random.ts';

/** Writes a model whose weights are random, so that models of other seeds differ in what they say. */
export async function writeRandomModel(
  path: string,
  { seed, ...more }: { readonly seed: number } & Partial<ModelDescription>,
): Promise<string> {
  const about: ModelDescription = {
    ...{ version: '0.0.0', classes: ['round', 'long'], channels: ['DNA', 'Actin', 'Tubulin'] },
    ...{ pooling: 'noisy-and', sharpness: 10, head: 'softmax', label: 'Metadata_Phenotype', run: `f0${seed}` },
    normalization: { mean: [500, 500, 500], deviation: [300, 300, 300] },
    layers: OTHER_LAYERS[0],
    ...more,
  };
  const shape = { ...about, classes: about.classes.length, channels: about.channels.length };
  const random = createRandom(seed, 'model');
  const maps = lastConvolution(layersOf(about))!.name;
  const parameters = Object.entries(initialParameters(shape, seed, about.head)).map(([name, tensor]) => {
    // The maps and the last layer begin alike for all: here they say something.
    const spread = name.startsWith(maps) ? 0.3 : name.startsWith('fc') ? 1.5 : 0;
    const data = (tensor.data as Float32Array).map((value) => value + spread * random.normal());
    return [name, float32(data, tensor.shape)] as const;
  });
  await writeFile(path, encodeModelFile(Object.fromEntries(parameters), about));
  return path;
}

/** The place of the model of a run in a folder of runs. */
export function runModel(folder: string, seed: number): string {
  return join(folder, `seed-${seed}`, 'model.onnx');
}
