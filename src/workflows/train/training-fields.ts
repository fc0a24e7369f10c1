import { LARGEST_FACTOR } from '../../network/architecture.ts';
import { PLATE_MEASURES } from '../../pixels/normalization.ts';
import { NORMALIZATIONS } from '../../screen/plates/decide-normalization.ts';
import { parseBalance } from '../../training/balance.ts';
import { numberBetween, oneOf, textLike, wholeNumber, workers } from '../request-fields.ts';
import { controlFields } from '../shared/plate-fields.ts';

/** How a network is trained: the fields that the requests of `train` and `compare` share. */
export const trainingFields = {
  validation: numberBetween({ least: 0, most: 0.5 }).default(0.1).meta({
    description: 'share of the training wells that validate, and choose the epoch if every class has two of them',
    value: 'share',
    group: 'how',
  }),
  epochs: wholeNumber({ least: 1 }).optional().meta({
    description: 'times every field is seen',
    value: 'n',
    usually: '900 steps of 16 fields, 1800 of 4 and so on, from 10 to 200 epochs',
    group: 'how',
  }),
  batch: wholeNumber({ least: 1 }).optional().meta({
    description: 'fields of a step; bags with cells as instances; or cropped cells',
    value: 'n',
    usually: '16 fields, 8 bags, or up to 128 cropped cells',
    group: 'how',
  }),
  microBatch: wholeNumber({ least: 1 }).optional().meta({
    description: 'fields computed at once by a worker',
    value: 'n',
    usually: 'what fits into memory; with blocked the batch, shared evenly among the workers',
    group: 'how',
  }),
  crop: wholeNumber({ least: 1 }).optional().meta({
    description: 'side of the training crops',
    value: 'pixels',
    usually: '7/8 of the smallest field, at most 900, in the enlarged field',
    group: 'how',
  }),
  firstCrop: wholeNumber({ least: 1 }).optional().meta({
    description:
      'side of the crops of the first six tenths of the epochs, which cost less: as ‹crop› for one size throughout',
    value: 'pixels',
    usually: '4/7 of ‹crop›',
    group: 'how',
  }),
  enlarge: wholeNumber({ least: 1, most: LARGEST_FACTOR }).default(1).meta({
    description: 'enlarge fields before the network sees them, where cells are smaller than about 40 pixels: 2, 3 or 4',
    value: 'factor',
    group: 'how',
  }),
  normalization: oneOf(NORMALIZATIONS).default('auto').meta({
    description:
      'what intensities are measured against: the training screen, the plate, its negative controls, or the field itself; auto says which and why',
    value: 'scope',
    group: 'how',
  }),
  ...controlFields,
  plateMeasure: oneOf(PLATE_MEASURES).optional().meta({
    description: 'what describes a plate or its controls: mean and deviation, or median and MAD (median)',
    value: 'name',
    usually: 'mean',
    group: 'how',
  }),
  learningRate: numberBetween({ least: 1e-7, most: 1 })
    .default(0.001)
    .meta({ description: 'highest learning rate of Adam', value: 'rate', group: 'how' }),
  thresholdLearningRate: numberBetween({ least: 0, most: 1 }).optional().meta({
    description: "that of Noisy-AND's thresholds",
    value: 'rate',
    usually: '‹learningRate›, ten times as much with cells as instances',
    group: 'how',
  }),
  dropout: numberBetween({ least: 0, most: 1 }).optional().meta({
    description: 'dropout, as a share of that of the paper (0.2 after each pooling, 0.5 before the last layer)',
    value: 'share',
    usually: '1, or 0 with cells as instances',
    group: 'how',
  }),
  balance: textLike((text) => {
    if (!parseBalance(text)) throw new RangeError('Expected none, weights, or cap=N with a whole N of at least 1.');
  })
    .default('none')
    .meta({
      description: 'unequal classes: none, weights (in the loss), or cap=N fields of a class an epoch',
      value: 'how',
      group: 'how',
    }),
  jitter: numberBetween({ least: 0, most: 2 }).default(0.15).meta({
    description: "spread of the random gain and shift of each channel's intensity, as plates differ",
    value: 'spread',
    group: 'how',
  }),
  averaging: numberBetween({ least: 0, most: 0.9999 }).default(0.98).meta({
    description: 'share of the running average of the weights that a step keeps',
    value: 'share',
    group: 'how',
  }),
  schedule: oneOf(['constant', 'one-cycle'])
    .default('one-cycle')
    .meta({ description: 'learning rate: constant or one-cycle', value: 'name', group: 'how' }),
  plan: oneOf(['auto', 'reference', 'blocked']).default('auto').meta({
    description:
      'how steps are computed: reference, as one graph; blocked, faster where the processor allows it; or auto',
    value: 'name',
    group: 'how',
  }),
  workers,
};
