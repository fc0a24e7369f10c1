import { describe, expect, it } from 'vitest';
import { methodsParagraph, methodsReferences } from './methods.ts';
import type { MethodsFacts, TrainingFacts } from './methods-facts.ts';

const training: TrainingFacts = {
  optimizer: { name: 'Adam', decays: [0.9, 0.99] },
  learningRate: 0.001,
  schedule: 'one-cycle',
  shown: [{ instances: 'positions', side: 224, batch: 16, length: { unit: 'epoch', least: 65, most: 75 } }],
  validation: 0.1,
  averaging: 0.98,
  jitter: 0.15,
  normalizations: [{ scope: 'plate', measure: 'median' }, { scope: 'screen' }, { scope: 'plate', measure: 'median' }],
};
const facts: MethodsFacts = {
  software: { name: 'milscope', version: '0.1.0' },
  screen: {
    ...{ fields: 440, wells: 110, treatments: 55, classes: 6, channels: ['DNA', 'tubulin', 'actin'] },
    leftOut: [{ fields: 3, reason: 'could not be read' }],
  },
  networks: [
    { pooling: 'noisy-and', sharpness: 5, head: 'softmax', instances: 'positions', seeds: 1 },
    { pooling: 'noisy-and', sharpness: 10, head: 'softmax', instances: 'positions', seeds: 3 },
    { pooling: 'log-sum-exp', sharpness: 1, head: 'softmax', instances: 'positions', seeds: 1 },
    { pooling: 'max', head: 'softmax', instances: 'positions', seeds: 3 },
    { pooling: 'attention', head: 'softmax', instances: 'positions', seeds: 1 },
  ],
  training,
  baselines: ['field-features', 'svm-ensemble', 'majority-class'],
  protocols: [
    { name: 'paper', folds: 1, fields: 440, treatments: 55, fraction: 0.15 },
    { name: 'replicate', folds: 2, fields: 440, treatments: 55 },
    {
      ...{ name: 'compound', folds: 18, fields: 436, treatments: 54 },
      leftOut: [{ treatments: 1, fields: 4, reason: 'no other compound has its class' }],
    },
  ],
};

const single: MethodsFacts = {
  software: { name: 'milscope', version: '0.1.0' },
  screen: { fields: 13_200, treatments: 0, classes: 2, channels: ['DNA'] },
  networks: [{ pooling: 'mean', head: 'sigmoid', instances: 'positions', seeds: 1 }],
  training: {
    ...{ optimizer: training.optimizer, learningRate: 0.0003, schedule: 'constant', validation: 0 },
    shown: [{ instances: 'positions', side: 96, batch: 8, length: { unit: 'step', least: 1000, most: 1000 } }],
  },
  baselines: ['majority-class'],
  protocols: [
    {
      ...{ name: 'k-fold', folds: 5, fields: 13_199, treatments: 0 },
      leftOut: [{ treatments: 1, fields: 1, reason: 'no other well has its class' }],
    },
  ],
};

describe('the paragraph of methods', () => {
  it('says what was done, in order', () => {
    expect(methodsParagraph(facts)).toBe(
      [
        'Methods were compared with milscope 0.1.0 on a screen of 440 fields of view in 110 wells, with 55 treatments, 6 classes and 3 channels (DNA, tubulin and actin); left out of it were 3 fields (could not be read).',
        'Whole fields were classified by convolutional networks for multiple instance learning (Kraus et al., 2016) with a softmax as the last layer.',
        'The pooling functions were Noisy-AND (a = 5 and 10), log-sum-exp (LSE, r = 1), the maximum and gated attention (Ilse et al., 2018).',
        'Networks were trained for 65 to 75 epochs on random crops of 224 × 224 pixels in batches of 16, by Adam (Kingma & Ba, 2015) with decays of 0.9 and 0.99 and a learning rate that rose to 0.001, stayed there and fell again (one cycle).',
        'The intensities of each channel were normalized by median and MAD of the fields of their plate, or by mean and standard deviation of the training fields.',
        'The intensity of each channel was varied by a random gain and shift (spread 0.15).',
        'Weights were averaged over the steps, each of which kept a share of 0.98 of the average.',
        'The epoch whose weights were used was chosen on 10 % of the training wells, set aside for validation.',
        'Baselines were a regularised linear classifier on classical features of whole fields, an ensemble of support vector machines on the features of single cells (Chong et al., 2015) and the most frequent class.',
        'In the original protocol (Kraus et al., 2016), 15 % of the wells of each class were trained on and all fields tested, those trained on included: 1 fold, in which 440 fields of 55 treatments were tested.',
        'Leaving one replicate out, each replicate was tested after training on the others: 2 folds, in which 440 fields of 55 treatments were tested.',
        'Leaving one compound out (not the same compound, NSC; Ljosa et al., 2013), each compound was tested at all its concentrations after training on the other compounds: 18 folds, in which 436 fields of 54 treatments were tested; not tested were 4 fields of 1 treatment (no other compound has its class).',
        'Except in the original protocol, no well had fields in both training and test.',
        'A treatment was predicted by the median, over its fields, of the probability of each class, and the class with the largest median was taken.',
        'Training was done in every fold with 3 seeds for Noisy-AND (a = 10) and the maximum, and once for Noisy-AND (a = 5), log-sum-exp (LSE, r = 1) and gated attention (Ilse et al., 2018).',
        'The figures of several seeds are given as their mean, lowest and highest value.',
      ].join(' '),
    );
  });

  it('keeps singular and plural apart, and silent on what is not known', () => {
    expect(methodsParagraph(single)).toBe(
      [
        'Methods were compared with milscope 0.1.0 on a screen of 13,200 fields of view, with 2 classes and 1 channel (DNA).',
        'Whole fields were classified by convolutional networks for multiple instance learning (Kraus et al., 2016) with a sigmoid as the last layer.',
        'The pooling function was the mean.',
        'With sigmoids, a field was given every class whose probability reached 0.5, and was right when exactly its classes were given.',
        'Networks were trained for 1,000 steps on random crops of 96 × 96 pixels in batches of 8, by Adam (Kingma & Ba, 2015) with decays of 0.9 and 0.99 and a constant learning rate of 0.0003.',
        'The weights after the last epoch were used.',
        'The baseline was the most frequent class.',
        'In k-fold cross-validation, wells were dealt over the folds evenly by class, and each fold was tested after training on the others: 5 folds, in which 13,199 fields were tested; not tested was 1 field of 1 treatment (no other well has its class).',
        'No well had fields in both training and test.',
        'Every network was trained once in every fold.',
      ].join(' '),
    );
  });

  it('says what was pooled, what was shown, and where cells come from', () => {
    const told = methodsParagraph({
      ...single,
      networks: [
        ...single.networks,
        { pooling: 'mean', head: 'sigmoid', instances: 'cells', seeds: 3 },
        { pooling: 'mean', head: 'sigmoid', instances: 'cells of a well', seeds: 3 },
      ],
      cells: { channel: 'DNA' },
      training: {
        ...single.training!,
        enlarge: 2,
        shown: [
          ...single.training!.shown,
          {
            ...{ instances: 'cells', side: 32, batch: 4, length: { unit: 'epoch', least: 9, most: 10 } },
            cells: { alone: 0.7, window: { full: 0.7, zero: 1, others: 0.4 }, settled: true },
          },
        ],
      },
    });
    for (const words of [
      'The pooling function was the mean. What was pooled were positions of the feature maps of fields, the cells of each field and the cells of each well. Cells were found by their nuclei in the channel DNA.',
      'trained for 1,000 steps on random crops of 96 × 96 pixels, enlarged 2 times, in batches of 8 and for 9 to 10 epochs on squares of 32 × 32 pixels, enlarged 2 times, around cells in batches of 4 bags of these, by Adam',
      'Of a cell that was pooled, what was nearer to the centre of another cell, and what lay beyond 0.7 to 1 of half the side of its square, fading out, was replaced by the mean of the training. In the first 70',
      ' of the epochs on such cells, each was a bag by itself, with the label of its field. After these, half-way',
      'with 3 seeds for the mean over the cells of each field and the mean over the cells of each well, and once for the mean over positions of the feature maps of fields.',
    ])
      expect(told).toContain(words);
  });

  it('tells no tale of networks where there are none', () => {
    expect(methodsParagraph({ ...single, networks: [], training: undefined, baselines: ['factor-analysis'] })).toBe(
      [
        'Methods were compared with milscope 0.1.0 on a screen of 13,200 fields of view, with 2 classes and 1 channel (DNA).',
        'The method was factor analysis of the features of single cells (Ljosa et al., 2013).',
        'In k-fold cross-validation, wells were dealt over the folds evenly by class, and each fold was tested after training on the others: 5 folds, in which 13,199 fields were tested; not tested was 1 field of 1 treatment (no other well has its class).',
        'No well had fields in both training and test.',
      ].join(' '),
    );
  });
});

describe('the references', () => {
  it('are those of what is cited', () => {
    const authors = (given: MethodsFacts) => methodsReferences(given).map((reference) => reference.split(' ')[0]);
    expect(authors(facts)).toEqual(['Chong', 'Ilse', 'Kingma', 'Kraus', 'Ljosa']);
    expect(authors(single)).toEqual(['Kingma', 'Kraus']);
    const compoundBatch = { name: 'compound-batch', folds: 20, fields: 92, treatments: 92 } as const;
    expect(authors({ ...single, protocols: [compoundBatch] })).toEqual(['Ando', 'Kingma', 'Kraus']);
    const alone = { ...single, networks: [], training: undefined };
    expect(authors({ ...alone, baselines: ['cropped-cells', 'mean-intensity'] })).toEqual(['Kraus']);
    expect(authors({ ...alone, baselines: ['batch-alone'] })).toEqual([]);
  });
});
