import { poolingLabel } from '../../evaluation/comparison/names.ts';
import type { Metrics } from '../../evaluation/evaluate.ts';
import { figure } from '../../evaluation/format.ts';
import { smallestField } from '../../network/architecture.ts';
import { layersOf, type ModelDescription, thresholdsOf } from '../../network/model-file.ts';
import type { NetworkModel } from '../../network/read-model.ts';
import { isByPlate } from '../../pixels/normalization.ts';
import { counted } from '../../words.ts';
import { cellsSection, poolsWells } from './cells-section.ts';
import { citationsOf, type ModelCard } from './description.ts';
import { toIdentifiers } from './identifiers.ts';
import { platesSection } from './plates-section.ts';
import { declaredSides } from './sides.ts';

/** How the fields of a training were divided, and what came out on those that were tested. */
export interface Validation {
  readonly metrics: Pick<Metrics, 'labels' | 'perClass' | 'baselines'> & {
    readonly images: Pick<
      Metrics['images'],
      'n' | 'correct' | 'accuracy' | 'meanClassAccuracy' | 'meanAveragePrecision' | 'interval95' | 'usedInTraining'
    >;
    readonly treatments: Pick<Metrics['treatments'], 'total' | 'correct' | 'accuracy' | 'interval95'>;
  };
  readonly split: Split;
}

/** Fields of each part of a training, and by what the tested ones were chosen. */
export interface Split {
  readonly train: number;
  readonly validation: number;
  /** Whether the validation fields chose the epoch, or only showed how the training went. */
  readonly chose: boolean;
  readonly test: number;
  /** Such as `Replicate=3`. */
  readonly holdout: readonly string[];
  /** Share of the wells that trained, where the rest were tested. */
  readonly fraction: number;
}

/** The `README.md` of a package, with the section on validation that the specification asks for. */
export function formatDocumentation({
  model,
  card,
  testInput,
  validation,
}: {
  model: Pick<NetworkModel, 'about' | 'parameters'>;
  card: ModelCard;
  /** In words, what `test_input.npy` holds. */
  testInput: string;
  /** Nothing where no figures are there. */
  validation: Validation | undefined;
}): string {
  const { about } = model;
  const sections = [
    `# ${card.name}\n\n${card.description}`,
    inputSection(about),
    ...(isByPlate(about.normalization) ? [platesSection(about)] : []),
    outputSection(about),
    ...(about.instances === 'cells' ? [cellsSection(model)] : []),
    useSection(testInput),
    validation ? validationSection(validation, about) : WITHOUT_VALIDATION,
    limitsSection(about),
    `# Citations\n\n${citationsOf(about)
      .map(({ text, doi }) => `- ${text} https://doi.org/${doi}`)
      .join('\n')}\n- milscope ${about.version}, which trained the model and wrote this package.`,
    `# Authors and licence\n\n${card.authors.join(', ')}. ${card.license}.`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function inputSection(about: ModelDescription): string {
  const { enlarge = 1, normalization, channels } = about;
  const { min, step } = declaredSides(about);
  const measured =
    normalization.scope === 'field'
      ? `Intensities are measured against mean and deviation of the ${about.instances === 'cells' ? 'square' : 'field'} itself, inside the network.`
      : 'Intensities are measured against mean and deviation of the training fields, inside the network.';
  const names = toIdentifiers(channels).map((identifier, i) => `\`${identifier}\` (${channels[i]})`);
  const anySide = `Declared are sides of ${min} pixels and of any multiple of ${step} more. The network itself takes any side from ${smallestField(layersOf(about), enlarge)} pixels on, so whole fields need not be cropped or padded where a program lets them be; a field must not be cut into blocks, since it is judged as a whole.`;
  const before = isByPlate(normalization)
    ? 'Before that, plates are made alike (see below)'
    : 'Nothing needs to be done to them before';
  return `# Input

\`image\`, float32 \`[batch, channel, y, x]\`: raw intensities as they stand in the file. ${measured} ${before}; intensities that were rescaled, to 0 to 1 say, give wrong answers.

The channels, in this order: ${names.join(', ')}.${recipeSentence(about)}

${step === 0 ? aroundCell(min, about) : anySide}${enlarge > 1 ? ` It is enlarged ${enlarge} times first, inside the network.` : ''}`;
}

/** What the square around a cell is to be like. */
function aroundCell(side: number, { window, normalization }: ModelDescription): string {
  const square = `The square around a cell has ${side} × ${side} pixels, with the cell in the middle; what is far from it is hidden inside the network.`;
  if (window?.others === undefined) return square;
  const numbers = normalization.mean.map((mean) => Number(mean.toPrecision(5))).join(', ');
  const fill =
    normalization.scope === 'field'
      ? 'the mean of the rest of the square'
      : `the mean of the training (${numbers}, by channel)`;
  return `${square} Other cells near it are hidden before${isByPlate(normalization) ? ', once its plate is made alike' : ''}: every pixel that is nearer to the centre of another cell, if that is at least ${Number(((window.others * side) / 2).toPrecision(3))} pixels away, has ${fill} in its place, and what lies beyond the edge of the field that of the field.`;
}

/** How large the pixels of the training were, and at which level they were read. */
function recipeSentence({ level = 0, pixelSize }: ModelDescription): string {
  const at = level === 0 ? '' : ` at level ${level} of their pyramids`;
  if (pixelSize == null) return at && ` The training images were read${at}.`;
  return ` The training images had pixels of ${Number(pixelSize.toPrecision(4))} µm${at}: cells should be as large in pixels as they were there.`;
}

function outputSection(about: ModelDescription): string {
  const { classes, head, pooling, sharpness } = about;
  const { pixels } = declaredSides(about);
  const thresholds = thresholdsOf(about);
  const table = toIdentifiers(classes).map(
    (identifier, k) =>
      `| ${k} | \`${identifier}\` | ${cell(classes[k]!)} |${thresholds ? ` ${figure(thresholds[k]!)} |` : ''}`,
  );
  const outputs =
    about.instances === 'cells'
      ? `- \`map\` \`[batch, channel, y, x]\`: the instance probability of the cell. The largest is its class.
- \`bag\` and \`probability\` \`[batch, channel]\`: the pooling layer (${poolingLabel({ pooling, sharpness })}) and the last layer (${head}) of a field that has this cell and no other: of no use by themselves. The next section says how the cells of a field are pooled.${thresholds ? ' A field is of every class whose probability reaches the threshold in the table, which may be none.' : ''}`
      : `- \`probability\` \`[batch, channel]\`: the last layer (${head}).${thresholds ? ' A field is of every class whose probability reaches the threshold in the table, which may be none.' : ' The largest is the class of the field.'}
- \`bag\` \`[batch, channel]\`: the pooling layer (${poolingLabel({ pooling, sharpness })}), for each class by itself. For single cells it is the better of the two.
- \`map\` \`[batch, channel, y, x]\`: the instances, ${pixels === Math.round(pixels) ? pixels : pixels.toFixed(2)} pixels apart.`;
  return `# Outputs

${outputs}

| channel | name | class |${thresholds ? ' threshold |' : ''}
| ------- | ---- | ----- |${thresholds ? ' --------- |' : ''}
${table.join('\n')}`;
}

function useSection(testInput: string): string {
  return `# Use

\`\`\`python
import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession("weights.onnx")
image = np.load("test_input.npy")
probability, bag, instances = session.run(["probability", "bag", "map"], {"image": image})
print(np.abs(probability - np.load("test_output_probability.npy")).max())
\`\`\`

\`test_input.npy\` is ${testInput}.`;
}

const WITHOUT_VALIDATION = `# Validation

No validation figures came with this model. Before it is used, it should be tested on labelled fields that it was not trained on, on whole wells, and better on plates, replicates or compounds, that the training did not see; beside the accuracy stand what the mean intensities and the batch alone reach.`;

function validationSection({ metrics, split }: Validation, { label }: ModelDescription): string {
  const { images, treatments, perClass, baselines } = metrics;
  const interval = ({ low, high }: { low: number; high: number }) => `95 % interval ${figure(low)} to ${figure(high)}`;
  const row = (name: string, correct: number | null, n: number, accuracy: number | null) =>
    `| ${name} | ${correct === null ? '-' : `${correct}/${n}`} | ${figure(accuracy)} |`;
  const classRows = perClass.map(
    ({ class: name, n, recall, precision, f1, averagePrecision }) =>
      `| ${cell(name)} | ${n} | ${[recall, precision, f1, averagePrecision].map(figure).join(' | ')} |`,
  );
  return `# Validation

${splitInWords(split, label)}${images.usedInTraining ? ` ${images.usedInTraining} of the tested fields were used in training, so these figures are too high.` : ''}

- Fields right: ${images.correct} of ${images.n}, ${figure(images.accuracy)} (${interval(images.interval95.accuracy)}; ${images.interval95.accuracy.method})
- Mean class accuracy: ${figure(images.meanClassAccuracy)} (${interval(images.interval95.meanClassAccuracy)})
- Mean average precision: ${figure(images.meanAveragePrecision)}${
    treatments.interval95
      ? `\n- Treatments right: ${treatments.correct} of ${treatments.total}, ${figure(treatments.accuracy)} (${interval(treatments.interval95)})`
      : ''
  }
${metrics.labels === 'several' ? '\nA field counts as right when it is given all its labels and no other.\n' : ''}
| | fields right | accuracy |
| - | - | - |
${row('this model', images.correct, images.n, images.accuracy)}
${(
  [
    ['the most frequent class', baselines.majorityClass],
    ['mean intensity of each channel', baselines.meanIntensity],
    ['the batch alone', baselines.batchAlone],
  ] as const
)
  .map(([name, { correct, n, accuracy }]) => row(name, correct, n, accuracy))
  .join('\n')}

| class | fields | recall | precision | F1 | average precision |
| ----- | ------ | ------ | --------- | -- | ----------------- |
${classRows.join('\n')}

On other plates, microscopes or cell lines the figures have to be found anew: with labelled fields of theirs, and beside the same baselines.`;
}

function splitInWords({ train, validation, chose: choose, test, holdout, fraction }: Split, label: string): string {
  const chose =
    validation > 0 ? `, ${validation} more ${choose ? 'chose the epoch' : 'showed how well, and chose nothing'}` : '';
  const trained = `The labels are those of the column ${label}. ${counted(train, 'field')} trained the model${chose}`;
  if (test === 0) {
    if (!choose) return `${trained}. The figures are of the latter, since none were held out.`;
    return `${trained}. The figures are of those fields that chose the epoch, since none were held out: they are somewhat too good.`;
  }
  const by =
    holdout.length > 0
      ? ` by ${holdout.join(', ')}`
      : fraction < 1
        ? `, all but ${figure(fraction)} of the wells, drawn by chance`
        : '';
  return `${trained}, and ${test} were held out for the test${by}. All fields of a well stand on the same side.`;
}

function limitsSection(about: ModelDescription): string {
  const { cellSize, instances } = about;
  const squares = `It was trained on squares of ${cellSize} pixels around single cells`;
  const onCells =
    instances === 'cells'
      ? `${squares}, pooled over each ${poolsWells(about) ? 'well' : 'field'}.`
      : `${squares}: a whole field is to be judged by the mean over its cells.`;
  const trained =
    instances === 'foreground'
      ? 'It was trained on whole fields, of which it pooled the positions that hold cells. This file does not know where cells are: its `probability` and `bag` pool all positions. Pool `map` over the positions nearest to the centres of cells to get those of the field (`milscope predict` does this).'
      : cellSize === undefined
        ? 'It was trained on whole fields: a single cell or a small part of a field may be judged worse, by `bag` better than by `probability`.'
        : onCells;
  return `# Limits

The model knows the classes above and no other: whatever a field shows, it answers with these. It knows cells of the size, the stains and the exposure that it was trained on. ${trained}`;
}

/** A name that may stand in a table. */
const cell = (name: string): string => name.replaceAll('|', '\\|');
