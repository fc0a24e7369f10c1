/**
 * Gives `map(item)` of every item in order, with at most `limit` of them under way at once, so that a stream of any
 * length needs bounded memory. Items may come one by one. Stops asking for more when `map` fails or nobody listens, and
 * ends when nothing is under way any more, so that what `map` needs can then be closed.
 */
export async function* mapInOrder<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  map: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  try {
    for await (const item of items) {
      const result = map(item);
      // It is awaited below, maybe after another has failed: then it is nobody's error.
      result.catch(() => undefined);
      underWay.push(result);
      if (underWay.length >= limit) yield await underWay.shift()!;
    }
    while (underWay.length > 0) yield await underWay.shift()!;
  } finally {
    await Promise.allSettled(underWay);
  }
}

/** What {@link mapInOrder} gives, as a list. */
export async function collectInOrder<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  map: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for await (const result of mapInOrder(items, limit, map)) results.push(result);
  return results;
}
