import { createRandom } from '../random.ts';

/**
 * What is done about classes with many more fields than others: nothing; `weights`, each field weighs in the loss by the
 * inverse of its class's share; or `cap`, an epoch shows at most so many fields of a class, others in every epoch.
 */
export type Balance =
  | { readonly kind: 'none' }
  | { readonly kind: 'weights' }
  | { readonly kind: 'cap'; readonly fields: number };

/** Reads `none`, `weights` or `cap=N`; undefined when it is none of them. */
export function parseBalance(text: string): Balance | undefined {
  if (text === 'none' || text === 'weights') return { kind: text };
  const fields = Number(/^cap=(\d+)$/.exec(text)?.[1]);
  return fields >= 1 ? { kind: 'cap', fields } : undefined;
}

/** Weight of each field in the loss, 1 on average. `targets` are the classes of the training fields. */
export function fieldWeights(targets: readonly number[], balance: Balance): readonly number[] {
  if (balance.kind !== 'weights') return targets.map(() => 1);
  const counts = countClasses(targets);
  return targets.map((target) => targets.length / (counts.size * counts.get(target)!));
}

/** How many fields an epoch shows. */
export function fieldsPerEpoch(targets: readonly unknown[], balance: Balance): number {
  if (balance.kind !== 'cap') return targets.length;
  return [...countClasses(targets).values()].reduce((sum, count) => sum + Math.min(count, balance.fields), 0);
}

/** Places of the fields that an epoch shows, in random order: under a cap, others of a large class every time. */
export function drawEpoch(
  targets: readonly number[],
  { balance, seed, epoch }: { balance: Balance; seed: number; epoch: number },
): number[] {
  const order = createRandom(seed, 'order', epoch).shuffle(targets.map((_, place) => place));
  if (balance.kind !== 'cap') return order;
  const shown = new Map<number, number>();
  return order.filter((place) => {
    const before = shown.get(targets[place]!) ?? 0;
    shown.set(targets[place]!, before + 1);
    return before < balance.fields;
  });
}

function countClasses(targets: readonly unknown[]): Map<unknown, number> {
  const counts = new Map<unknown, number>();
  for (const target of targets) counts.set(target, (counts.get(target) ?? 0) + 1);
  return counts;
}
