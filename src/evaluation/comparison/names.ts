import { POOLINGS, type PoolingName } from '../../network/pooling/poolings.ts';
import type { ComparisonRow } from './comparison.ts';

/** Names of the pooling functions as the paper has them, in the order of its tables; what is not in it comes after. */
const poolingNames: Readonly<Record<PoolingName, string>> = {
  'noisy-and': 'Noisy-AND',
  'log-sum-exp': 'LSE',
  'generalized-mean': 'GM',
  mean: 'Mean',
  max: 'Max',
  'noisy-or': 'Noisy-OR',
  isr: 'ISR',
  attention: 'Gated attention',
};

/** What a comparison calls the methods that are no network on whole fields, in the order of its tables. */
const baselineNames: Readonly<Record<string, string>> = {
  'field-features': 'Field features',
  'factor-analysis': 'Factor analysis (Ljosa 2013)',
  'svm-ensemble': 'SVM ensemble (Chong 2015)',
  'cropped-cells': 'Cropped cells',
  'mean-intensity': 'Mean intensity',
  'batch-alone': 'Batch alone',
  'majority-class': 'Majority class',
};

const protocolNames: Readonly<Record<string, string>> = {
  paper: 'paper',
  holdout: 'holdout',
  replicate: 'replicate',
  compound: 'compound (NSC)',
  'compound-batch': 'compound-batch (NSCB)',
  'k-fold': 'k-fold',
};

/** A pooling function with its sharpness, where it has one: `Noisy-AND a = 10`, `LSE r = 1`, `Mean`. */
export function poolingLabel({ pooling, sharpness }: { pooling: string; sharpness?: number | undefined }): string {
  if (!isPooling(pooling)) return pooling;
  const { sharpness: symbol } = POOLINGS[pooling];
  const name = poolingNames[pooling];
  return symbol === undefined || sharpness === undefined ? name : `${name} ${symbol} = ${sharpness}`;
}

/** Names of what networks pool, in the order of tables; positions of whole fields come first and have no name. */
const instanceNames: Readonly<Record<string, string>> = {
  foreground: 'foreground',
  cells: 'cells',
  'cells of a well': 'cells of a well',
  'cropped-cells': 'cropped cells',
};

/** What tells one method from another. */
export type MethodIdentity = Pick<
  ComparisonRow,
  'method' | 'kind' | 'pooling' | 'sharpness' | 'head' | 'instances' | 'bag'
>;

/** Equal for rows of the same method. */
export function methodKey({ method, kind, pooling, sharpness, head, instances, bag }: MethodIdentity): string {
  return JSON.stringify([method, kind, pooling, sharpness, head, instances, bag]);
}

/** What a network pools, undefined for positions. */
function pooledBy({ instances, bag }: MethodIdentity): string | undefined {
  return instances && bag ? `${instances} of a ${bag}` : instances;
}

/** What is named of methods because they differ in it. */
export interface MethodWords {
  /** The last layer. */
  readonly withHead?: boolean;
  /** What networks pool, also where that is positions of whole fields. */
  readonly withInstances?: boolean;
}

/** In what some methods differ, so that it has to be named. */
export function differencesOf(rows: readonly Pick<MethodIdentity, 'kind' | 'head' | 'instances'>[]): MethodWords {
  const networks = rows.filter(({ kind }) => kind === 'network');
  return {
    withHead: new Set(networks.flatMap(({ head }) => head ?? [])).size > 1,
    withInstances: networks.some(({ instances }) => instances !== undefined),
  };
}

/** A method in words. */
export function methodLabel(identity: MethodIdentity, { withHead, withInstances }: MethodWords = {}): string {
  const { method, kind, pooling, head } = identity;
  const pooled = pooling === undefined ? undefined : poolingLabel({ ...identity, pooling });
  const parts = [
    ...(kind === 'network' ? [pooled ?? method] : [baselineNames[method] ?? method, pooled]),
    withHead ? head : undefined,
    instanceLabel(identity) ?? (withInstances && kind === 'network' ? 'positions' : undefined),
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function instanceLabel(identity: MethodIdentity): string | undefined {
  const pooled = pooledBy(identity);
  return pooled && (instanceNames[pooled] ?? pooled);
}

/** A protocol as tables name it. */
export function protocolLabel(protocol: string): string {
  return protocolNames[protocol] ?? protocol;
}

/**
 * Networks on whole fields in the order of the paper's tables, flat before steep, softmax before sigmoid; those on cells in the
 * same order; then baselines.
 */
export function compareMethods(a: MethodIdentity, b: MethodIdentity): number {
  const order = (identity: MethodIdentity) => [
    Number(identity.kind === 'baseline'),
    identity.instances === undefined ? -1 : place(instanceNames, pooledBy(identity)),
    identity.kind === 'network' ? place(poolingNames, identity.pooling) : place(baselineNames, identity.method),
    place(poolingNames, identity.pooling),
    identity.sharpness ?? 0,
    identity.head === 'sigmoid' ? 1 : 0,
  ];
  const [first, second] = [order(a), order(b)];
  const differing = first.findIndex((value, i) => value !== second[i]);
  return differing < 0 ? 0 : first[differing]! - second[differing]!;
}

/** The protocols in the order in which they are explained. */
export function compareProtocols(a: string, b: string): number {
  return place(protocolNames, a) - place(protocolNames, b);
}

/** Names that are not known come last. */
function place(names: Readonly<Record<string, string>>, name: string | undefined): number {
  const found = Object.keys(names).indexOf(name ?? '');
  return found < 0 ? Object.keys(names).length : found;
}

function isPooling(name: string): name is PoolingName {
  return Object.hasOwn(POOLINGS, name);
}
