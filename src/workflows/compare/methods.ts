import type { ProtocolName } from '../../evaluation/protocols/protocols.ts';
import type { Head } from '../../network/forward.ts';
import { POOLING_NAMES, POOLINGS, type PoolingName } from '../../network/pooling/poolings.ts';
import type { BagKind, InstanceKind } from '../shared/run-folder.ts';

/** The network with a pooling function, a last layer and what it pools. */
export interface NetworkMethod {
  readonly kind: 'network';
  readonly pooling: PoolingName;
  /** The paper's a or r, of a pooling function that has one. */
  readonly sharpness?: number | undefined;
  readonly head: Head;
  /** What an instance is; positions of the maps where nothing is said. */
  readonly instances?: Exclude<InstanceKind, 'positions'> | undefined;
  /** Whose cells are pooled, where instances are cells: those of a field where nothing is said. */
  readonly bag?: 'well' | undefined;
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

/** What networks are compared in. */
export interface NetworkGrid {
  readonly poolings: readonly AskedPooling[];
  readonly sharpness?: readonly number[] | undefined;
  readonly heads: readonly Head[];
  readonly instances: readonly InstanceKind[];
  readonly bags: readonly BagKind[];
}

/**
 * Every pooling function with every sharpness, every last layer and every kind of instance. A `sharpness` grid holds for all
 * that have one and were not given their own; without it each has the one that the paper found best.
 */
export function networkMethods({ poolings, sharpness, heads, instances, bags }: NetworkGrid): NetworkMethod[] {
  const pooled = instances.flatMap((kind): Pick<NetworkMethod, 'instances' | 'bag'>[] => {
    if (kind === 'positions') return [{}];
    if (kind !== 'cells') return [{ instances: kind }];
    return bags.map((bag) => ({ instances: kind, ...(bag === 'well' && { bag }) }));
  });
  const methods = poolings.flatMap(({ pooling, sharpness: own }) => {
    const grid = POOLINGS[pooling].sharpness ? (own === undefined ? sharpness : [own]) : [undefined];
    return (grid ?? [SHARPNESS[pooling]]).flatMap((value) =>
      heads.flatMap((head) =>
        pooled.map(
          (of): NetworkMethod => ({
            ...{ kind: 'network', pooling, ...(value !== undefined && { sharpness: value }), head },
            ...of,
          }),
        ),
      ),
    );
  });
  return distinct(methods, methodKey);
}

/**
 * The network that a method trains, if it trains one.
 *
 * @param several whether a field may have several labels
 */
export function networkOf(method: Method, { several }: { readonly several: boolean }): NetworkMethod | undefined {
  if (method.kind === 'network') return method;
  if (method.name !== CELL_BASELINE) return undefined;
  const head = several ? 'sigmoid' : 'softmax';
  return { kind: 'network', pooling: 'noisy-and', sharpness: SHARPNESS['noisy-and'], head, instances: CELL_BASELINE };
}

/** Whether a method is shown single cells. */
export function looksAtCells(method: Method): boolean {
  return method.kind === 'network' ? method.instances !== undefined : method.name === CELL_BASELINE;
}

/** Whether a method is trained on crops of whole fields. */
export function looksAtCrops(method: Method): boolean {
  return method.kind === 'network' && (method.instances === undefined || method.instances === 'foreground');
}

/** A name for a method that no other has, fit for a folder. */
export function methodKey(method: Method): string {
  if (method.kind === 'baseline') return method.name;
  const { pooling, sharpness, head, instances, bag } = method;
  return [pooling, sharpness, head === 'softmax' ? undefined : head, instances, bag]
    .filter((part) => part !== undefined)
    .join('-');
}

/** The folder of a unit, relative to that of the comparison. */
export function unitKey({ method, protocol, seed }: Unit): string {
  return `runs/${protocol}/${methodKey(method)}/seed-${seed}`;
}

const INSTANCE_WORDS: Readonly<Record<NonNullable<NetworkMethod['instances']>, string>> = {
  foreground: 'positions that hold cells',
  cells: 'cells',
  'cropped-cells': 'cropped cells',
};

/** A method in words. */
export function describeMethod(method: Method): string {
  if (method.kind === 'baseline') return method.name;
  const { pooling, sharpness, head, instances, bag } = method;
  const letter = POOLINGS[pooling].sharpness;
  const pooled = instances && `${INSTANCE_WORDS[instances]}${bag ? ` of a ${bag}` : ''}`;
  return [`${pooling}${letter ? ` ${letter} = ${sharpness}` : ''}`, head === 'softmax' ? undefined : head, pooled]
    .filter((part) => part !== undefined)
    .join(', ');
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
