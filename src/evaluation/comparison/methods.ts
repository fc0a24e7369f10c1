import { count, list, percent, sentence } from './english.ts';
import type { MethodsFacts, NetworkFacts, ProtocolFacts, TrainingFacts } from './methods-facts.ts';
import {
  baselinePhrases,
  cellPhrases,
  citation,
  instancePhrases,
  normalizationPhrase,
  poolingPhrases,
  protocolPhrases,
  shownPhrases,
} from './methods-phrases.ts';
import { referencesOf } from './references.ts';

/**
 * What was done, as a paragraph for a methods section. Sources are cited by author and year; {@link methodsReferences}
 * lists them.
 */
export function methodsParagraph(facts: MethodsFacts): string {
  return [
    screen(facts),
    ...networks(facts),
    ...(facts.training ? trainingClauses(facts.training) : []),
    ...baselines(facts),
    ...facts.protocols.map(protocol),
    ...wells(facts.protocols),
    ...treatments(facts.protocols),
    ...seeds(facts),
  ]
    .map(sentence)
    .join(' ');
}

/** The references of what {@link methodsParagraph} cites, in alphabetical order. */
export function methodsReferences(facts: MethodsFacts): readonly string[] {
  return referencesOf(methodsParagraph(facts));
}

function screen({ software: { name, version }, screen: facts }: MethodsFacts): string {
  const { fields, wells, treatments, classes, channels, leftOut = [] } = facts;
  const where = wells === undefined ? '' : ` in ${count(wells, 'well')}`;
  const what = [
    ...(treatments === 0 ? [] : [count(treatments, 'treatment')]),
    count(classes, 'class', 'classes'),
    `${count(channels.length, 'channel')} (${list(channels)})`,
  ];
  const without = leftOut.map(({ fields: lost, reason }) => `${count(lost, 'field')} (${reason})`);
  return (
    `methods were compared with ${name} ${version} on a screen of ${count(fields, 'field')} of view${where}, ` +
    `with ${list(what)}${without.length === 0 ? '' : `; left out of it ${verb(leftOut)} ${list(without)}`}`
  );
}

function networks({ networks: facts, training: how, cells }: MethodsFacts): string[] {
  if (facts.length === 0) return [];
  const phrases = poolingPhrases(facts);
  const pooled = [...new Set(facts.map(({ instances }) => instances))];
  const heads = [...new Set(facts.map(({ head }) => `a ${head}`))];
  return [
    `whole fields were classified by convolutional networks for multiple instance learning ` +
      `(${citation('Kraus et al., 2016')}) with ${heads.join(' or ')} as the last layer`,
    `the pooling ${phrases.length === 1 ? 'function was' : 'functions were'} ${list(phrases)}`,
    ...(pooled.join() === 'positions' ? [] : [`what was pooled were ${list(pooled.map((of) => instancePhrases[of]))}`]),
    ...(cells ? [whereCells(cells)] : []),
    ...(facts.some(({ head }) => head === 'sigmoid')
      ? [
          `with sigmoids, a field was given every class whose probability reached ${
            how && how.validation > 0 ? 'the threshold with the best F1 on the fields set aside for validation' : '0.5'
          }, and was right when exactly its classes were given`,
        ]
      : []),
  ];
}

/** Where the cells of networks come from. */
export function whereCells(cells: NonNullable<MethodsFacts['cells']>): string {
  return 'channel' in cells
    ? `cells were found by their nuclei in the channel ${cells.channel}`
    : 'the centres of the cells were read from a table';
}

/** How networks were trained, a clause for each sentence; `subject` says which. */
export function trainingClauses(facts: TrainingFacts, subject = 'networks were'): string[] {
  const { optimizer, learningRate, schedule, shown, enlarge, validation, orLast, averaging, jitter } = facts;
  const normalized = [...new Set((facts.normalizations ?? []).map(normalizationPhrase))];
  const ways = shown.map(({ instances, side, first, batch, length }) => {
    const shortest = length.least === length.most ? '' : `${length.least.toLocaleString('en')} to `;
    const begun = first ? ` (${first.side} × ${first.side} in the first ${percent(first.share)} of the epochs)` : '';
    const size = `${side} × ${side} pixels${begun}${enlarge ? `, enlarged ${enlarge} times,` : ''}`;
    return `for ${shortest}${count(length.most, length.unit)} ${shownPhrases[instances](size, batch)}`;
  });
  const rate =
    schedule === 'constant'
      ? `a constant learning rate of ${learningRate}`
      : `a learning rate that rose to ${learningRate}, stayed there and fell again (one cycle)`;
  return [
    `${subject} trained ${list(ways)}, by ${optimizer.name} (${citation('Kingma & Ba, 2015')}) with decays of ` +
      `${list(optimizer.decays.map(String))} and ${rate}`,
    ...shown.flatMap(({ cells }) => (cells ? cellPhrases(cells) : [])),
    ...(normalized.length > 0
      ? [`the intensities of each channel were normalized by ${normalized.join(', or by ')}`]
      : []),
    ...(jitter ? [`the intensity of each channel was varied by a random gain and shift (spread ${jitter})`] : []),
    ...(averaging
      ? [`weights were averaged over the steps, each of which kept a share of ${averaging} of the average`]
      : []),
    validation > 0
      ? `the epoch whose weights were used was chosen on ${percent(validation)} of the training wells, set aside for validation${
          orLast ? ', or was the last where these had fewer than two wells of a class' : ''
        }`
      : 'the weights after the last epoch were used',
  ];
}

function baselines({ networks: compared, baselines: names }: MethodsFacts): string[] {
  if (names.length === 0) return [];
  const what = list(names.map((name) => baselinePhrases[name]));
  if (compared.length === 0) return [`the ${names.length === 1 ? 'method was' : 'methods were'} ${what}`];
  return [`${names.length === 1 ? 'the baseline was' : 'baselines were'} ${what}`];
}

function protocol(facts: ProtocolFacts): string {
  const { name, folds, fields, treatments, leftOut = [] } = facts;
  const of = treatments === 0 ? '' : ` of ${count(treatments, 'treatment')}`;
  const without = leftOut.map(
    (group) => `${count(group.fields, 'field')} of ${count(group.treatments, 'treatment')} (${group.reason})`,
  );
  return (
    `${protocolPhrases[name](facts)}: ${count(folds, 'fold')}, in which ${count(fields, 'field')}${of} ` +
    `${fields === 1 ? 'was' : 'were'} tested${without.length === 0 ? '' : `; not tested ${verb(leftOut)} ${list(without)}`}`
  );
}

/** Of a list of groups of fields. */
function verb(groups: readonly { readonly fields: number }[]): string {
  return groups.length === 1 && groups[0]!.fields === 1 ? 'was' : 'were';
}

function wells(protocols: readonly ProtocolFacts[]): string[] {
  const apart = protocols.filter(({ name }) => name !== 'paper');
  if (apart.length === 0) return [];
  const but = apart.length < protocols.length ? 'except in the original protocol, no' : 'no';
  return [`${but} well had fields in both training and test`];
}

function treatments(protocols: readonly ProtocolFacts[]): string[] {
  if (protocols.every((facts) => facts.treatments === 0)) return [];
  return [
    'a treatment was predicted by the median, over its fields, of the probability of each class, and the class with ' +
      'the largest median was taken',
  ];
}

function seeds({ networks: facts, protocols }: MethodsFacts): string[] {
  const numbers = [...new Set(facts.map((network) => network.seeds))].sort((a, b) => b - a);
  if (numbers.length === 0) return [];
  const often = (n: number) => (n === 1 ? 'once' : `with ${count(n, 'seed')}`);
  const where = protocols.some(({ folds }) => folds > 1) ? ' in every fold' : '';
  const several = (of: (network: NetworkFacts) => string) => new Set(facts.map(of)).size > 1;
  const [heads, pooled] = [several(({ head }) => head), several(({ instances }) => instances)];
  const groups = numbers.map((n) => {
    const some = facts.filter((network) => network.seeds === n);
    const name = (network: NetworkFacts) =>
      `${poolingPhrases([network])[0]}${heads ? ` with ${network.head}` : ''}${pooled ? ` over ${instancePhrases[network.instances]}` : ''}`;
    const names = heads || pooled ? some.map(name) : poolingPhrases(some);
    return `${often(n)} for ${list(names)}`;
  });
  return [
    groups.length === 1 ? `every network was trained ${often(numbers[0]!)}${where}` : trainings(groups, where),
    ...(numbers[0]! > 1 ? ['the figures of several seeds are given as their mean, lowest and highest value'] : []),
  ];
}

function trainings(groups: readonly string[], where: string): string {
  return `training was done${where} ${groups.slice(0, -1).join(', ')}, and ${groups.at(-1)}`;
}
