/** Things by what `key` says of each, in the order in which the keys come first. */
export function groupBy<T, K>(things: Iterable<T>, key: (thing: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const thing of things) {
    const own = groups.get(key(thing));
    if (own) own.push(thing);
    else groups.set(key(thing), [thing]);
  }
  return groups;
}
