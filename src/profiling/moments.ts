/** Mean and population standard deviation of the values that are not NaN; NaN if there are none. */
export function meanAndDeviation(values: ArrayLike<number>): {
  readonly mean: number;
  readonly deviation: number;
} {
  let [count, sum] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    count++;
    sum += value;
  }
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isNaN(value)) squares += (value - mean) ** 2;
  }
  return { mean, deviation: Math.sqrt(squares / count) };
}
