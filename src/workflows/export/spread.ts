/** At most `count` of some things, evenly spread. */
export function spread<T>(things: readonly T[], count: number): T[] {
  const step = Math.max(1, things.length / count);
  return Array.from({ length: Math.min(count, things.length) }, (_, i) => things[Math.floor(i * step)]!);
}
