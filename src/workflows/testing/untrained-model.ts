import { writeFile } from 'node:fs/promises';
import { encodeModelFile, type ModelDescription } from '../../network/model-file.ts';
import { initialParameters } from '../../network/parameters.ts';

/** Writes a model that has learned nothing, for screens with the channels of simulated ones. */
export async function writeUntrainedModel(
  path: string,
  {
    head = 'softmax',
    scope,
    ...more
  }: { head?: 'softmax' | 'sigmoid'; scope?: 'screen' | 'plate' } & Partial<ModelDescription> = {},
): Promise<void> {
  const [classes, channels] = [
    ['round', 'long'],
    ['DNA', 'Actin', 'Tubulin'],
  ] as const;
  const shape = {
    classes: classes.length,
    channels: channels.length,
    pooling: 'noisy-and',
    layers: more.layers,
  } as const;
  const normalization = { mean: [500, 500, 500], deviation: [300, 300, 300], ...(scope && { scope }) };
  const about = { classes: [...classes], channels: [...channels], pooling: shape.pooling, head, normalization };
  const bytes = encodeModelFile(initialParameters(shape, 1, head), {
    ...{ ...about, version: '0.0.0', sharpness: 10, label: 'Metadata_Phenotype', run: 'f00' },
    ...more,
  });
  await writeFile(path, bytes);
}
