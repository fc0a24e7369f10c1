import type { Image } from '../../pixels/pixels.ts';
import { createRandom } from '../../random.ts';
import type { ModelDescription } from '../model-file.ts';
import type { NetworkModel } from '../read-model.ts';
import { formulaParameters } from './formula.ts';

/** A model whose weights follow a formula: its instances and bags are far from all alike. Three classes, two channels. */
export function formulaModel(changes: Partial<ModelDescription> = {}): NetworkModel {
  const about: ModelDescription = {
    version: '0.0.0',
    classes: ['a', 'b', 'c'],
    channels: ['DNA', 'Actin'],
    pooling: 'noisy-and',
    sharpness: 5,
    head: 'softmax',
    label: 'Class',
    normalization: { mean: [900, 300], deviation: [200, 60] },
    run: 'none',
    ...changes,
  };
  const { classes, channels, pooling, layers } = about;
  const network = { classes: classes.length, channels: channels.length, pooling, layers };
  return { about, parameters: formulaParameters(network) };
}

/** A field of two channels in intensity counts: bright blobs and noise on a background. */
export function blobs(height: number, width: number, seed = 1): Image {
  const random = createRandom(seed, 'blobs');
  const data = new Uint16Array(2 * height * width);
  for (const channel of [0, 1]) {
    const level = [700, 240][channel]!;
    const light = Float64Array.from({ length: height * width }, () => 1 + 0.1 * random.uniform());
    for (let spots = Math.ceil((height * width) / 900); spots > 0; spots--) {
      const [y, x, radius] = [random.uniform() * height, random.uniform() * width, 3 + 6 * random.uniform()];
      const reach = 3 * radius;
      for (let row = Math.ceil(Math.max(0, y - reach)); row < Math.min(height, y + reach); row++) {
        for (let column = Math.ceil(Math.max(0, x - reach)); column < Math.min(width, x + reach); column++) {
          light[row * width + column]! += 0.8 * Math.exp(-((row - y) ** 2 + (column - x) ** 2) / radius ** 2);
        }
      }
    }
    for (const [i, value] of light.entries()) data[channel * light.length + i] = level * value;
  }
  return { data, channels: 2, height, width };
}
