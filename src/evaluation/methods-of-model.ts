import type { Head } from '../network/forward.ts';
import type { PoolingName } from '../network/pooling/poolings.ts';
import { count, list, sentence } from './comparison/english.ts';
import { trainingClauses, whereCells } from './comparison/methods.ts';
import type { MethodsFacts, PooledInstances, TrainingFacts } from './comparison/methods-facts.ts';
import { citation, instancePhrases, poolingPhrases } from './comparison/methods-phrases.ts';
import { referencesOf } from './comparison/references.ts';

/** A network, as a methods section describes it. */
export interface ModelFacts {
  readonly software: MethodsFacts['software'];
  readonly classes: readonly string[];
  readonly channels: readonly string[];
  /** Column of the classes. */
  readonly label: string;
  readonly pooling: PoolingName;
  /** Where the pooling function has one. */
  readonly sharpness?: number | undefined;
  readonly head: Head;
  readonly instances: PooledInstances;
  readonly cells?: MethodsFacts['cells'] | undefined;
}

/** Fields and wells that a training used. */
export interface UsedFacts {
  readonly trained: number;
  readonly trainedWells: number;
  readonly validated: number;
  readonly held: number;
  /** The conditions that held fields out, as `Replicate=3`. */
  readonly holdout: readonly string[];
}

/** What a methods section says of one model, and of what was done with it. */
export interface MethodsOfModel {
  readonly model: ModelFacts;
  /** Left out where the run of the model is not at hand. */
  readonly training?: (TrainingFacts & { readonly used: UsedFacts; readonly seed: number }) | undefined;
  /** What was predicted with it, as `220 fields of view`; left out where that was not the purpose. */
  readonly predicted?: string | undefined;
  /** Whether treatments were evaluated, and anything at all. */
  readonly evaluated?: { readonly treatments: boolean } | undefined;
  /** Whether masks were made of Jacobian maps. */
  readonly segmented?: boolean | undefined;
}

/** What was done with a model, as a paragraph for a methods section, and its references. */
export function methodsOfModel(facts: MethodsOfModel): {
  readonly methods: string;
  readonly references: readonly string[];
} {
  const { training } = facts;
  const clauses = [
    ...describeModel(facts),
    ...(training
      ? [
          ...describeUse(training.used),
          ...trainingClauses(training, 'the network was'),
          `everything random was drawn with the seed ${training.seed}`,
        ]
      : []),
    ...describeWork(facts),
  ];
  const methods = clauses.map(sentence).join(' ');
  return { methods, references: referencesOf(methods) };
}

function describeModel({ model }: MethodsOfModel): string[] {
  const { software, classes, channels, label, head, instances, cells } = model;
  const network = { ...model, seeds: 1 };
  const [pooling] = poolingPhrases([
    {
      pooling: network.pooling,
      head,
      instances,
      seeds: 1,
      ...(network.sharpness !== undefined && { sharpness: network.sharpness }),
    },
  ]);
  const many = count(classes.length, 'class', 'classes');
  return [
    `with ${software.name} ${software.version}, fields of view in ${count(channels.length, 'channel')} (${list(channels)}) were classified into ${many} of ${label} (${list(classes)}) by a convolutional network for multiple instance learning (${citation('Kraus et al., 2016')}) with a ${head} as the last layer`,
    `its pooling function was ${pooling}${instances === 'positions' ? '' : `, over ${instancePhrases[instances]}`}`,
    ...(cells ? [whereCells(cells)] : []),
  ];
}

function describeUse({ trained, trainedWells, validated, held, holdout }: UsedFacts): string[] {
  const aside = [
    ...(validated > 0 ? [`${count(validated, 'field')} of other wells validated`] : []),
    ...(held > 0
      ? [
          `${count(held, 'field')}${holdout.length > 0 ? ` (${holdout.join(' or ')})` : ''} ${held === 1 ? 'was' : 'were'} held out for testing`,
        ]
      : []),
  ];
  return [
    `it was trained on ${count(trained, 'field')} of ${count(trainedWells, 'well')}${aside.length > 0 ? `; ${list(aside)}` : ''}`,
  ];
}

function describeWork({ predicted, evaluated, segmented }: MethodsOfModel): string[] {
  return [
    ...(predicted === undefined ? [] : [`with this network, ${predicted} were predicted`]),
    ...(segmented
      ? [
          `which pixels support the classes was mapped by Jacobian maps (${citation('Kraus et al., 2016')}), from whose thresholds and belief propagation masks and regions were made`,
        ]
      : []),
    ...(evaluated ? evaluationClauses(evaluated) : []),
  ];
}

function evaluationClauses({ treatments }: NonNullable<MethodsOfModel['evaluated']>): string[] {
  return [
    "intervals hold the true share 95 times in 100: they are Gaffke's bounds of a mean, for which the wells are the independent observations",
    ...(treatments
      ? [
          'a treatment was predicted by the median, over its fields, of the probability of each class, and the class with the largest median was taken',
        ]
      : []),
  ];
}

/** How predictions were evaluated, in sentences for a methods section. */
export function methodsOfEvaluation(evaluated: NonNullable<MethodsOfModel['evaluated']>): string {
  return evaluationClauses(evaluated).map(sentence).join(' ');
}
