import { POOLINGS, type PoolingName } from '../../network/pooling/poolings.ts';
import type { Normalization } from '../../pixels/normalization.ts';
import type { ProtocolName } from '../protocols/protocols.ts';
import { list, percent } from './english.ts';
import type {
  BaselineName,
  CellFacts,
  NetworkFacts,
  PooledInstances,
  ProtocolFacts,
  ShownFacts,
} from './methods-facts.ts';
import type { Citation } from './references.ts';

/** A source that {@link referencesOf} of the references finds in the text. */
export const citation = (source: Citation): string => source;

/** A pooling function, and the words in brackets after it. */
const poolingWords: Readonly<Record<PoolingName, readonly [name: string, note?: string]>> = {
  'noisy-and': ['Noisy-AND'],
  'log-sum-exp': ['log-sum-exp', 'LSE'],
  'generalized-mean': ['the generalized mean', 'GM'],
  mean: ['the mean'],
  max: ['the maximum'],
  'noisy-or': ['Noisy-OR'],
  isr: ['ISR'],
  attention: ['gated attention', citation('Ilse et al., 2018')],
};

/** What the intensities of a training were normalized by. */
export function normalizationPhrase({
  scope = 'screen',
  measure = 'mean',
}: Pick<Normalization, 'scope' | 'measure'>): string {
  const numbers = measure === 'median' ? 'median and MAD' : 'mean and standard deviation';
  const of = {
    screen: 'the training fields',
    plate: 'the fields of their plate',
    controls: 'the negative control wells of their plate',
    field: 'the field itself',
  } as const;
  return `${numbers} of ${of[scope]}`;
}

/** `Noisy-AND (a = 5 and 10)`, `log-sum-exp (LSE, r = 1)`, `the mean`: each pooling function once, with all its settings. */
export function poolingPhrases(networks: readonly NetworkFacts[]): readonly string[] {
  return [...new Set(networks.map(({ pooling }) => pooling))].map((pooling) => {
    const alike = networks.filter((network) => network.pooling === pooling);
    const values = [...new Set(alike.flatMap(({ sharpness }) => sharpness ?? []))];
    const { sharpness: symbol } = POOLINGS[pooling];
    const [name, note] = poolingWords[pooling];
    const notes = [note, symbol && values.length > 0 ? `${symbol} = ${list(values.map(String))}` : undefined];
    const known = notes.filter((part) => part !== undefined);
    return known.length === 0 ? name : `${name} (${known.join(', ')})`;
  });
}

/** What a network pools. */
export const instancePhrases: Readonly<Record<PooledInstances, string>> = {
  positions: 'positions of the feature maps of fields',
  foreground: 'positions that hold cells',
  cells: 'the cells of each field',
  'cells of a well': 'the cells of each well',
  'cropped-cells': 'positions of single cells, each with the label of its field',
};

/** What a step of a training shows. */
export const shownPhrases: Readonly<Record<ShownFacts['instances'], (size: string, batch: number) => string>> = {
  positions: (size, batch) => `on random crops of ${size} in batches of ${batch}`,
  foreground: (size, batch) => `on random crops of ${size} that hold cells in batches of ${batch}`,
  cells: (size, batch) => `on squares of ${size} around cells in batches of ${batch} bags of these`,
  'cropped-cells': (size, batch) => `on squares of ${size} around single cells in batches of ${batch}`,
};

/** How cells that are pooled were trained, beside what a step showed. */
export function cellPhrases({ alone, window: { full, zero, others }, settled }: CellFacts): readonly string[] {
  const hidden = others === undefined ? '' : 'what was nearer to the centre of another cell, and ';
  return [
    `of a cell that was pooled, ${hidden}what lay beyond ${full} to ${zero} of half the side of its square, fading out, was replaced by the mean of the training`,
    `in the first ${percent(alone)} of the epochs on such cells, each was a bag by itself, with the label of its field`,
    ...(settled
      ? [
          'after these, half-way from there to the end, and at the end, what follows the features (the parameters of the pooling function, the last layer, and a factor and an offset for each class) was fitted to all cells of the training fields',
        ]
      : []),
  ];
}

export const baselinePhrases: Readonly<Record<BaselineName, string>> = {
  'field-features': 'a regularised linear classifier on classical features of whole fields',
  'factor-analysis': `factor analysis of the features of single cells (${citation('Ljosa et al., 2013')})`,
  'svm-ensemble': `an ensemble of support vector machines on the features of single cells (${citation('Chong et al., 2015')})`,
  'cropped-cells': `a network trained on crops of single cells labelled by their field (${citation('Kraus et al., 2016')})`,
  'mean-intensity': 'a linear classifier on the mean intensity of each channel',
  'batch-alone': 'the most frequent class of the batch',
  'majority-class': 'the most frequent class',
};

/** What defines each protocol, before the figures of how it went. */
export const protocolPhrases: Readonly<Record<ProtocolName, (facts: ProtocolFacts) => string>> = {
  paper: ({ fraction }) =>
    `in the original protocol (${citation('Kraus et al., 2016')}), ` +
    `${fraction === undefined ? 'a part' : percent(fraction)} of the wells of each class were trained on and all fields ` +
    'tested, those trained on included',
  holdout: ({ conditions = [] }) =>
    `holding out ${conditions.length === 0 ? 'a part of the screen' : `the fields with ${conditions.join(' or ')}`}, these were ` +
    'tested after training on the others',
  replicate: () => 'leaving one replicate out, each replicate was tested after training on the others',
  compound: () =>
    `leaving one compound out (not the same compound, NSC; ${citation('Ljosa et al., 2013')}), each compound was tested ` +
    'at all its concentrations after training on the other compounds',
  'compound-batch': () =>
    `leaving compound and batch out (not the same compound or batch, NSCB; ${citation('Ando et al., 2017')}), each ` +
    'compound of each batch was tested after training on other compounds in other batches',
  'k-fold': () =>
    'in k-fold cross-validation, wells were dealt over the folds evenly by class, and each fold was tested after training ' +
    'on the others',
};
