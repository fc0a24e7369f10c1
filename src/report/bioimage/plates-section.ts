import type { ModelDescription } from '../../network/model-file.ts';
import { referenceOf } from '../../pixels/normalization.ts';
import { FEWEST_CONTROLS, FEWEST_FIELDS } from '../../screen/plates/decide-normalization.ts';
import { toIdentifiers } from './identifiers.ts';

/** What has to be done with a plate before a model that makes plates alike sees its fields, as the documentation of a package says it. */
export function platesSection({ normalization, channels }: ModelDescription): string {
  const { measure = 'mean', controls } = normalization;
  const { mean, deviation } = referenceOf(normalization);
  const [centre, spread] =
    measure === 'median' ? ['median', '1.4826 times the median absolute deviation'] : ['mean', 'standard deviation'];
  const where = controls
    ? `the fields of its negative control wells (in the training: ${controls.values.join(', ')} in the column ${controls.column})`
    : 'all fields of the plate, of whatever treatment';
  const rows = toIdentifiers(channels).map((name, i) => `| \`${name}\` | ${mean[i]} | ${deviation[i]} |`);
  const [code, scale] =
    measure === 'median'
      ? ['np.median(pixels, 1)', '1.4826 * np.median(np.abs(pixels - plate_centre[:, None]), 1)']
      : ['pixels.mean(1)', 'pixels.std(1)'];
  return `# Plates

The model was trained on plates that had been made alike. For each plate, and for each channel, measure the ${centre} and the ${spread} of the intensities over ${where}. Fewer than ${controls ? FEWEST_CONTROLS : FEWEST_FIELDS} fields may not be like the plate. Then change the intensities of all fields of the plate, so that these two become those of the training:

| channel | ${centre} | ${measure === 'median' ? '1.4826 MAD' : 'deviation'} |
| ------- | ---- | --------- |
${rows.join('\n')}

\`\`\`python
import numpy as np

model_centre = np.array(${JSON.stringify(mean)})
model_spread = np.array(${JSON.stringify(deviation)})

# pixels: [channel, pixels of all fields that are measured]; image: [batch, channel, y, x], a field of the plate
plate_centre = ${code}
plate_spread = ${scale}
gain = model_spread / plate_spread
shift = model_centre - gain * plate_centre
image = (image * gain[None, :, None, None] + shift[None, :, None, None]).astype(np.float32)
\`\`\`

\`milscope predict\` does this itself. Fields that are given as they are get the answer for a plate that is stained and exposed as those of the training were on average.`;
}
