/** Makes a function that does one work after the other, in the order in which they are given. */
export function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    // Whoever gave the work hears of its error; the next begins all the same.
    last = next.catch(() => undefined);
    return next;
  };
}
