import { describe, expect, it } from 'vitest';
import type { ModelDescription } from '../../network/model-file.ts';
import { float32 } from '../../onnx/tensor.ts';
import { defaultDescription, defaultName, type ModelCard } from './description.ts';
import { formatDocumentation, type Validation } from './documentation.ts';

const about: ModelDescription = {
  version: '1.0.0',
  classes: ['neutral', 'a|b'],
  channels: ['DNA'],
  pooling: 'attention',
  sharpness: 10,
  head: 'sigmoid',
  thresholds: [0.5, 0.375],
  label: 'Metadata_MOA',
  normalization: { mean: [100], deviation: [10], scope: 'field' },
  enlarge: 3,
  run: 'hash',
};

const card: ModelCard = {
  name: 'A model',
  description: 'What it does.',
  authors: ['Ada Example'],
  license: 'MIT',
  tags: [],
  timestamp: 0,
};

const baseline = { n: 40, correct: null, accuracy: null, how: 'not known' };
const interval = { low: 0.79, high: 0.965, method: 'Gaffke, 40 fields' };
const validation: Validation = {
  split: { train: 300, validation: 40, test: 0, chose: true, holdout: [], fraction: 1 },
  metrics: {
    labels: 'several',
    images: {
      ...{ n: 40, correct: 36, accuracy: 0.9, meanClassAccuracy: 0.875, meanAveragePrecision: 0.95 },
      ...{ interval95: { accuracy: interval, meanClassAccuracy: interval }, usedInTraining: 40 },
    },
    treatments: { total: 0, correct: 0, accuracy: null, interval95: null },
    perClass: [
      { class: 'a|b', n: 20, correct: 19, recall: 0.95, precision: null, f1: 0.9, averagePrecision: 0.9 },
      { class: 'neutral', n: 0, correct: 0, recall: null, precision: null, f1: null, averagePrecision: null },
    ],
    baselines: {
      majorityClass: { ...baseline, correct: 20, accuracy: 0.5 },
      meanIntensity: baseline,
      batchAlone: baseline,
    },
  },
};

/** The model of a description, with the last layer and the thresholds of a training. */
const modelOf = (of: ModelDescription) => ({
  about: of,
  parameters: {
    'fc.weight': float32([4, 0.25, -1, 3], [2, 2]),
    'fc.bias': float32([-0.5, 0.5], [2]),
    b: float32([0.125, 0.75], [2]),
  },
});

const text = (known: Validation | undefined) =>
  formatDocumentation({ model: modelOf(about), card, testInput: 'a field', validation: known });

describe('formatDocumentation', () => {
  it('says what the figures are of, and which are not known', () => {
    const readme = text(validation);
    expect(readme).toContain('300 fields trained the model, 40 more chose the epoch. The figures are of those fields');
    expect(readme).toContain('40 of the tested fields were used in training');
    expect(readme).toContain('Fields right: 36 of 40, 0.900 (95 % interval 0.790 to 0.965; Gaffke, 40 fields)');
    expect(readme).toContain('| the batch alone | - | - |');
    expect(readme).toContain('| neutral | 0 | - | - | - | - |');
    expect(readme).toContain('given all its labels and no other');
    expect(readme).not.toContain('Treatments right');
    const share: Validation = { ...validation, split: { ...validation.split, test: 1700, fraction: 0.15 } };
    expect(text(share)).toMatch(/and 1700 were held out for the test, all but 0\.150 of the wells, drawn by chance/);
  });

  it('says how fields are to be shown and what comes out', () => {
    const readme = text(undefined);
    expect(readme).toContain('Declared are sides of 32 pixels and of any multiple of 32 more.');
    expect(readme).toContain('any side from 21 pixels on');
    expect(readme).toContain('It is enlarged 3 times first');
    expect(readme).toContain('10.67 pixels apart');
    expect(readme).toContain('measured against mean and deviation of the field itself');
    expect(readme).toContain('| 1 | `a_b` | a\\|b | 0.375 |');
    expect(readme).toContain('Gated attention');
    expect(readme).toContain('https://doi.org/10.48550/arXiv.1802.04712');
  });
});

describe('formatDocumentation of a model that knows how images were read', () => {
  it.each([
    [{ level: 1, pixelSize: 0.65 }, 'The training images had pixels of 0.65 µm at level 1 of their pyramids: cells'],
    [{ level: 0, pixelSize: 0.325 }, 'The training images had pixels of 0.325 µm: cells'],
    [{ level: 2, pixelSize: null }, 'The training images were read at level 2 of their pyramids.'],
  ])('says so: %j', (recipe, sentence) => {
    const how = { card, testInput: 'a field', validation: undefined };
    expect(formatDocumentation({ ...how, model: modelOf({ ...about, ...recipe }) })).toContain(
      `\`DNA\` (DNA). ${sentence}`,
    );
    expect(text(undefined)).not.toContain('training images');
  });
});

describe('formatDocumentation of a model of cells', () => {
  it('says what is put in the place of other cells, and from which distance on they are others', () => {
    const window = { full: 0.7, zero: 1, others: 0.4 };
    const cells: ModelDescription = { ...about, enlarge: 1, instances: 'cells', cellSize: 70, window };
    const readme = (of: ModelDescription) =>
      formatDocumentation({ model: modelOf(of), card, testInput: 'a cell', validation });
    expect(readme(cells)).toContain(
      'at least 14 pixels away, has the mean of the rest of the square in its place, and what lies beyond the edge of the field that of the field',
    );
    const screen = { mean: [123.4567], deviation: [10] };
    expect(readme({ ...cells, normalization: screen })).toContain('the mean of the training (123.46, by channel)');
    expect(readme({ ...cells, window: { full: 0.7, zero: 1 } })).not.toContain('Other cells');
    expect(readme(cells)).toContain('mean and deviation of the square itself');
    const plate = { ...screen, scope: 'plate' as const };
    expect(readme({ ...cells, normalization: plate })).toContain('hidden before, once its plate is made alike:');
  });

  it('says with numbers how cells become a field or a well, where a few lines of Python can', () => {
    const cells: ModelDescription = {
      ...about,
      instances: 'cells',
      cellSize: 64,
      pooling: 'noisy-and',
      head: 'softmax',
    };
    const readme = (of: ModelDescription) =>
      formatDocumentation({ model: modelOf(of), card, testInput: 'a cell', validation });
    const noisyAnd = readme(cells);
    expect(noisyAnd).toContain('# Cells and fields');
    expect(noisyAnd).toContain('a, b = 10, np.array([0.125, 0.75])');
    expect(noisyAnd).toContain('weights = np.array([\n    [4, 0.25],\n    [-1, 3],\n])');
    expect(noisyAnd).toContain('np.array([-0.5, 0.5])\nprobability = np.exp(scores - scores.max())');
    expect(noisyAnd).not.toContain('pixels apart');
    const ofWells = readme({ ...cells, bag: 'well', pooling: 'mean', head: 'sigmoid' });
    expect(ofWells).toContain('# Cells and wells');
    expect(ofWells).toContain('bag = p.mean(0)');
    expect(ofWells).toContain('probability = sigmoid(scores)');
    expect(ofWells).toContain('pooled over each well.');
    // What Python cannot say in a line is left to milscope.
    expect(readme({ ...cells, pooling: 'attention' })).not.toContain('scores');
    expect(readme({ ...cells, instances: undefined, cellSize: undefined })).not.toContain('# Cells and');
  });
});

describe('what stands in a description where nobody says anything', () => {
  it('is a name that the specification takes', () => {
    for (const label of ['Metadata_MOA', 'metadata_x', 'Größe: µm/px', '', 'x'.repeat(200)]) {
      expect(defaultName({ ...about, label })).toMatch(/^[A-Za-z0-9_+\- ()]{5,64}$/);
    }
    expect(defaultName(about)).toBe('MOA of whole fields (milscope)');
  });

  it('is as long as the specification likes, whatever the number of classes', () => {
    expect(defaultDescription(about)).toContain('(neutral, a|b)');
    const many = { ...about, classes: Array.from({ length: 100 }, (_, i) => `class number ${i}`) };
    expect(defaultDescription(many)).toMatch(/^Tells 100 classes of Metadata_MOA apart/);
    expect(defaultDescription(many).length).toBeLessThanOrEqual(512);
    expect(defaultDescription({ ...about, cellSize: 64 })).toContain('squares of 64 pixels around single cells');
  });
});
