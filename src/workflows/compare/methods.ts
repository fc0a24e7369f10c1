import type { ProtocolName } from '../../evaluation/protocols/protocols.ts';
import type { Head } from '../../network/forward.ts';
import { POOLING_NAMES, POOLINGS, type PoolingName } from '../../network/pooling/poolings.ts';

/** The network with a pooling function and a last layer. */
export interface NetworkMethod {
  readonly kind: 'network';
  readonly pooling: PoolingName;
  /** The paper's a or r, of a pooling function that has one. */
  readonly sharpness?: number | undefined;
  readonly head: Head;
}

/** Baselines that only know the labels, the batches and the mean intensities of fields. */
export const SIMPLE_BASELINES = ['majority-class', 'mean-intensity', 'batch-alone'] as const;
export type SimpleBaseline = (typeof SIMPLE_BASELINES)[number];
/** Baselines on measured cells. */
export const CLASSICAL_BASELINES = ['field-features', 'factor-analysis', 'svm-ensemble'] as const;
export type ClassicalBaseline = (typeof CLASSICAL_BASELINES)[number];

/** The network trained on single cells, each labelled by its field, in place of whole fields. */
export const CELL_BASELINE = 'cropped-cells';
/** All baselines, in the order of the help. */
export const BASELINES = [...SIMPLE_BASELINES, ...CLASSICAL_BASELINES, CELL_BASELINE] as const;

/** Something to compare the networks with. */
export interface BaselineMethod {
  readonly kind: 'baseline';
  readonly name: (typeof BASELINES)[number];
}

export type Method = NetworkMethod | BaselineMethod;

/** A method under a protocol with a seed: what the comparison runs one after the other. */
export interface Unit {
  readonly method: Method;
  readonly protocol: ProtocolName;
  readonly seed: number;
}

/** Sharpness unless told otherwise: what the paper found best. */
const SHARPNESS: Partial<Record<PoolingName, number>> = { 'noisy-and': 10, 'generalized-mean': 2.5, 'log-sum-exp': 1 };

/** A pooling function as the user names it: `mean`, or `noisy-and=7.5` with a sharpness of its own. */
export interface AskedPooling {
  readonly pooling: PoolingName;
  readonly sharpness: number | undefined;
}

/** Reads `noisy-and=5`, `noisy-and=10` and `mean`, or the only part `all` or `none`. @throws RangeError with what was expected */
export function parsePoolings(parts: readonly string[]): readonly AskedPooling[] {
  const [only = 'none'] = parts;
  if (parts.length <= 1 && only === 'none') return [];
  const names = parts.length === 1 && only === 'all' ? POOLING_NAMES : parts;
  return names.map((part) => {
    const [, name, value] = /^([a-z-]+)(?:=(.*))?$/.exec(part) ?? [];
    const pooling = POOLING_NAMES.find((known) => known === name);
    if (!pooling) throw new RangeError(`Expected all, none, or some of: ${POOLING_NAMES.join(', ')}.`);
    if (value === undefined) return { pooling, sharpness: undefined };
    if (!POOLINGS[pooling].sharpness) throw new RangeError(`The pooling function ${pooling} has no sharpness.`);
    return { pooling, sharpness: sharpnessFrom(value) };
  });
}

/** Reads `5`, `7.5` and `10`. @throws RangeError */
export function parseSharpness(parts: readonly string[]): readonly number[] {
  return parts.map(sharpnessFrom);
}

function sharpnessFrom(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0.1 && value <= 100) return value;
  throw new RangeError('Expected a sharpness from 0.1 to 100.');
}

/**
 * Every pooling function with every sharpness and every last layer. A `sharpness` grid holds for all that have one and
 * were not given their own; without it each has the one that the paper found best.
 */
export function networkMethods({
  poolings,
  sharpness,
  heads,
}: {
  poolings: readonly AskedPooling[];
  sharpness?: readonly number[] | undefined;
  heads: readonly Head[];
}): NetworkMethod[] {
  const methods = poolings.flatMap(({ pooling, sharpness: own }) => {
    const grid = POOLINGS[pooling].sharpness ? (own === undefined ? sharpness : [own]) : [undefined];
    return (grid ?? [SHARPNESS[pooling]]).flatMap((value) =>
      heads.map(
        (head): NetworkMethod => ({ kind: 'network', pooling, ...(value !== undefined && { sharpness: value }), head }),
      ),
    );
  });
  return distinct(methods, methodKey);
}

/** A name for a method that no other has, fit for a folder. */
export function methodKey(method: Method): string {
  if (method.kind === 'baseline') return method.name;
  const { pooling, sharpness, head } = method;
  return [pooling, ...(sharpness === undefined ? [] : [sharpness]), ...(head === 'softmax' ? [] : [head])].join('-');
}

/** The folder of a unit, relative to that of the comparison. */
export function unitKey({ method, protocol, seed }: Unit): string {
  return `runs/${protocol}/${methodKey(method)}/seed-${seed}`;
}

/** A method in words. */
export function describeMethod(method: Method): string {
  if (method.kind === 'baseline') return method.name;
  const { pooling, sharpness, head } = method;
  const letter = POOLINGS[pooling].sharpness;
  return `${pooling}${letter ? ` ${letter} = ${sharpness}` : ''}${head === 'softmax' ? '' : `, ${head}`}`;
}

/** A unit in words. */
export function describeUnit({ method, protocol, seed }: Unit): string {
  return `${describeMethod(method)}, protocol ${protocol}, seed ${seed}`;
}

/** Whether a network is trained, on every fold. */
export function isTrained({ method }: Pick<Unit, 'method'>): boolean {
  return method.kind === 'network' || method.name === CELL_BASELINE;
}

/** Whether the protocol draws wells, so that every seed has other folds. */
function draws(protocol: ProtocolName): boolean {
  return protocol === 'paper' || protocol === 'k-fold';
}

/** Whether the method comes out otherwise with another seed on the same folds. */
function isRandom(method: Method): boolean {
  return method.kind === 'network' || method.name === 'svm-ensemble' || method.name === CELL_BASELINE;
}

/**
 * The whole grid, protocol by protocol and seed by seed, so that a comparison that is stopped has something of every
 * method. What comes out the same with every seed is there once.
 */
export function planUnits({
  methods,
  protocols,
  seed,
  seeds,
}: {
  methods: readonly Method[];
  protocols: readonly ProtocolName[];
  seed: number;
  seeds: number;
}): Unit[] {
  return protocols.flatMap((protocol) =>
    Array.from({ length: seeds }, (_, i) => seed + i).flatMap((of) =>
      methods
        .filter((method) => of === seed || isRandom(method) || draws(protocol))
        .map((method): Unit => ({ method, protocol, seed: of })),
    ),
  );
}

/** Units that a comparison has already, and those that are new to it, in that order. */
export function mergeUnits(before: readonly Unit[], more: readonly Unit[]): Unit[] {
  return distinct([...before, ...more], unitKey);
}

function distinct<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}
