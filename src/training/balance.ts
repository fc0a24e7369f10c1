import { createRandom } from '../random.ts';

/**
 * How classes of unequal size are balanced: not at all; by `weights`, where the weight of a field in the loss is the
 * inverse of the share of its class; or by a `cap`, where an epoch shows at most so many fields of a class, different
 * ones in every epoch. If fields have several labels, each combination of labels counts as a class.
 */
export type Balance =
  | { readonly kind: 'none' }
  | { readonly kind: 'weights' }
  | { readonly kind: 'cap'; readonly fields: number };

/** Reads `none`, `weights` or `cap=N`; undefined for anything else. */
export function parseBalance(text: string): Balance | undefined {
  if (text === 'none' || text === 'weights') return { kind: text };
  const fields = Number(/^cap=(\d+)$/.exec(text)?.[1]);
  return fields >= 1 ? { kind: 'cap', fields } : undefined;
}

/** Weight of each field in the loss, 1 on average. `groups` are the classes of the training fields. */
export function fieldWeights(groups: readonly unknown[], balance: Balance): readonly number[] {
  if (balance.kind !== 'weights') return groups.map(() => 1);
  const counts = countFields(groups);
  return groups.map((group) => groups.length / (counts.size * counts.get(group)!));
}

/** Number of fields that an epoch shows. */
export function fieldsPerEpoch(groups: readonly unknown[], balance: Balance): number {
  if (balance.kind !== 'cap') return groups.length;
  return [...countFields(groups).values()].reduce((sum, count) => sum + Math.min(count, balance.fields), 0);
}

/**
 * Indices of the fields that an epoch shows, in random order; with a cap, different ones of a large class in every
 * epoch. An epoch that shows them several times has an order for each `draw`, from 0.
 */
export function drawEpoch(
  groups: readonly unknown[],
  { balance, seed, epoch, draw = 0 }: { balance: Balance; seed: number; epoch: number; draw?: number },
): number[] {
  const order = createRandom(seed, 'order', epoch, ...(draw > 0 ? [draw] : [])).shuffle(
    groups.map((_, place) => place),
  );
  if (balance.kind !== 'cap') return order;
  const shown = new Map<unknown, number>();
  return order.filter((place) => {
    const before = shown.get(groups[place]) ?? 0;
    shown.set(groups[place], before + 1);
    return before < balance.fields;
  });
}

function countFields(groups: readonly unknown[]): Map<unknown, number> {
  const counts = new Map<unknown, number>();
  for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1);
  return counts;
}
