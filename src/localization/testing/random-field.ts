import type { Random } from '../../random.ts';
import type { EdgeCouplings } from '../belief/propagate-beliefs.ts';

/** A binary Markov random field on a grid, as `propagateBeliefs` takes it. */
export interface Field {
  readonly theta: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly coupling: EdgeCouplings;
}

/** Normal log odds of standard deviation 1.5, couplings uniform from 0 to `coupling`. */
export function randomField(
  random: Random,
  { height, width, coupling = 2 }: { height: number; width: number; coupling?: number },
): Field {
  const draw = (next: () => number) => Float32Array.from({ length: height * width }, next);
  const [right, down] = [draw(() => coupling * random.uniform()), draw(() => coupling * random.uniform())];
  return { theta: draw(() => 1.5 * random.normal()), height, width, coupling: { right, down } };
}

/** Its edges: from, to, coupling. */
function edgesOf({ height, width, coupling }: Field): [from: number, to: number, coupling: number][] {
  return Array.from({ length: height * width }, (_, i) => [
    ...(i % width < width - 1 ? [[i, i + 1, coupling.right[i]!] as [number, number, number]] : []),
    ...(i < (height - 1) * width ? [[i, i + width, coupling.down[i]!] as [number, number, number]] : []),
  ]).flat();
}

/** The same field with a coupling of 0 on every edge, taken in random order, that would close a circle. */
export function forestOf(field: Field, random: Random): Field {
  const parent = Array.from(field.theta, (_, i) => i);
  const root = (i: number): number => (parent[i] === i ? i : root(parent[i]!));
  const [right, down] = [new Float32Array(field.theta.length), new Float32Array(field.theta.length)];
  for (const [from, to, coupling] of random.shuffle(edgesOf(field))) {
    if (root(from) === root(to)) continue;
    parent[root(from)] = root(to);
    (to === from + 1 && field.width > 1 ? right : down)[from] = coupling;
  }
  return { ...field, coupling: { right, down } };
}

/** P(s = 1) of every pixel, by adding up all states. */
export function enumerateMarginals(field: Field): number[] {
  const { theta } = field;
  const edges = edgesOf(field);
  const ones = new Array<number>(theta.length).fill(0);
  let total = 0;
  for (let state = 0; state < 2 ** theta.length; state++) {
    const is = (i: number) => (state >> i) & 1;
    let energy = 0;
    for (let i = 0; i < theta.length; i++) energy += ((2 * is(i) - 1) * theta[i]!) / 2;
    for (const [from, to, coupling] of edges) if (is(from) === is(to)) energy += coupling;
    const weight = Math.exp(energy);
    total += weight;
    for (let i = 0; i < theta.length; i++) if (is(i) === 1) ones[i]! += weight;
  }
  return ones.map((weight) => weight / total);
}

/** The fixed point of sum-product with all messages sent at once, as log odds. */
export function sumProduct(field: Field): number[] {
  const both = edgesOf(field).flatMap(([from, to, coupling]) => [
    { from, to, coupling },
    { from: to, to: from, coupling },
  ]);
  const reverse = (edge: number) => edge ^ 1;
  let messages = both.map(() => 0);
  const beliefs = () => {
    const sums = Array.from(field.theta);
    for (const [edge, { to }] of both.entries()) sums[to]! += messages[edge]!;
    return sums;
  };
  for (let change = 1; change > 1e-10; ) {
    const sums = beliefs();
    const next = both.map(({ from, coupling }, edge) => {
      const x = sums[from]! - messages[reverse(edge)]!;
      return Math.log1p(Math.exp(coupling + x)) - Math.log(Math.exp(x) + Math.exp(coupling));
    });
    change = Math.max(0, ...next.map((value, edge) => Math.abs(value - messages[edge]!)));
    messages = next;
  }
  return beliefs().map((sum) => 1 / (1 + Math.exp(-sum)));
}
